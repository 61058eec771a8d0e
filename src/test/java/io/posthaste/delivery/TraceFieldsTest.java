package io.posthaste.delivery;

import static io.posthaste.envelope.Transactions.octets;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.AllocationCounter;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.TlsParameters;
import io.posthaste.envelope.Transactions;
import io.posthaste.envelope.User;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TraceFieldsTest {
    private final Transactions transactions = new Transactions();
    private final TraceFields fields = new TraceFields("mx.example");

    @Test
    void shouldWriteTheFieldsOfAMessageForOne() {
        assertEquals("""
                Return-Path: <from@a.example>
                X-Original-To: to@b.example
                Delivered-To: to@b.example
                Received: from client.example ([192.0.2.7])
                \tby mx.example (Posthaste) with ESMTP id 0000000000000000000001
                \tfor <to@b.example>; Sun, 22 Nov 2026 06:16:34 +0000
                """.replace("\n", "\r\n"), written(transactions.envelope("from@a.example", "", "to@b.example")));
    }

    /** RFC 8314 section 4.3. */
    @Test
    void shouldNameTheCipherSuite() {
        final Envelope one = transactions.envelope("from@a.example", "", "to@b.example");
        one.tls(TlsParameters.of("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"));
        final String text = written(one);
        assertTrue(
                text.endsWith("\r\n\tfor <to@b.example>\r\n\ttls TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256;"
                        + "\r\n\tSun, 22 Nov 2026 06:16:34 +0000\r\n"),
                text);
        final Envelope two = transactions.envelope("from@a.example", "", "to@b.example", "cc@b.example");
        two.tls(TlsParameters.of("TLSv1.3", "TLS_AES_128_GCM_SHA256"));
        assertEquals(0, AllocationCounter.octets(10_000, () -> fields.write(two)));
        final String other = written(two);
        assertTrue(
                other.endsWith(" id 0000000000000000000002\r\n\ttls TLS_AES_128_GCM_SHA256;"
                        + " Sun, 22 Nov 2026 06:16:34 +0000\r\n"),
                other);
    }

    /** The mail goes to strangers. */
    @Test
    void shouldSayThatTheClientHadLoggedInButNotAsWhom() {
        final Envelope envelope = transactions.envelope(
                "client.example", Envelope.EXTENDED | Envelope.SECURE | Envelope.AUTHENTICATED, "to@b.example");
        envelope.user(new User("ann"));
        final String text = text(fields.write(envelope));
        assertTrue(text.contains("\tby mx.example (Posthaste) with ESMTPSA id 0"), text);
        assertFalse(text.contains("ann"), text);
    }

    /** RFC 6531 section 3.7.3 for the protocol, section 3.7.2 for addresses as they are. */
    @Test
    void shouldSayThatItCameBySmtpUtf8() {
        final Envelope envelope = transactions.envelope(
                "client.example", Envelope.EXTENDED | Envelope.SMTPUTF8, "\u00c3\u00a9@b.example");
        final String text = text(fields.write(envelope));

        assertTrue(text.contains("\tby mx.example (Posthaste) with UTF8SMTP id 0"), text);
        assertTrue(text.contains("Delivered-To: \u00c3\u00a9@b.example\r\n"), text);
    }

    @Test
    void shouldNameNoRecipientInReceivedWhenThereAreSeveral() {
        assertEquals(
                """
                Return-Path: <>
                X-Original-To: to@b.example
                Delivered-To: to@b.example
                X-Original-To: cc@b.example
                Delivered-To: cc@b.example
                Received: from unknown ([IPv6:2001:db8::1])
                \tby mx.example (Posthaste) with SMTP id 0000000000000000000001;
                \tSun, 22 Nov 2026 06:16:34 +0000
                """.replace("\n", "\r\n"),
                written(transactions.envelope(
                        "", "IPv6:2001:db8::1", false, "", octets(""), "to@b.example", "cc@b.example")));
    }

    @Test
    void shouldFoldLongLinesWhereItCan() {
        final String label = "x".repeat(60);
        final String host = label + "." + "y".repeat(14);
        final TraceFields longName = new TraceFields(host);
        final Envelope envelope = transactions.envelope(
                label + ".example", "IPv6:2001:db8:1111:2222:3333:4444:5555:6666", true, "", octets(""), label + "@b");
        final String text = text(longName.write(envelope));

        assertTrue(text.contains("Received: from\r\n\t" + label + "."), text);
        for (final String line : text.split("\r\n")) {
            assertTrue(line.length() <= TraceFields.LINE_LENGTH, line);
        }
        assertEquals(
                "Received: from " + label + ".example ([IPv6:2001:db8:1111:2222:3333:4444:5555:6666]) by " + host
                        + " (Posthaste) with ESMTP id 0000000000000000000001 for <" + label
                        + "@b>; Sun, 22 Nov 2026 06:16:34 +0000\r\n",
                text.substring(text.indexOf("Received")).replace("\r\n\t", " "));
    }

    @Test
    void shouldLetNothingEndALine() {
        for (int octet = 0; octet < 256; octet++) {
            final String evil = "a" + (char) octet + "Subject:b";
            final String text = written(transactions.envelope(evil, evil, true, evil, octets(""), evil));
            final boolean control = octet < ' ' || octet == 0x7f;
            assertEquals(6, text.split("\r\n").length, text);
            assertEquals(6, text.chars().filter(c -> c == '\r').count());
            assertEquals(6, text.chars().filter(c -> c == '\n').count());
            assertEquals(2, text.chars().filter(c -> c == '\t').count());
            assertFalse(text.contains("\0"));
            assertTrue(text.startsWith("Return-Path: <a" + (control ? '?' : (char) octet) + "Subject:b>\r\n"), text);
        }
        final TraceFields evilHost = new TraceFields("h\r\nSubject: x");
        final String text = text(evilHost.write(transactions.envelope("", "", "c@d")));
        assertTrue(text.contains("\tby h??Subject:?x (Posthaste)"), text);
    }

    @Test
    void shouldLetAGreetingNameNotPassForOtherClauses() {
        final String evil = "bank.example ([10.0.0.1]) by mx.example; id 7";
        final String text = written(transactions.envelope(evil, "192.0.2.7", true, "", octets(""), "c@d"));
        assertTrue(text.contains("from bank.example??[10.0.0.1]??by?mx.example??id?7 ([192.0.2.7])\r\n"), text);
    }

    @Test
    void shouldKeepEightBitAddresses() {
        final String mailbox = "gr\u00c3\u00bc\u00c3\u009f@b.example";
        assertTrue(written(transactions.envelope(mailbox, "", mailbox)).contains("for <" + mailbox + ">;"));
    }

    @Test
    void shouldGrowForAThousandRecipients() {
        final String[] mailboxes = IntStream.range(0, 1000)
                .mapToObj(i -> String.format("%04d", i) + "x".repeat(250))
                .toArray(String[]::new);
        final StringBuilder wanted = new StringBuilder("Return-Path: <a@b>\r\n");
        for (final String mailbox : mailboxes) {
            wanted.append("X-Original-To: ").append(mailbox).append("\r\n");
            wanted.append("Delivered-To: ").append(mailbox).append("\r\n");
        }
        final String text = written(transactions.envelope("a@b", "", mailboxes));

        assertTrue(text.startsWith(wanted + "Received: from client.example"));
        assertTrue(text.endsWith(";\r\n\tSun, 22 Nov 2026 06:16:34 +0000\r\n"));
    }

    @Test
    void shouldAllocateNothing() {
        final Envelope envelope = transactions.envelope("a@b.example", "", "c@d.example");
        assertEquals(0, AllocationCounter.octets(10_000, () -> fields.write(envelope)));
    }

    private String written(final Envelope envelope) {
        final String text = text(fields.write(envelope));
        transactions.envelopes.release(envelope);
        return text;
    }

    private static String text(final ByteBuffer octets) {
        final byte[] copy = new byte[octets.remaining()];
        octets.get(copy);
        return Transactions.text(copy);
    }
}

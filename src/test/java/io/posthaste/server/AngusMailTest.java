package io.posthaste.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.MessageRejectedException;
import io.posthaste.envelope.Envelope;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.Limits;
import jakarta.activation.DataHandler;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real sender: Angus Mail, the reference implementation of Jakarta Mail. What it sent is what arrives, octet by octet. */
@Timeout(60)
class AngusMailTest {
    private static final String FROM = "sender@client.example";
    private static final int ATTACHMENT_OCTETS = 1 << 20;

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private SmtpServer server;

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (server != null) {
            server.stop(Duration.ofMillis(1));
        }
        Waiting.untilNoServerThreads();
    }

    @Test
    void shouldTakeAPlainMessage() throws Exception {
        start(builder());
        final MimeMessage message = plain("one", "a line\r\n.\r\n.. dots\r\nFrom here\r\n");
        send(message, "b@server.example");
        final Received taken = received.remove();
        assertEquals(FROM, taken.from);
        assertEquals(List.of("b@server.example"), taken.recipients);
        assertArrayEquals(octets(message), taken.content);
    }

    @Test
    void shouldTakeAnAttachmentOfAMebibyte() throws Exception {
        start(builder());
        final MimeMessage message = withAttachment();
        send(message, "b@server.example");
        final Received taken = received.remove();
        assertTrue(taken.content.length > ATTACHMENT_OCTETS);
        assertArrayEquals(octets(message), taken.content);
    }

    @Test
    void shouldTakeEightBitContent() throws Exception {
        start(builder());
        final SMTPMessage message = new SMTPMessage(session());
        message.setFrom(FROM);
        message.setMailExtension("BODY=8BITMIME");
        message.setSubject("eight bits");
        message.setText("Grüße aus Köln, 世界\r\n", "UTF-8");
        message.setHeader("Content-Transfer-Encoding", "8bit");
        message.saveChanges();
        send(message, "b@server.example");
        final Received taken = received.remove();
        assertTrue(taken.eightBit);
        assertTrue(new String(taken.content, UTF_8).contains("Grüße aus Köln, 世界\r\n"));
        assertArrayEquals(octets(message), taken.content);
    }

    @Test
    void shouldTakeManyRecipients() throws Exception {
        start(builder());
        final String[] recipients = IntStream.range(0, 500)
                .mapToObj(i -> "r" + i + "@server.example")
                .toArray(String[]::new);
        send(plain("many", "x\r\n"), recipients);
        assertEquals(List.of(recipients), received.remove().recipients);
        assertEquals(1, server.status().count(Counter.MESSAGES_ACCEPTED));
    }

    @Test
    void shouldLetTheSenderKnowWhichRecipientsWereRefused() throws Exception {
        start(builder().accept("server.example"));
        final Properties properties = properties();
        properties.put("mail.smtp.sendpartial", "true");
        final MimeMessage message = plain("partly", "x\r\n");
        final SendFailedException failure = assertThrows(
                SendFailedException.class,
                () -> send(
                        Session.getInstance(properties),
                        message,
                        "a@server.example",
                        "b@other.example",
                        "c@server.example"));
        assertEquals(List.of("a@server.example", "c@server.example"), texts(failure.getValidSentAddresses()));
        assertEquals(List.of("b@other.example"), texts(failure.getInvalidAddresses()));
        assertEquals(List.of("a@server.example", "c@server.example"), received.remove().recipients);
    }

    @Test
    void shouldSendNothingWhenTheSenderWantsAllOrNone() throws Exception {
        start(builder().accept("server.example"));
        assertThrows(
                SendFailedException.class, () -> send(plain("none", "x\r\n"), "a@server.example", "b@other.example"));
        assertTrue(received.isEmpty());
    }

    @Test
    void shouldLetTheSenderKnowThatTheHandlerRejects() throws Exception {
        start(SmtpServer.builder().listen("127.0.0.1", 0).deliverTo(envelope -> {
            throw new MessageRejectedException("the test's handler rejects");
        }));
        final MessagingException failure =
                assertThrows(MessagingException.class, () -> send(plain("no", "x\r\n"), "a@server.example"));
        assertTrue(failure.toString().contains("554 5.3.0"), failure.toString());
    }

    @Test
    void shouldLetTheSenderKnowThatTheMessageIsTooLarge() throws Exception {
        start(builder().limits(Limits.DEFAULTS.withMessageOctets(1000)));
        final MessagingException failure = assertThrows(
                MessagingException.class, () -> send(plain("no", "x".repeat(990) + "\r\n"), "a@server.example"));
        assertTrue(failure.toString().contains("552 5.3.4"), failure.toString());
    }

    @Test
    void shouldTakeSeveralMessagesOnOneTransport() throws Exception {
        start(builder());
        try (Transport transport = session().getTransport("smtp")) {
            transport.connect();
            for (int i = 0; i < 10; i++) {
                final MimeMessage message = i == 5 ? withAttachment() : plain("number " + i, "x\r\n");
                transport.sendMessage(message, addresses("b@server.example"));
                assertArrayEquals(octets(message), received.remove().content);
            }
        }
        assertEquals(1, server.status().count(Counter.CONNECTIONS_ACCEPTED));
        assertEquals(10, server.status().count(Counter.MESSAGES_ACCEPTED));
    }

    @Test
    void shouldStoreWhatWasSentBelowItsOwnFields(@TempDir final Path directory) throws Exception {
        server = SmtpServer.builder()
                .hostname("mx.example")
                .listen("127.0.0.1", 0)
                .reactors(2)
                .deliverTo("maildir:" + directory.resolve("mail"))
                .start();
        final MimeMessage message = withAttachment();
        send(message, "b@server.example", "c@server.example");
        final List<Path> files;
        try (Stream<Path> all = Files.list(directory.resolve("mail/new"))) {
            files = all.toList();
        }
        assertEquals(1, files.size(), "one transaction, one file");
        final byte[] stored = Files.readAllBytes(files.get(0));
        final byte[] sent = octets(message);
        final String fields = new String(stored, 0, stored.length - sent.length, ISO_8859_1);
        assertArrayEquals(sent, java.util.Arrays.copyOfRange(stored, stored.length - sent.length, stored.length));
        assertTrue(
                fields.matches("(?s)Return-Path: <sender@client\\.example>\r\n"
                        + ".*Delivered-To: b@server\\.example\r\n.*Delivered-To: c@server\\.example\r\n"
                        + "Received: from \\S+ \\(\\[127\\.0\\.0\\.1]\\)\r\n\tby mx\\.example [^\r]*\r\n\t[^\r]*\r\n"),
                fields);
        assertEquals(0, filesIn(directory.resolve("mail/tmp")));
    }

    private void start(final ServerBuilder builder) throws IOException {
        server = builder.start();
    }

    private ServerBuilder builder() {
        return SmtpServer.builder().listen("127.0.0.1", 0).deliverTo(envelope -> received.add(Received.of(envelope)));
    }

    private MimeMessage plain(final String subject, final String text) throws MessagingException {
        final MimeMessage message = new MimeMessage(session());
        message.setFrom(FROM);
        message.setSubject(subject);
        message.setText(text);
        message.saveChanges();
        return message;
    }

    private MimeMessage withAttachment() throws MessagingException {
        final byte[] octets = new byte[ATTACHMENT_OCTETS];
        new Random(1).nextBytes(octets);
        final MimeBodyPart text = new MimeBodyPart();
        text.setText("see the file\r\n");
        final MimeBodyPart file = new MimeBodyPart();
        file.setDataHandler(new DataHandler(new ByteArrayDataSource(octets, "application/octet-stream")));
        file.setFileName("random.bin");
        final MimeMessage message = new MimeMessage(session());
        message.setFrom(FROM);
        message.setSubject("with a file");
        message.setContent(new MimeMultipart(text, file));
        message.saveChanges();
        return message;
    }

    private void send(final MimeMessage message, final String... recipients) throws MessagingException {
        send(session(), message, recipients);
    }

    private static void send(final Session session, final MimeMessage message, final String... recipients)
            throws MessagingException {
        try (Transport transport = session.getTransport("smtp")) {
            transport.connect();
            transport.sendMessage(message, addresses(recipients));
        }
    }

    private Session session() {
        return Session.getInstance(properties());
    }

    private Properties properties() {
        final Properties properties = new Properties();
        properties.put("mail.smtp.host", "127.0.0.1");
        properties.put("mail.smtp.port", Integer.toString(server.port()));
        properties.put("mail.smtp.localhost", "client.example");
        properties.put("mail.smtp.timeout", "10000");
        return properties;
    }

    private static Address[] addresses(final String... recipients) throws MessagingException {
        final Address[] addresses = new Address[recipients.length];
        for (int i = 0; i < recipients.length; i++) {
            addresses[i] = new InternetAddress(recipients[i]);
        }
        return addresses;
    }

    private static List<String> texts(final Address[] addresses) {
        return Stream.of(addresses).map(Address::toString).toList();
    }

    private static byte[] octets(final MimeMessage message) throws Exception {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        message.writeTo(out, new String[] {"Bcc"});
        return out.toByteArray();
    }

    private static long filesIn(final Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }

    /** A message as the handler saw it. */
    private record Received(String from, List<String> recipients, boolean eightBit, byte[] content) {
        static Received of(final Envelope envelope) throws IOException {
            return new Received(
                    envelope.reversePath(),
                    envelope.recipients(),
                    envelope.isEightBit(),
                    envelope.contentStream().readAllBytes());
        }
    }
}

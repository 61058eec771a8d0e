package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class XtextTest {
    /** Values of ORCPT; whether they are right without SMTPUTF8; whether they are right with it. */
    private static final Object[][] ORCPT = {
        {"rfc822;a@b", true, true},
        {"RFC822;a+2Bb@c", true, true},
        {"x400;/G=a/S=b/", false, false},
        {"x400;/G+3Da/S+3Db/", true, true},
        {"rfc822;", true, true},
        {"rfc822;a;b", true, true},
        {"utf-8;a\\x{FC}@b", true, true},
        {"a+b;c", true, true},
        {"rfc822;" + "a".repeat(493), true, true},
        {"rfc822;" + "a".repeat(494), false, false},
        {"", false, false},
        {";", false, false},
        {";a@b", false, false},
        {"a@b", false, false},
        {"rfc822", false, false},
        {"rfc.822;a@b", false, false},
        {"rfc(822);a@b", false, false},
        {"rfc822;a b", false, false},
        {"rfc822;a+2b", false, false},
        {"rfc822;a+0D+0AX:", false, false},
        {Placement.utf8("utf-8;\u00fc@\u00fc"), false, true},
        {Placement.utf8("UTF-8;\u00fc+2B"), false, true},
        {Placement.utf8("rfc822;\u00fc@b"), false, false},
        {Placement.utf8("utf-88;\u00fc@b"), false, false},
        {Placement.utf8("\u00fc;a@b"), false, false},
        {Placement.utf8("utf-8;\u0085"), false, false},
        {"utf-8;\u00fc", false, false},
        {"utf-8;\u00c3", false, false},
        {"utf-8;\u00c3+BC", false, false},
    };

    @Test
    void shouldJudgeOriginalRecipients() {
        for (final Object[] row : ORCPT) {
            final String text = (String) row[0];
            Placement.everywhere(text, (in, from, to) -> {
                assertEquals(row[1], Xtext.isOrcpt(in, from, to, false), text);
                assertEquals(row[2], Xtext.isOrcpt(in, from, to, true), text);
            });
        }
    }

    @Test
    void shouldTakeEnvelopeIdentifiersUpToTheirLimitInOctets() {
        for (int length = 0; length <= 102; length++) {
            final String text = "x".repeat(length);
            final boolean expected = length > 0 && length <= 100;
            Placement.everywhere(text, (in, from, to) -> assertEquals(expected, Xtext.isEnvid(in, from, to), text));
        }
    }

    @Test
    void shouldJudgeEverySingleOctet() {
        for (int octet = 0; octet < 256; octet++) {
            final ByteBuffer in = Placement.buffer("a" + (char) octet + "b");
            final boolean expected = octet > ' ' && octet < 0x7F && octet != '+' && octet != '=';
            assertEquals(expected, Xtext.isEnvid(in, 0, 3), "octet " + octet);
        }
    }

    @Test
    void shouldJudgeEveryPairOfOctetsBehindThePlus() {
        for (int pair = 0; pair < 1 << 16; pair++) {
            final char high = (char) (pair >> 8);
            final char low = (char) (pair & 0xFF);
            final boolean isHex = "0123456789ABCDEF".indexOf(high) >= 0 && "0123456789ABCDEF".indexOf(low) >= 0;
            final int value = isHex ? Integer.parseInt("" + high + low, 16) : 0;
            final boolean expected = value >= ' ' && value != 0x7F || value == '\t';
            assertEquals(expected, Xtext.isEnvid(Placement.buffer("+" + high + low), 0, 3), "+" + high + low);
        }
    }

    @Test
    void shouldAgreeWithRegularExpressionOnRandomText() {
        final Pattern pattern = Pattern.compile("(?:[!-*,-<>-~]|\\+(?:09|[2-689A-F][0-9A-F]|7[0-9A-E]))+");
        final String alphabet = "a+++012F79A=\u00fcf~! ";
        final Random random = new Random(3461);
        int valid = 0;
        for (int round = 0; round < 200_000; round++) {
            final StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(9); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            final boolean isXtext = Xtext.isEnvid(Placement.buffer(text.toString()), 0, text.length());
            assertEquals(pattern.matcher(text).matches(), isXtext, text.toString());
            valid += isXtext ? 1 : 0;
        }
        assertTrue(valid > 1_000, "only " + valid + " valid texts");
    }
}

package io.posthaste.cli.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each event is one object on one line, whatever is in it. */
final class JsonLoggerTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Test
    void shouldWriteAnEventAsAnObject() throws Exception {
        logger("io.posthaste.Some").warn("{} of {} failed", 3, 5);
        final JsonObject event = event();
        assertEquals(Set.of("time", "level", "logger", "thread", "message"), event.keySet());
        assertEquals("3 of 5 failed", event.getString("message"));
        assertEquals("warn", event.getString("level"));
        assertEquals("io.posthaste.Some", event.getString("logger"));
        assertFalse(Instant.parse(event.getString("time")).isAfter(Instant.now()));
    }

    @Test
    void shouldKeepAnyTextOnOneLine() throws Exception {
        final String text = "a\r\n{\"level\":\"info\"}\u0000\u001b[31m \"quoted\" \\ ä\u2028";
        logger("x").error(text, new IOException("two\nlines"));
        final JsonObject event = event();
        assertEquals(text, event.getString("message"));
        assertEquals("java.io.IOException: two\nlines", event.getString("error"));
        assertTrue(event.getString("stack").contains("JsonLoggerTest"), event.getString("stack"));
    }

    @Test
    void shouldWriteATransactionWithItsFields() throws Exception {
        logger(JsonLogger.TRANSACTIONS)
                .info(
                        "id=d20 outcome=accepted code=250 peer=IPv6:2001:db8::1 helo=\"mx \\\"1\\\"\" from=\"\" tls=TLSv1.3/TLS_AES_256_GCM_SHA384"
                                + " recipients=2 to=\"c@d.example\" to=\"e\\\\f g=h@i.example\" size=4096 latency_us=180");
        final JsonObject event = event();
        assertEquals("d20", event.getString("id"));
        assertEquals("accepted", event.getString("outcome"));
        assertEquals(250, event.getInt("code"));
        assertEquals("IPv6:2001:db8::1", event.getString("peer"));
        assertEquals("mx \"1\"", event.getString("helo"));
        assertEquals("", event.getString("from"));
        assertTrue(event.getBoolean("tls"));
        assertEquals("TLSv1.3", event.getString("tls_version"));
        assertEquals("TLS_AES_256_GCM_SHA384", event.getString("tls_cipher"));
        assertEquals(2, event.getInt("recipients"));
        assertEquals(List.of("c@d.example", "e\\f g=h@i.example"), event.getArray("to"));
        assertEquals(4096, event.getInt("size"));
        assertEquals(180, event.getInt("latency_us"));
        assertFalse(event.has("message"));
    }

    @Test
    void shouldWriteARefusalWithItsFields() throws Exception {
        logger(JsonLogger.ACCESS)
                .info(
                        "reject=rcpt reason=listed code=550 status=5.7.1 peer=192.0.2.1 helo=\"mx\" user=\"ann \\\"x\\\"\""
                                + " id=d20 from=\"\" to=\"c@d.example\" list=\"bl.example\" text=\"Listed\"");
        final JsonObject event = event();
        assertEquals("rcpt", event.getString("reject"));
        assertEquals("listed", event.getString("reason"));
        assertEquals(550, event.getInt("code"));
        assertEquals("5.7.1", event.getString("status"));
        assertEquals("ann \"x\"", event.getString("user"));
        assertEquals("", event.getString("from"));
        assertEquals(List.of("c@d.example"), event.getArray("to"));
        assertEquals("bl.example", event.getString("list"));
        assertFalse(event.has("message"));
        assertFalse(event.has("tls"));
    }

    @Test
    void shouldWriteALoginWithItsFields() throws Exception {
        logger(JsonLogger.ACCESS)
                .info(
                        "login=failed code=535 status=5.7.8 mechanism=PLAIN peer=IPv6:2001:db8::1 helo=\"mx\" user=\"1\"");
        final JsonObject event = event();
        assertEquals("failed", event.getString("login"));
        assertEquals(535, event.getInt("code"));
        assertEquals("PLAIN", event.getString("mechanism"));
        assertEquals("IPv6:2001:db8::1", event.getString("peer"));
        assertEquals("1", event.getString("user"));
        assertFalse(event.has("to"));
        assertFalse(event.has("message"));
    }

    @Test
    void shouldKeepWhatElseTheAccessLogSays() throws Exception {
        logger(JsonLogger.ACCESS).warn("{} refusals and logins more are not told", 3);
        assertEquals("3 refusals and logins more are not told", event().getString("message"));
    }

    @Test
    void shouldTellWhatCameInTheClear() throws Exception {
        logger(JsonLogger.TRANSACTIONS).info("id=0 outcome=aborted recipients=0");
        final JsonObject event = event();
        assertFalse(event.has("tls_version") || event.has("tls_cipher"));
        assertTrue(event.isBoolean("tls"));
        assertFalse(event.getBoolean("tls"));
        assertEquals(List.of(), event.getArray("to"));
    }

    @Test
    void shouldWriteAFailedHandshakeWithItsFields() throws Exception {
        logger(JsonLogger.HANDSHAKES)
                .info(
                        "cause=no_shared_cipher peer=192.0.2.1 name=\"mx.\\\"example\" error=\"no cipher suites in common\""
                                + " more=12");
        final JsonObject event = event();
        assertEquals(Set.of("time", "level", "logger", "cause", "peer", "name", "tls_error", "more"), event.keySet());
        assertEquals("no_shared_cipher", event.getString("cause"));
        assertEquals("192.0.2.1", event.getString("peer"));
        assertEquals("mx.\"example", event.getString("name"));
        assertEquals("no cipher suites in common", event.getString("tls_error"));
        assertEquals(12, event.getInt("more"));
    }

    @Test
    void shouldKeepALineThatIsNoTransaction() throws Exception {
        logger(JsonLogger.TRANSACTIONS).info("id=0 from=\"open");
        assertEquals("id=0 from=\"open", event().getString("message"));
    }

    @Test
    void shouldBeAsQuietAsTheTextLog() {
        final JsonLogger logger = logger("x");
        logger.debug("not this");
        logger.trace("nor this");
        assertEquals("", written.toString(StandardCharsets.UTF_8));
        assertTrue(logger.isInfoEnabled());
    }

    private JsonLogger logger(final String name) {
        return new JsonLogger(name, new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    private JsonObject event() throws JsonParserException {
        final String text = written.toString(StandardCharsets.UTF_8);
        assertTrue(text.indexOf('\n') == text.length() - 1, () -> "one line: " + text);
        return JsonParser.object().from(text);
    }
}

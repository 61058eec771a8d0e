package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RelaySettingsTest {
    @Test
    void shouldReadWhatIsSet() {
        final RelaySettings settings = RelaySettings.parse(
                "smtp://mx.example,[::1]:2525,192.0.2.1:26?tls=require&verify=yes&ca=/etc/ca.pem&connections=7&idle=1m"
                        + "&timeout=2h&dsn=yes",
                1);
        assertEquals(
                new RelaySettings(
                        false,
                        List.of(
                                new NextHop("mx.example", 25, null),
                                new NextHop("::1", 2525, null),
                                new NextHop("192.0.2.1", 26, null)),
                        TlsMode.REQUIRE,
                        true,
                        Path.of("/etc/ca.pem"),
                        7,
                        TimeUnit.MINUTES.toNanos(1),
                        TimeUnit.HOURS.toNanos(2),
                        true),
                settings);
        assertEquals("smtp://mx.example:25,[::1]:2525,192.0.2.1:26", settings.description());
    }

    @Test
    void shouldHaveDefaults() {
        final RelaySettings settings = RelaySettings.parse("lmtp://localhost:24", 77);
        assertTrue(settings.isLmtp());
        assertEquals(TlsMode.OPPORTUNISTIC, settings.tlsMode());
        assertEquals(RelaySettings.DEFAULT_CONNECTIONS, settings.connections());
        assertEquals(77, settings.timeoutNs());
        assertEquals("lmtp:/run/lmtp", RelaySettings.parse("lmtp:/run/lmtp", 1).description());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "http://x | is neither smtp: nor lmtp:",
                "smtp: | names no server",
                "smtp:mx.example | names no server",
                "smtp:// | names no server",
                "smtp:/path | names no server",
                "smtp://a,,b | '' in 'smtp://a,,b' is not HOST:PORT",
                "smtp://a:0 | is not a number from 1 to 65535",
                "smtp://a:65536 | is not a number from 1 to 65535",
                "smtp://a:b | is not HOST:PORT",
                "smtp://::1:25 | is not HOST:PORT",
                "lmtp://a | names no port",
                "smtp://a?tls=maybe | bad 'tls=maybe'",
                "smtp://a?verify=yes | means nothing without tls=require",
                "smtp://a?tls=require&ca=x | means nothing without verify=yes",
                "smtp://a?tls=require&verify=1 | bad 'verify=1'",
                "smtp://a?tls=require&verify=yes&ca= | bad 'ca='",
                "smtp://a?connections=0 | bad 'connections=0'",
                "smtp://a?connections=1001 | bad 'connections=1001'",
                "smtp://a?idle=0s | bad 'idle=0s'",
                "smtp://a?timeout=5 | bad 'timeout=5'",
                "smtp://a?color=red | does not know 'color=red'"
            })
    void shouldRefuseTheRestInOneLine(final String uri, final String part) {
        final String message = assertThrows(IllegalArgumentException.class, () -> RelaySettings.parse(uri, 1))
                .getMessage();
        assertTrue(message.contains(part) && !message.contains("\n"), message);
    }
}

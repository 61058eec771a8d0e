package io.posthaste.tls.boringssl;

import io.posthaste.tls.TlsCertificates;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsEngine;
import io.posthaste.tls.TlsEngineChoice;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * CPU time of the server's part of a handshake, in memory, by each engine in turn until it stands still; the other side is
 * BoringSSL. By hand: {@code java -cp … io.posthaste.tls.boringssl.HandshakeCost SECONDS ROUNDS}, so many seconds for each
 * engine, full and resumed, in each round.
 */
public final class HandshakeCost {
    private HandshakeCost() {}

    /** @param arguments how many seconds, and how many rounds */
    public static void main(final String[] arguments) throws Exception {
        BoringSslLibrary.load();
        final long ns = TimeUnit.SECONDS.toNanos(Integer.parseInt(arguments[0]));
        for (int round = 0; round < Integer.parseInt(arguments[1]); round++) {
            for (final boolean fresh : new boolean[] {true, false}) {
                for (final TlsEngineChoice choice : List.of(TlsEngineChoice.JDK, TlsEngineChoice.BORINGSSL)) {
                    measure(choice, fresh, ns);
                }
            }
        }
    }

    private static void measure(final TlsEngineChoice choice, final boolean fresh, final long ns) throws Exception {
        final TlsCertificates certificates = new TlsCertificates(TlsConfig.selfSigned("mx.test"), choice);
        final HandshakeSoak.Client client = new HandshakeSoak.Client();
        final long endNs = System.nanoTime() + ns;
        int handshakes = 0;
        int resumed = 0;
        while (System.nanoTime() - endNs < 0) {
            final TlsEngine server = certificates.newEngine();
            client.shakesHands(server, fresh, true);
            resumed += server.isResumed() ? 1 : 0;
            server.release();
            handshakes++;
        }
        client.close();
        certificates.close();
        System.out.printf(
                Locale.ROOT,
                "%s %s: %d handshakes, %d resumed, %.1f us of the server's CPU each%n",
                choice,
                fresh ? "full" : "resumed",
                handshakes,
                resumed,
                client.serverNs / 1e3 / handshakes);
    }
}

package io.posthaste.cli;

import io.posthaste.policy.TlsLimits;
import io.posthaste.server.HostPort;
import io.posthaste.server.ServerBuilder;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsEngineChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options on TLS. With a certificate STARTTLS is offered on every plain address. */
final class TlsOptions {
    @Option(
            names = "--listen-tls",
            paramLabel = "HOST:PORT",
            split = ",",
            description =
                    "Address to listen on where TLS begins before the greeting; may be repeated. Without --listen it"
                            + " is the only one.")
    private List<String> listen = new ArrayList<>();

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "Certificate in PEM, its chain behind it. Turns STARTTLS on.")
    private Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description =
                    "Its private key in PEM (PKCS#8, encrypted or not, PKCS#1, SEC 1). Default: in the same file.")
    private Path key;

    @Option(
            names = "--tls-key-password-file",
            paramLabel = "FILE",
            description = "File whose first line is the password of encrypted keys.")
    private Path passwordFile;

    @Option(
            names = "--tls-cert-dir",
            paramLabel = "DIR",
            description =
                    "More certificates, NAME.crt with NAME.key each, chosen by the host name that a client asks for"
                            + " (SNI) among the names in the certificates.")
    private Path directory;

    @Option(
            names = "--tls-self-signed",
            fallbackValue = "true",
            description = "Make a certificate for --hostname that nobody vouches for: for development only.")
    private boolean selfSigned;

    @Option(
            names = "--tls-handshake-timeout",
            paramLabel = "TIME",
            defaultValue = TlsLimits.DEFAULT_HANDSHAKE_TIMEOUT_SECONDS + "s",
            converter = Quantities.Time.class,
            description = "Time for a handshake; then the connection is closed. Default: ${DEFAULT-VALUE}.")
    private Duration handshakeTimeout;

    @Option(
            names = "--tls-handshake-rate",
            paramLabel = "N",
            defaultValue = "" + TlsLimits.DEFAULT_HANDSHAKES_PER_SECOND,
            description =
                    "Handshakes that may begin in a second; more are answered 454, or closed on --listen-tls; 0 for"
                            + " no limit. Default: ${DEFAULT-VALUE}.")
    private int handshakeRate;

    @Option(
            names = "--tls-threads",
            paramLabel = "N",
            description = "Threads for the heavy work of handshakes. Default: half as many as there are processors.")
    private Integer threads;

    @Option(
            names = "--tls-engine",
            paramLabel = "ENGINE",
            defaultValue = "auto",
            description = "Library that does TLS: boringssl, jdk, or auto: BoringSSL where its jars are there and load,"
                    + " else the JDK. Default: ${DEFAULT-VALUE}.")
    private TlsEngineChoice engine;

    @Option(
            names = "--tls-reload",
            paramLabel = "TIME",
            defaultValue = ServerBuilder.DEFAULT_TLS_RELOAD_SECONDS + "s",
            converter = Quantities.Time.class,
            description = "How often the files are looked at; what has changed is loaded, and no session ends for it."
                    + " SIGHUP loads them, and the lists, at once. Default: ${DEFAULT-VALUE}.")
    private Duration reload;

    /**
     * Sets all of this.
     *
     * @throws IllegalArgumentException a value is wrong; the message is for the operator
     */
    void applyTo(final ServerBuilder builder, final String hostname) {
        listen.forEach(address -> builder.listenTls(HostPort.parse(address)));
        if (certificate != null || key != null || directory != null || selfSigned) {
            builder.tls(new TlsConfig(certificate, key, directory, passwordFile, selfSigned, hostname));
        }
        builder.tlsLimits(new TlsLimits(
                        handshakeTimeout.toNanos(), handshakeRate == 0 ? Integer.MAX_VALUE : handshakeRate))
                .reloadTls(reload)
                .tlsEngine(engine);
        if (threads != null) {
            builder.tlsThreads(threads);
        }
    }
}

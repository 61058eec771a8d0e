package io.posthaste.loadtest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whether and how connections are encrypted. */
final class TlsOptions {
    @Option(names = "--starttls", description = "Connections are encrypted by STARTTLS.")
    private boolean isStarted;

    @Option(names = "--tls", description = "Connections are encrypted from their begin (implicit TLS).")
    private boolean isImplicit;

    @Option(
            names = "--tls-verify",
            paramLabel = "on|off",
            converter = OnOff.Converter.class,
            description = "Whether the server's certificate is checked, by the authorities that the Java runtime trusts"
                    + " (default off: any certificate will do).")
    private OnOff verify;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "Certificates (PEM) of the authorities to trust instead; implies --tls-verify on.")
    private Path authorities;

    @Option(
            names = "--tls-servername",
            paramLabel = "NAME",
            description = "Name told to the server (SNI) and looked for in its certificate (default: the host).")
    private String serverName;

    @Option(
            names = "--tls-protocol",
            paramLabel = "1.2|1.3",
            converter = ProtocolConverter.class,
            description = "The only version offered (default: both).")
    private String protocol;

    @Option(
            names = "--tls-resume",
            paramLabel = "on|off",
            converter = OnOff.Converter.class,
            description = "Whether sessions are resumed where the server allows it (default on).")
    private OnOff resume;

    /** @param host of the target, as it was given */
    Optional<TlsPlan> plan(String host, Checks checks) throws IOException {
        checks.require(!isStarted || !isImplicit, "--starttls and --tls exclude each other");
        if (!isStarted && !isImplicit) {
            final boolean isAny =
                    verify != null || authorities != null || serverName != null || protocol != null || resume != null;
            checks.require(!isAny, "--tls-verify, --tls-ca and the like need --starttls or --tls");
            return Optional.empty();
        }
        checks.require(authorities == null || verify != OnOff.OFF, "--tls-ca and --tls-verify off exclude each other");
        final TlsPlan plan = new TlsPlan(
                isImplicit,
                serverName == null ? host : serverName,
                authorities != null || verify == OnOff.ON,
                authorities == null ? List.of() : read(authorities, checks),
                protocol == null ? TlsPlan.ALL_PROTOCOLS : List.of(protocol),
                resume != OnOff.OFF);
        checks.require(
                plan.isNamedByAddress() || isHostName(plan.serverName()),
                "--tls-servername: '" + plan.serverName() + "' is no host name");
        return Optional.of(plan);
    }

    private static boolean isHostName(String name) {
        try {
            return new SNIHostName(name).getAsciiName().equalsIgnoreCase(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<X509Certificate> read(Path file, Checks checks) throws IOException {
        checks.require(Files.isReadable(file), "--tls-ca: cannot read " + file);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            final List<X509Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            checks.require(!certificates.isEmpty(), "--tls-ca: no certificate in " + file);
            return certificates;
        } catch (CertificateException e) {
            throw checks.usage("--tls-ca: no certificate in " + file);
        }
    }

    /** For picocli. */
    static final class ProtocolConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            final String name = "TLSv" + text;
            if (!TlsPlan.ALL_PROTOCOLS.contains(name)) {
                throw new TypeConversionException("'" + text + "' is neither 1.2 nor 1.3");
            }
            return name;
        }
    }
}

package io.posthaste.relay;

import io.posthaste.tls.TlsClients;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code smtp://HOST:PORT,…?tls=require&verify=yes&connections=16} sets, or {@code lmtp://HOST:PORT}, or {@code
 * lmtp:/path/to/socket}.
 *
 * @param isLmtp LMTP (RFC 2033) rather than SMTP
 * @param hops in the order given; each gets its share
 * @param verifies whether the server's certificate is checked
 * @param authorities PEM file with who may have signed it; null for those of the Java runtime
 * @param connections that may be open at once, over all hops
 * @param idleNs how long a connection is kept without mail
 * @param timeoutNs how long one message may take in all
 * @param announcesDsn whether the operator promises that the next servers know the parameters of RFC 3461
 */
record RelaySettings(
        boolean isLmtp,
        List<NextHop> hops,
        TlsMode tlsMode,
        boolean verifies,
        Path authorities,
        int connections,
        long idleNs,
        long timeoutNs,
        boolean announcesDsn) {
    /** Connections unless {@code connections} says otherwise. */
    static final int DEFAULT_CONNECTIONS = 20;

    /** The most connections. */
    static final int GREATEST_CONNECTIONS = 1000;

    private static final int SMTP_PORT = 25;
    private static final int GREATEST_PORT = 65535;
    private static final long DEFAULT_IDLE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m|h)");
    private static final Pattern HOP = Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([A-Za-z0-9._-]+))(?::(\\d{1,5}))?");
    private static final String FORM =
            "write smtp://HOST:PORT?tls=opportunistic|require|off&verify=yes|no&ca=FILE&dsn=yes|no&connections=N"
                    + "&idle=30s&timeout=5m";

    RelaySettings {
        hops = List.copyOf(hops);
    }

    /**
     * Reads a URI.
     *
     * @param defaultTimeoutNs unless {@code timeout} says otherwise
     * @throws IllegalArgumentException one line for the operator
     */
    static RelaySettings parse(final String uri, final long defaultTimeoutNs) {
        final int colon = uri.indexOf(':');
        final boolean isLmtp = uri.startsWith("lmtp:");
        if (!isLmtp && !uri.startsWith("smtp:")) {
            throw new IllegalArgumentException("'" + uri + "' is neither smtp: nor lmtp:");
        }
        final int question = uri.indexOf('?');
        final String place = uri.substring(colon + 1, question < 0 ? uri.length() : question);
        final List<NextHop> hops = hops(uri, isLmtp, place);
        TlsMode mode = TlsMode.OPPORTUNISTIC;
        boolean verifies = false;
        Path authorities = null;
        int connections = DEFAULT_CONNECTIONS;
        long idleNs = DEFAULT_IDLE_NS;
        long timeoutNs = defaultTimeoutNs;
        boolean announcesDsn = false;
        for (final String setting :
                question < 0 ? new String[0] : uri.substring(question + 1).split("&", -1)) {
            final String[] pair = setting.split("=", 2);
            final String value = pair.length < 2 ? "" : pair[1];
            switch (pair[0]) {
                case "tls" -> mode = mode(setting, value);
                case "verify" -> verifies = yesOrNo(setting, value);
                case "ca" -> authorities = path(setting, value);
                case "connections" -> connections = connections(setting, value);
                case "idle" -> idleNs = nanoseconds(setting, value);
                case "dsn" -> announcesDsn = yesOrNo(setting, value);
                case "timeout" -> timeoutNs = nanoseconds(setting, value);
                default ->
                    throw new IllegalArgumentException("the next server: does not know '" + setting + "': " + FORM);
            }
        }
        if (verifies && mode != TlsMode.REQUIRE) {
            throw new IllegalArgumentException("the next server: verify=yes means nothing without tls=require: who can"
                    + " show a wrong certificate can also hide STARTTLS");
        }
        if (authorities != null && !verifies) {
            throw new IllegalArgumentException("the next server: ca=FILE means nothing without verify=yes");
        }
        return new RelaySettings(
                isLmtp, hops, mode, verifies, authorities, connections, idleNs, timeoutNs, announcesDsn);
    }

    /**
     * Who makes TLS connections.
     *
     * @throws IllegalArgumentException the file of authorities cannot be used; one line for the operator
     */
    TlsClients tlsClients() {
        return verifies ? TlsClients.verifying(authorities) : TlsClients.trustingAnyone();
    }

    /** The place without settings, for people. */
    String description() {
        final List<String> names = hops.stream().map(NextHop::toString).toList();
        final String scheme = isLmtp ? "lmtp:" : "smtp:";
        return scheme + (hops.get(0).path() == null ? "//" : "") + String.join(",", names);
    }

    private static List<NextHop> hops(final String uri, final boolean isLmtp, final String place) {
        if (isLmtp && place.startsWith("/") && !place.startsWith("//")) {
            return List.of(new NextHop("", 0, path(uri, place)));
        }
        if (!place.startsWith("//") || place.length() == 2) {
            throw new IllegalArgumentException("'" + uri + "' names no server: " + FORM);
        }
        final List<NextHop> hops = new ArrayList<>();
        for (final String one : place.substring(2).split(",", -1)) {
            hops.add(hop(uri, isLmtp, one));
        }
        return hops;
    }

    private static NextHop hop(final String uri, final boolean isLmtp, final String text) {
        final Matcher matcher = HOP.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' in '" + uri + "' is not HOST:PORT: " + FORM);
        }
        if (matcher.group(3) == null && isLmtp) {
            throw new IllegalArgumentException("'" + uri + "' names no port, and LMTP has none of its own");
        }
        final int port = matcher.group(3) == null ? SMTP_PORT : Integer.parseInt(matcher.group(3));
        if (port == 0 || port > GREATEST_PORT) {
            throw new IllegalArgumentException("the port of '" + text + "' is not a number from 1 to " + GREATEST_PORT);
        }
        return new NextHop(matcher.group(1) == null ? matcher.group(2) : matcher.group(1), port, null);
    }

    private static TlsMode mode(final String setting, final String value) {
        return switch (value) {
            case "off" -> TlsMode.OFF;
            case "opportunistic" -> TlsMode.OPPORTUNISTIC;
            case "require" -> TlsMode.REQUIRE;
            default -> throw bad(setting, "write tls=opportunistic, tls=require or tls=off");
        };
    }

    private static boolean yesOrNo(final String setting, final String value) {
        if (!value.equals("yes") && !value.equals("no")) {
            throw bad(setting, "write yes or no");
        }
        return value.equals("yes");
    }

    private static Path path(final String setting, final String value) {
        try {
            if (!value.isBlank()) {
                return Path.of(value);
            }
        } catch (final InvalidPathException e) {
            throw bad(setting, e.getReason());
        }
        throw bad(setting, "name a file");
    }

    private static int connections(final String setting, final String value) {
        final int count = value.matches("\\d{1,4}") ? Integer.parseInt(value) : 0;
        if (count < 1 || count > GREATEST_CONNECTIONS) {
            throw bad(setting, "write a number from 1 to " + GREATEST_CONNECTIONS);
        }
        return count;
    }

    private static long nanoseconds(final String setting, final String value) {
        final Matcher matcher = DURATION.matcher(value.toLowerCase(Locale.ROOT));
        if (matcher.matches() && Long.parseLong(matcher.group(1)) > 0) {
            final TimeUnit unit = switch (matcher.group(2)) {
                case "ms" -> TimeUnit.MILLISECONDS;
                case "s" -> TimeUnit.SECONDS;
                case "m" -> TimeUnit.MINUTES;
                default -> TimeUnit.HOURS;
            };
            return unit.toNanos(Long.parseLong(matcher.group(1)));
        }
        throw bad(setting, "write a duration like 500ms, 30s, 5m or 1h");
    }

    private static IllegalArgumentException bad(final String setting, final String advice) {
        return new IllegalArgumentException("the next server: bad '" + setting + "': " + advice);
    }
}

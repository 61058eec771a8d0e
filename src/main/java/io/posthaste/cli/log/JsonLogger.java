package io.posthaste.cli.log;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * Writes each event as an object on a line of its own, whatever line ends are in it: {@code time} (UTC), {@code level},
 * {@code logger}, {@code thread}, {@code message}, and with an exception {@code error} and {@code stack}. A mail transaction
 * has its fields instead of a message, see {@link TransactionFields}, and so have a refusal and a login ({@link AccessFields}), and
 * a handshake that failed ({@link HandshakeFields}). These names do not change.
 */
final class JsonLogger extends LegacyAbstractLogger {
    /** The logger of mail transactions. */
    static final String TRANSACTIONS = "io.posthaste.transaction";

    /** The logger of refusals and logins. */
    static final String ACCESS = "io.posthaste.access";

    /** The logger of handshakes of TLS that fail. */
    static final String HANDSHAKES = "io.posthaste.handshake";

    private static final long serialVersionUID = 1;
    /** The same properties as those of the text log. */
    private static final String LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private static final String LEVEL_OF = "org.slf4j.simpleLogger.log.";

    private final transient PrintStream out;
    private final int lowest;

    JsonLogger(final String name, final PrintStream out) {
        this.name = name;
        this.out = out;
        lowest = Level.valueOf(level(name).toUpperCase(Locale.ROOT)).toInt();
    }

    /** That of the logger or of the nearest one above it. */
    private static String level(final String name) {
        String prefix = name;
        while (true) {
            final String level = System.getProperty(LEVEL_OF + prefix);
            if (level != null) {
                return level;
            }
            final int dot = prefix.lastIndexOf('.');
            if (dot < 0) {
                return System.getProperty(LEVEL, "info");
            }
            prefix = prefix.substring(0, dot);
        }
    }

    @Override
    protected void handleNormalizedLoggingCall(
            final Level level,
            final Marker marker,
            final String pattern,
            final Object[] arguments,
            final Throwable failure) {
        final String message = MessageFormatter.basicArrayFormat(pattern, arguments);
        final JsonStringWriter json = JsonWriter.string()
                .object()
                .value("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())
                .value("level", level.name().toLowerCase(Locale.ROOT))
                .value("logger", name);
        if (level != Level.INFO || !putFields(message, json)) {
            json.value("thread", Thread.currentThread().getName()).value("message", message);
        }
        if (failure != null) {
            final StringWriter stack = new StringWriter();
            failure.printStackTrace(new PrintWriter(stack));
            json.value("error", failure.toString()).value("stack", stack.toString());
        }
        final byte[] line = (json.end().done() + "\n").getBytes(StandardCharsets.UTF_8);
        // In one write, so that lines of several threads do not mix.
        out.write(line, 0, line.length);
        out.flush();
    }

    /** The fields of a line that is made of such; adds nothing and returns false when it is none. */
    private boolean putFields(final String message, final JsonStringWriter json) {
        return switch (name) {
            case TRANSACTIONS -> TransactionFields.put(message, json);
            case ACCESS -> AccessFields.put(message, json);
            case HANDSHAKES -> HandshakeFields.put(message, json);
            default -> false;
        };
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    public boolean isTraceEnabled() {
        return isEnabled(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return isEnabled(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return isEnabled(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isEnabled(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return isEnabled(Level.ERROR);
    }

    private boolean isEnabled(final Level level) {
        return level.toInt() >= lowest;
    }
}

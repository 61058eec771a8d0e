package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.server.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A well-behaved client of {@code serve} while a flood comes from other addresses, each of the three in a process of its own;
 * quiet and flooded phases in turn. That all its messages are taken, and what becomes of the flood, must hold. How long its
 * messages take is printed and gates nothing: a machine that is busy with other things tells nothing.
 *
 * <p>{@code floods.messages} sets the messages of a phase, {@code floods.rounds} how many times quiet and flooded follow one
 * another, {@code floods.deliver} the delivery, {@code floods.times} multiplies the rate of the floods. With {@code floods.neighbour} there is a third phase in each round, in which the
 * flood goes to another server: what it costs the client then is the machine's share, for its own server notices nothing.
 */
@Timeout(600)
class FloodLatencyTest {
    private static final int MESSAGES = Integer.getInteger("floods.messages", 50);
    private static final int ROUNDS = Integer.getInteger("floods.rounds", 1);
    private static final String DELIVERY = System.getProperty("floods.deliver", "maildir:./mail");
    private static final int TIMES = Integer.getInteger("floods.times", 1);
    private static final boolean NEIGHBOUR = Boolean.getBoolean("floods.neighbour");
    private static final String[] JAVA =
            System.getProperty("floods.java", "-XX:+UseSerialGC -Xmn8m").split(" ");

    /** Between the beginnings of two messages, unless one takes longer. */
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final double US_PER_MS = 1000;
    private static final Pattern PORTS =
            Pattern.compile(".*127\\.0\\.0\\.1:(\\d+), 127\\.0\\.0\\.1:(\\d+) \\(TLS\\),.*");

    @TempDir
    private Path directory;

    private final Phases quiet = new Phases("quiet");
    private final Phases flooded = new Phases("flooded");
    private final Phases neighbourFlooded = new Phases("neighbour flooded");
    private long messages;

    /** A server, and where it listens. */
    private record House(ServerProcess server, int plainPort, int tlsPort) implements AutoCloseable {
        /** Nobody but the well-behaved client is exempt from limits. */
        static House start(final Path directory, final String engine) throws IOException {
            final ServerProcess server = ServerProcess.startWith(
                    List.of(JAVA),
                    Files.createDirectories(directory),
                    "serve",
                    "--listen=127.0.0.1:0",
                    "--listen-tls=127.0.0.1:0",
                    "--tls-self-signed",
                    "--tls-engine=" + engine,
                    "--accept=*",
                    "--deliver=" + DELIVERY,
                    "--client-limits-exempt=127.0.0.1");
            final Matcher ports = PORTS.matcher(server.outputLine());
            assertTrue(ports.matches());
            return new House(server, Integer.parseInt(ports.group(1)), Integer.parseInt(ports.group(2)));
        }

        int port(final Flood.Kind kind) {
            return kind == Flood.Kind.HANDSHAKES ? tlsPort : plainPort;
        }

        @Override
        public void close() {
            server.close();
        }
    }

    /** What the client and the processes have used in the phases of one kind. */
    private final class Phases {
        private final String name;
        private final List<Histogram> kept = new ArrayList<>();
        private final List<Histogram> fresh = new ArrayList<>();
        private Duration server = Duration.ZERO;
        private Duration flood = Duration.ZERO;
        private long ns;

        Phases(final String name) {
            this.name = name;
        }

        void run(final House house, final RawClient client, final FloodProcess flooder) throws IOException {
            final Duration serverBefore = house.server().cpuTime();
            final Duration floodBefore = flooder.cpuTime();
            final long beganNs = System.nanoTime();
            final Histogram keptUs = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
            final Histogram freshUs = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
            sends(house, client, keptUs, freshUs);
            kept.add(keptUs);
            fresh.add(freshUs);
            ns += System.nanoTime() - beganNs;
            server = server.plus(house.server().cpuTime().minus(serverBefore));
            flood = flood.plus(flooder.cpuTime().minus(floodBefore));
        }

        /** Messages in turn on the connection that is kept and on a new one each. */
        private void sends(final House house, final RawClient client, final Histogram keptUs, final Histogram freshUs)
                throws IOException {
            long dueNs = System.nanoTime();
            for (int i = 0; i < 2 * MESSAGES; i++) {
                while (dueNs - System.nanoTime() > 0) {
                    LockSupport.parkNanos(dueNs - System.nanoTime());
                }
                final long begunNs = System.nanoTime();
                if (i % 2 == 0) {
                    client.mails("on the connection that is kept").expects(250);
                } else {
                    try (RawClient newcomer = RawClient.greeted(house.plainPort())) {
                        newcomer.mails("on a connection of its own").expects(250);
                        newcomer.sends("QUIT").expects(221);
                    }
                }
                final long endedNs = System.nanoTime();
                (i % 2 == 0 ? keptUs : freshUs).recordValue((endedNs - begunNs) / 1000);
                messages++;
                dueNs = Math.max(dueNs + INTERVAL_NS, endedNs);
            }
        }

        private double median(final List<Histogram> histograms, final double percentile) {
            final double[] sorted = histograms.stream()
                    .mapToDouble(histogram -> histogram.getValueAtPercentile(percentile) / US_PER_MS)
                    .sorted()
                    .toArray();
            return sorted[sorted.length / 2];
        }

        String figures() {
            return String.format(
                    Locale.ROOT,
                    "  %-18s kept: p50 %.2f p99 %.2f ms, new: p50 %.2f p99 %.2f ms; processor: server %.2f, flood %.2f",
                    name,
                    median(kept, 50),
                    median(kept, 99),
                    median(fresh, 50),
                    median(fresh, 99),
                    (double) server.toNanos() / ns,
                    (double) flood.toNanos() / ns);
        }

        /** Of p99, phase by phase, to that of the quiet phase of the same round: least, median, greatest. */
        String ratios(final Phases quiet) {
            return name + " to quiet, p99: kept " + ratios(kept, quiet.kept) + ", new " + ratios(fresh, quiet.fresh);
        }

        private static String ratios(final List<Histogram> these, final List<Histogram> those) {
            final double[] sorted = new double[these.size()];
            Arrays.setAll(
                    sorted,
                    i -> (double) these.get(i).getValueAtPercentile(99)
                            / those.get(i).getValueAtPercentile(99));
            Arrays.sort(sorted);
            return String.format(
                    Locale.ROOT,
                    "%.2f (%.2f-%.2f)",
                    sorted[sorted.length / 2],
                    DoubleStream.of(sorted).min().orElseThrow(),
                    DoubleStream.of(sorted).max().orElseThrow());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTIONS_OF_ONE, 1000, auto",
        "CONNECTIONS_OF_MANY, 1000, auto",
        "SLOW_CLIENTS, 1000, auto",
        "HANDSHAKES, 500, boringssl",
        "HANDSHAKES, 500, jdk"
    })
    void shouldServeAWellBehavedClient(final Flood.Kind kind, final int perSecond, final String engine)
            throws IOException {
        try (House house = House.start(directory.resolve("here"), engine);
                FloodProcess flood = FloodProcess.start(kind, house.port(kind), TIMES * perSecond);
                RawClient client = RawClient.greeted(house.plainPort())) {
            if (NEIGHBOUR) {
                try (House neighbour = House.start(directory.resolve("neighbour"), engine);
                        FloodProcess other = FloodProcess.start(kind, neighbour.port(kind), TIMES * perSecond)) {
                    compare(house, client, flood, other);
                }
            } else {
                compare(house, client, flood, null);
            }
            print(kind, engine, flood);
            judge(kind, flood);
            client.sends("QUIT").expects(221);
        }
        assertIsStored();
    }

    /** The first round warms up, and is forgotten. */
    private void compare(final House house, final RawClient client, final FloodProcess flood, final FloodProcess other)
            throws IOException {
        final Phases warmUp = new Phases("warm-up");
        for (int round = 0; round <= ROUNDS; round++) {
            (round == 0 ? warmUp : quiet).run(house, client, flood);
            flood.on();
            (round == 0 ? warmUp : flooded).run(house, client, flood);
            flood.off();
            if (other != null) {
                other.on();
                (round == 0 ? warmUp : neighbourFlooded).run(house, client, other);
                other.off();
            }
        }
    }

    private void print(final Flood.Kind kind, final String engine, final FloodProcess flood) {
        System.out.printf(
                "%s, %s: %d done, %d answered, %d refused%n%s%n%s%n  %s%n",
                kind,
                engine,
                flood.done(),
                flood.answered(),
                flood.refused(),
                quiet.figures(),
                flooded.figures(),
                flooded.ratios(quiet));
        if (NEIGHBOUR) {
            System.out.printf("%s%n  %s%n", neighbourFlooded.figures(), neighbourFlooded.ratios(quiet));
        }
    }

    /** More connections are held than one address may have, fewer than all may. */
    private static void judge(final Flood.Kind kind, final FloodProcess flood) {
        assertTrue(flood.answered() > 0, "none was answered");
        switch (kind) {
            case CONNECTIONS_OF_ONE -> assertTrue(flood.refused() > 0, "none was refused");
            case CONNECTIONS_OF_MANY -> assertEquals(0, flood.refused(), "refused");
            default -> {}
        }
    }

    private void assertIsStored() throws IOException {
        final Path stored = directory.resolve("here/mail/new");
        if (Files.exists(stored)) {
            try (var files = Files.list(stored)) {
                assertTrue(files.count() >= messages, "messages stored");
            }
        }
    }
}

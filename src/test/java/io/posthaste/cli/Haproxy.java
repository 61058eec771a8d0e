package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A real HAProxy between clients and a server, as its operator would set it up. */
final class Haproxy implements AutoCloseable {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Process process;
    private final Path log;
    private final Path control;

    private Haproxy(final Process process, final Path log, final Path control) {
        this.process = process;
        this.log = log;
        this.control = control;
    }

    /** Where the program is; empty when it is not installed. */
    static Optional<Path> program() {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(":")).filter(folder -> !folder.isEmpty()),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(folder -> Path.of(folder, "haproxy"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A port that was free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Starts it with front ends and back ends; it accepts connections on these ports and answers when this returns. */
    static Haproxy start(final Path directory, final String configuration, final int... ports) throws IOException {
        final Path control = directory.resolve("haproxy.sock");
        final Path file = directory.resolve("haproxy.cfg");
        final Path log = directory.resolve("haproxy.log");
        Files.writeString(
                file,
                String.join(
                                "\n",
                                "global",
                                "    stats socket " + control + " level admin",
                                "defaults",
                                "    mode tcp",
                                "    timeout connect 5s",
                                "    timeout client 30s",
                                "    timeout server 30s",
                                "    timeout check 5s",
                                configuration)
                        + "\n",
                StandardCharsets.US_ASCII);
        final Process process = new ProcessBuilder(program().orElseThrow().toString(), "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        final Haproxy haproxy = new Haproxy(process, log, control);
        for (final int port : ports) {
            haproxy.awaits("port " + port + " to be open", () -> accepts(new InetSocketAddress("127.0.0.1", port)));
        }
        haproxy.awaits("its control socket", () -> accepts(UnixDomainSocketAddress.of(control)));
        return haproxy;
    }

    /** Waits until the health checks of all its servers have gone well on layer 7. */
    void awaitsHealthyServers(final int count) throws IOException {
        awaits(
                count + " healthy servers",
                () -> stat().stream()
                                .filter(line -> line.contains(",UP,") && line.contains(",L7OK,"))
                                .count()
                        == count);
    }

    /** A line for each front end, server and back end. */
    private List<String> stat() throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(control));
            channel.write(ByteBuffer.wrap("show stat\n".getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.contains(",FRONTEND,") && !line.contains(",BACKEND,"))
                    .toList();
        }
    }

    private static boolean accepts(final SocketAddress address) {
        try (SocketChannel channel = SocketChannel.open(address)) {
            return channel.isConnected();
        } catch (final IOException e) {
            return false;
        }
    }

    /** What may fail with its socket. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits for something that happens outside this process. */
    void awaits(final String what, final Condition condition) throws IOException {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.holds()) {
            if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("waited in vain for " + what + "; HAProxy says: " + Files.readString(log));
            }
            LockSupport.parkNanos(STEP_NS);
        }
    }

    boolean isRunning() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            assertTrue(process.waitFor(PATIENCE_NS, TimeUnit.NANOSECONDS), "HAProxy does not end");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.posthaste.monitor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.posthaste.server.HostPort;
import io.posthaste.server.SmtpServer;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Answers {@code GET} over HTTP: {@code /metrics} in Prometheus's text format, {@code /healthz} and {@code /readyz} with
 * {@code 200 ok} or {@code 503} and the reason in one line. Meant for loopback or a network of one's own: it asks nobody who
 * he is.
 */
public final class MonitorServer implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int BACKLOG = 16;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;
    private static final int NO_BODY = -1;
    /** How long a probe waits for the one before it, whose answer may hang on a disk. */
    private static final long PROBE_PATIENCE_MS = 1_000;

    private final HttpServer http;
    private final ExecutorService threads;

    private MonitorServer(final HttpServer http, final ExecutorService threads) {
        this.http = http;
        this.threads = threads;
    }

    /**
     * Starts to answer for a server.
     *
     * @throws IOException the address cannot be listened on; the message says which
     */
    public static MonitorServer start(final InetSocketAddress address, final SmtpServer server) throws IOException {
        final PrometheusRegistry registry = new PrometheusRegistry();
        new ServerMetrics(server.status()).registerWith(registry);
        JvmMetrics.builder().register(registry);
        final HttpServer http;
        try {
            http = HttpServer.create(address, BACKLOG);
        } catch (final IOException e) {
            throw new IOException(
                    "cannot listen on " + HostPort.format(address) + " for --metrics: " + e.getMessage(), e);
        }
        http.createContext("/", exchange -> say(exchange, NOT_FOUND, "there is /metrics, /healthz and /readyz"));
        http.createContext("/metrics", at("/metrics", metrics(registry)));
        http.createContext("/healthz", at("/healthz", probe(server.health()::fault)));
        http.createContext("/readyz", at("/readyz", probe(server.health()::obstacle)));
        final ExecutorService threads = Executors.newFixedThreadPool(THREADS, newThreads());
        http.setExecutor(threads);
        http.start();
        return new MonitorServer(http, threads);
    }

    /** The address really listened on. */
    public InetSocketAddress address() {
        return http.getAddress();
    }

    /** Answers no more. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    /** A context answers for every path that begins like its own; this one only for its own, and to those who only ask. */
    private static HttpHandler at(final String path, final HttpHandler handler) {
        return exchange -> {
            final String method = exchange.getRequestMethod();
            if (!exchange.getRequestURI().getPath().equals(path)) {
                say(exchange, NOT_FOUND, "there is /metrics, /healthz and /readyz");
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                say(exchange, METHOD_NOT_ALLOWED, "use GET");
            } else {
                handler.handle(exchange);
            }
        };
    }

    /** In text whatever the asker would like better: every scraper takes it. */
    private static HttpHandler metrics(final PrometheusRegistry registry) {
        final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        return exchange -> {
            final ByteArrayOutputStream body = new ByteArrayOutputStream();
            writer.write(body, registry.scrape(), EscapingScheme.DEFAULT);
            say(exchange, OK, writer.getContentType(), body.toByteArray());
        };
    }

    /** One at a time: a disk that hangs must not take all threads, and with them the answer that the process lives. */
    private static HttpHandler probe(final Supplier<Optional<String>> question) {
        final ReentrantLock asking = new ReentrantLock();
        return exchange -> {
            final Optional<String> trouble = ask(asking, question);
            say(exchange, trouble.isEmpty() ? OK : UNAVAILABLE, trouble.orElse("ok"));
        };
    }

    private static Optional<String> ask(final ReentrantLock asking, final Supplier<Optional<String>> question) {
        try {
            if (!asking.tryLock(PROBE_PATIENCE_MS, TimeUnit.MILLISECONDS)) {
                return Optional.of("the question before is not answered yet");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("stopping");
        }
        try {
            return question.get();
        } finally {
            asking.unlock();
        }
    }

    private static void say(final HttpExchange exchange, final int code, final String line) throws IOException {
        say(exchange, code, "text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void say(final HttpExchange exchange, final int code, final String contentType, final byte[] body)
            throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            final boolean headOnly = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(code, headOnly ? NO_BODY : body.length);
            if (!headOnly) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static ThreadFactory newThreads() {
        final AtomicInteger number = new AtomicInteger();
        return task -> {
            final Thread thread = new Thread(task, "posthaste-monitor-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }
}

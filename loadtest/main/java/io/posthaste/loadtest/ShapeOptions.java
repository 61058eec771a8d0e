package io.posthaste.loadtest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What connections, dialogues and messages look like. */
final class ShapeOptions {
    private static final int MAX_CONNECTIONS = 1_000_000;
    private static final int MAX_THREADS = 64;
    private static final int MAX_RECIPIENTS = 100_000;
    private static final int MAX_DEPTH = 256;
    private static final int RUN_ID_LENGTH = 8;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "20",
            description = "Connections at a time (default ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads among which the connections are divided (default ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--messages-per-connection",
            paramLabel = "N",
            defaultValue = "0",
            description = "Messages after which a connection is closed and reopened (default 0: kept).")
    private long messagesPerConnection;

    @Option(
            names = "--recipients",
            paramLabel = "N",
            defaultValue = "1",
            description = "Recipients of each message (default 1); several are told apart by a number in front.")
    private int recipients;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "4k",
            converter = SizeMix.Converter.class,
            description = "Octets of a message, header included (default 4k), or a mix of sizes with weights:"
                    + " mix:4k=70,64k=25,2m=5.")
    private SizeMix sizes;

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            description =
                    "Sends the messages in the files of a directory or Maildir, in turn, instead of composed ones.")
    private Path corpus;

    @Option(
            names = "--8bit",
            description = "MAIL says BODY=8BITMIME; composed bodies hold octets above 127 (implied by such a corpus).")
    private boolean isEightBit;

    @Option(
            names = "--pipelining",
            paramLabel = "on|off",
            converter = OnOff.Converter.class,
            defaultValue = "off",
            description =
                    "Whether MAIL, RCPT and DATA leave together where the server offers PIPELINING (default off).")
    private OnOff pipelining;

    @Option(
            names = "--chunking",
            description = "BDAT in place of DATA; with --pipelining on the message leaves with its envelope.")
    private boolean isChunking;

    @Option(
            names = "--pipeline-depth",
            paramLabel = "N",
            defaultValue = "1",
            description = "Transactions that leave together, with --chunking and --pipelining on (default 1).")
    private int depth;

    @Option(
            names = "--source-addresses",
            paramLabel = "A-B",
            converter = SourceAddresses.Converter.class,
            description = "IPv4 addresses to connect from, as in 127.0.0.2-127.0.0.50 (default: the system's choice;"
                    + " several of 127.0.0.0/8 for more than 25,000 connections to a loopback address).")
    private SourceAddresses sources;

    @Option(
            names = "--from",
            paramLabel = "ADDR",
            defaultValue = "sender@example.org",
            description = "Reverse-path, may be empty (default ${DEFAULT-VALUE}).")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "ADDR",
            defaultValue = "recipient@example.org",
            description = "Forward-path (default ${DEFAULT-VALUE}).")
    private String to;

    @Option(
            names = "--hello",
            paramLabel = "NAME",
            defaultValue = "localhost",
            description = "Name given in EHLO (default ${DEFAULT-VALUE}).")
    private String hello;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Quantity.Time.class,
            description = "Longest wait for a connection, a TLS handshake or a reply (default ${DEFAULT-VALUE}).")
    private long timeoutNs;

    @Option(
            names = "--run",
            paramLabel = "ID",
            description = "Run id that each message carries, 16 lower-case hexadecimal digits (default: random).")
    private String runId;

    void check(Checks checks) {
        checks.range("--connections", connections, 1, MAX_CONNECTIONS);
        checks.range("--threads", threads, 1, MAX_THREADS);
        checks.range("--recipients", recipients, 1, MAX_RECIPIENTS);
        checks.range("--messages-per-connection", messagesPerConnection, 0, Long.MAX_VALUE);
        checks.range("--timeout", timeoutNs, 1, PhaseRecorder.MAX_LATENCY_NS);
        checks.range("--pipeline-depth", depth, 1, MAX_DEPTH);
        checks.require(
                depth == 1 || isChunking && pipelining == OnOff.ON,
                "--pipeline-depth needs --chunking and --pipelining on: DATA must be the last of its write");
        checks.text("--from", from, true);
        checks.text("--to", to, false);
        checks.text("--hello", hello, false);
        checks.require(hello.indexOf(' ') < 0, "--hello: '" + hello + "' must be one word");
        checks.require(
                runId == null || Stamp.isRunId(runId),
                "--run: '" + runId + "' is not 16 lower-case hexadecimal digits");
    }

    /** The plan of a run; reads the corpus. */
    LoadPlan plan(InetSocketAddress target, PaceOptions pace, Optional<TlsPlan> tls, Checks checks) throws IOException {
        final LoadPlan.Extent extent = pace.extent(messagesPerConnection);
        final SourceAddresses from = sources == null ? SourceAddresses.implied(target, connections) : sources;
        final int threadsInUse = (int) Math.min(threads, Math.min(connections, extent.messages()));
        return new LoadPlan(
                target,
                from,
                connections,
                threadsInUse,
                timeoutNs,
                tls,
                pace.pace(),
                extent,
                traffic(pace.seed(), checks));
    }

    private LoadPlan.Traffic traffic(long seed, Checks checks) throws IOException {
        final Optional<Corpus> messages = readCorpus(checks);
        final LoadPlan.Content content = new LoadPlan.Content(
                runId == null ? randomRunId() : runId,
                messages,
                sizes,
                isEightBit || messages.map(Corpus::isEightBit).orElse(false),
                seed);
        return new LoadPlan.Traffic(
                hello, from, to, recipients, content, new LoadPlan.Manner(pipelining == OnOff.ON, isChunking, depth));
    }

    private Optional<Corpus> readCorpus(Checks checks) throws IOException {
        if (corpus == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Corpus.read(corpus));
        } catch (IllegalArgumentException e) {
            throw checks.usage("--corpus: " + e.getMessage());
        }
    }

    private static String randomRunId() {
        final byte[] octets = new byte[RUN_ID_LENGTH];
        new SecureRandom().nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }
}

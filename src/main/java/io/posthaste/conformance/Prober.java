package io.posthaste.conformance;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs cases against a server on the network, each on a connection of its own.
 *
 * @param address where the server listens
 * @param settings sender, recipient and name to use; the capabilities are found out
 * @param timeout for the connection and for each reply
 * @param parallel cases at once
 */
public record Prober(InetSocketAddress address, DialogueSettings settings, Duration timeout, int parallel) {
    /** A case is cut off after this many timeouts: a server may keep a connection from ending by never reading. */
    private static final int TIMEOUTS_OF_A_CASE = 12;

    /** The server cannot be probed; the message is for the operator. */
    public static final class UnreachableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreachableException(final String message) {
            super(message);
        }
    }

    /**
     * Asks the server what it offers, and whether it takes mail from the sender for the recipient: from somebody who has logged
     * in within TLS, when there are credentials.
     *
     * @return the settings with the server's capabilities
     * @throws UnreachableException it does not answer, or does not take mail, or who is to log in cannot
     */
    public DialogueSettings reconnoitre() throws UnreachableException {
        try (DialoguePeer peer = SocketPeer.connect(address, timeout)) {
            final ReplyReader replies = new ReplyReader(peer);
            require(replies, "a greeting", 220);
            send(peer, "EHLO " + settings.hello());
            final ServerReply ehlo = replies.next();
            if (ehlo == null) {
                throw new UnreachableException("the server does not answer EHLO");
            }
            Capabilities capabilities = Capabilities.NONE;
            if (ehlo.code() == 250) {
                capabilities = Capabilities.of(ehlo.lines());
            } else {
                send(peer, "HELO " + settings.hello());
                require(replies, "HELO", 250);
            }
            if (settings.credentials().isEmpty()) {
                requireToTakeMail(peer, replies);
            }
            send(peer, "QUIT");
            return settings.with(capabilities, withinTls(capabilities));
        } catch (final IOException e) {
            throw new UnreachableException(String.valueOf(e.getMessage()));
        }
    }

    private void requireToTakeMail(final DialoguePeer peer, final ReplyReader replies)
            throws IOException, UnreachableException {
        send(peer, "MAIL FROM:<" + settings.from() + ">");
        require(replies, "the sender " + settings.from() + " (choose one with --from)", 250);
        send(peer, "RCPT TO:<" + settings.to() + ">");
        require(replies, "the recipient " + settings.to() + " (choose one with --to)", 250);
    }

    /** That nobody takes cases for run that were left out because nobody could log in. */
    private void requireToLogIn(final Capabilities offered, final DialoguePeer peer, final ReplyReader replies)
            throws IOException, UnreachableException {
        if (!offered.offers("AUTH", "PLAIN")) {
            throw new UnreachableException("a user is given, but within STARTTLS it does not offer AUTH PLAIN");
        }
        send(peer, "AUTH PLAIN " + settings.credentials());
        require(replies, "the user and password", 235);
    }

    /** What it offers within TLS; none where that cannot be had, which is for the cases to judge. */
    private Capabilities withinTls(final Capabilities inTheClear) throws IOException, UnreachableException {
        final boolean logsIn = !settings.credentials().isEmpty();
        if (!inTheClear.offers("STARTTLS")) {
            if (logsIn) {
                throw new UnreachableException("a user is given, but it does not offer STARTTLS to log in within");
            }
            return Capabilities.NONE;
        }
        try (DialoguePeer peer = SocketPeer.connect(address, timeout)) {
            final ReplyReader replies = new ReplyReader(peer);
            require(replies, "a greeting", 220);
            send(peer, "EHLO " + settings.hello());
            require(replies, "EHLO", 250);
            send(peer, "STARTTLS");
            final ServerReply ready = replies.next();
            if (ready == null || ready.code() != 220 || peer.startTls() != DialoguePeer.Handshake.DONE) {
                if (logsIn) {
                    throw new UnreachableException("a user is given, but STARTTLS, to log in within, fails");
                }
                return Capabilities.NONE;
            }
            send(peer, "EHLO " + settings.hello());
            final ServerReply ehlo = replies.next();
            final Capabilities offered =
                    ehlo == null || ehlo.code() != 250 ? Capabilities.NONE : Capabilities.of(ehlo.lines());
            if (logsIn) {
                requireToLogIn(offered, peer, replies);
                requireToTakeMail(peer, replies);
            }
            send(peer, "QUIT");
            return offered;
        }
    }

    /**
     * Runs cases.
     *
     * @param reconnoitred the result of {@link #reconnoitre}
     * @return their results, in their order
     */
    public List<CaseResult> run(final List<ConformanceCase> cases, final DialogueSettings reconnoitred)
            throws IOException, InterruptedException {
        final ExecutorService runners = Executors.newFixedThreadPool(parallel);
        final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
        try {
            final List<Callable<CaseResult>> tasks = new ArrayList<>();
            for (final ConformanceCase conformanceCase : cases) {
                tasks.add(() -> run(conformanceCase, reconnoitred, watchdog));
            }
            final List<CaseResult> results = new ArrayList<>();
            for (final Future<CaseResult> future : runners.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (final ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } finally {
            runners.shutdownNow();
            watchdog.shutdownNow();
        }
    }

    private CaseResult run(
            final ConformanceCase conformanceCase,
            final DialogueSettings reconnoitred,
            final ScheduledExecutorService watchdog)
            throws IOException {
        final CaseResult skipped = DialogueRunner.skipped(conformanceCase, reconnoitred);
        if (skipped != null) {
            return skipped;
        }
        try (DialoguePeer peer = SocketPeer.connect(address, timeout)) {
            final ScheduledFuture<?> cutOff =
                    watchdog.schedule(peer::close, timeout.toMillis() * TIMEOUTS_OF_A_CASE, TimeUnit.MILLISECONDS);
            try {
                return DialogueRunner.run(conformanceCase, peer, reconnoitred);
            } finally {
                cutOff.cancel(false);
            }
        }
    }

    private static void send(final DialoguePeer peer, final String line) throws IOException {
        peer.send((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private void require(final ReplyReader replies, final String what, final int code)
            throws IOException, UnreachableException {
        final ServerReply reply = replies.next();
        if (reply == null || reply.code() / 100 != code / 100 || reply.fault() != null) {
            throw new UnreachableException("wanted " + code + " for " + what + ", but "
                    + (reply != null
                            ? "got " + new Transcript(settings.credentials()).hiding(reply.toString())
                            : replies.end() == ReplyReader.End.CLOSED ? "the server closed" : "nothing came"));
        }
    }
}

package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.HandOff;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.envelope.TlsParameters;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.AccessRules;
import io.posthaste.policy.ClientTable;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.Limits;
import io.posthaste.policy.LoadGauge;
import io.posthaste.policy.Policy;
import io.posthaste.policy.Question;
import io.posthaste.policy.RecipientPolicy;
import io.posthaste.policy.SessionRules;
import io.posthaste.policy.Verdict;
import io.posthaste.session.Intent;
import io.posthaste.session.Peer;
import io.posthaste.session.Session;
import io.posthaste.session.SessionContext;
import io.posthaste.session.SessionProfile;
import io.posthaste.session.TlsGate;
import io.posthaste.session.TransactionListener;
import io.posthaste.session.VerdictQueue;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A session whose lines about refusals and logins a test looks at. */
abstract class AccessLogFixture {
    static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    static final String ID = "id=[0-9a-z]{22}";

    @TempDir
    Path directory;

    final BlockPool pool = new BlockPool(16 << 20);
    final EnvelopePool envelopes = new EnvelopePool(pool, new ReceiptQueue(2, new Doorbell(() -> {})));
    final ReactorMetrics metrics = new ReactorMetrics();
    final VerdictQueue verdicts = new VerdictQueue(new Doorbell(() -> {}));
    final ByteBuffer out = ByteBuffer.allocate(64 * 1024);
    final List<String> lines = new ArrayList<>();
    final AccessLog log = new AccessLog(1000, metrics, lines::add, () -> 0);

    AccessRules access = AccessRules.OPEN;
    RecipientPolicy recipients = RecipientPolicy.ofDomains(List.of("here.example"));
    Limits limits = Limits.DEFAULTS;
    ClientTable clients = ClientTable.OFF;
    LoadGauge load = LoadGauge.OFF;
    TransactionListener listener = TransactionListener.NONE;
    Peer peer;
    CompletableFuture<Verdict> pending;
    Verdict answer;
    long nowNs;

    @BeforeEach
    void beginsWithAClient() throws IOException {
        peer = new Peer(InetAddress.getByName("192.0.2.1"));
    }

    @AfterEach
    void everythingIsHome() {
        assertEquals(0, pool.inUseOctets());
        assertEquals(0, envelopes.inUse());
        assertEquals(0, metrics.count(Counter.INTERNAL_ERRORS));
    }

    // ---- a session

    void isTold(final String... patterns) {
        log.write();
        assertEquals(patterns.length, lines.size(), () -> String.join("\n", lines));
        for (int i = 0; i < patterns.length; i++) {
            assertTrue(lines.get(i).matches(patterns[i]), lines.get(i));
        }
    }

    String talks(final String... commands) throws IOException {
        final SessionContext context = context();
        context.tell(log);
        return talks(context, false, commands);
    }

    String talksSecurely(final String... commands) throws IOException {
        final SessionContext context = context();
        context.tell(log);
        return talks(context, true, commands);
    }

    /** The codes that a client hears behind its EHLO. */
    String talks(final SessionContext context, final boolean isSecure, final String... commands) throws IOException {
        final Session session = opened(context, isSecure);
        final ByteBuffer in = ByteBuffer.wrap(octets(commands));
        int position = 0;
        while (position < in.limit() && session.intent() != Intent.CLOSE) {
            position = session.consume(in, position, in.limit(), out, nowNs);
            if (session.intent() == Intent.AWAIT_VERDICT) {
                pending.complete(answer);
                assertEquals(1, verdicts.drain(owner -> session.onVerdict(out, nowNs), 2), "an answer is there");
            }
        }
        final CloseReason reason = session.intent() == Intent.CLOSE ? session.closeReason() : CloseReason.PEER_CLOSED;
        session.close();
        session.leave(reason, null);
        return codes();
    }

    Session opened(final SessionContext context, final boolean isSecure) throws IOException {
        final Session session = new Session(context);
        session.open(peer, this, nowNs);
        session.admit(true, out, nowNs);
        session.greet(out, nowNs);
        if (isSecure) {
            session.onSecured(TlsParameters.of("TLSv1.3", "TLS_AES_256_GCM_SHA384"));
        }
        final byte[] hello = octets("EHLO client.example");
        session.consume(ByteBuffer.wrap(hello), 0, hello.length, out, nowNs);
        out.clear();
        return session;
    }

    SessionContext context() {
        final SessionContext context = new SessionContext(
                new SessionProfile(
                        "mx.test",
                        SessionRules.DEFAULTS
                                .withLimits(limits)
                                .withConduct(ConductLimits.NONE)
                                .withAccess(access)
                                .withRecipients(recipients),
                        address -> false,
                        trusted -> List.of("fine")),
                envelopes,
                new EnvelopeIds(1, 0),
                new NoHandOff(),
                true,
                metrics,
                () -> 0,
                listener,
                TlsGate.NONE,
                verdicts);
        context.countClients(clients);
        context.watchLoad(load);
        return context;
    }

    CompletionStage<Verdict> verify(final String user, final char[] password) {
        if (user.equals("busy")) {
            return Verdict.DEFER.now();
        }
        return Arrays.equals(password, "right".toCharArray())
                ? Verdict.ACCEPT.now()
                : Verdict.refuse(535, "5.7.8", "Wrong").now();
    }

    Policy recipientPolicy(final Verdict verdict, final boolean late) {
        return new Policy() {
            @Override
            public CompletionStage<Verdict> onRecipient(final Question question) {
                return later(verdict.now(), late);
            }
        };
    }

    /** The same answer, at once or when the session waits for it. */
    CompletionStage<Verdict> later(final CompletionStage<Verdict> verdict, final boolean late) {
        if (!late) {
            return verdict;
        }
        answer = verdict.toCompletableFuture().join();
        pending = new CompletableFuture<>();
        return pending;
    }

    static byte[] octets(final String... commands) {
        return (String.join("\r\n", commands) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    static String base64(final String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    String codes() {
        final String said = StandardCharsets.US_ASCII.decode(out.flip()).toString();
        out.clear();
        final List<String> codes = new ArrayList<>();
        for (final String line : said.split("\r\n")) {
            if (line.length() > 3 && line.charAt(3) == ' ') {
                codes.add(line.substring(0, 3));
            }
        }
        return String.join(" ", codes);
    }

    /** No message comes to its end here. */
    static final class NoHandOff implements HandOff {
        @Override
        public Outcome offer(final Envelope envelope) {
            throw new IllegalStateException("nothing was sent");
        }

        @Override
        public void onReceipt() {
            throw new IllegalStateException("nothing was sent");
        }
    }
}

package io.posthaste.server;

import io.posthaste.policy.Authenticator;
import io.posthaste.policy.PasswordFile;
import io.posthaste.policy.Verdict;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Checks passwords against the file in force, on a few threads with a bounded queue: a hash costs a good part of a second. */
final class PasswordAuthenticator implements Authenticator, AutoCloseable {
    /** Passwords that may wait to be checked; one more is answered 454. */
    static final int QUEUE = 64;

    private static final Verdict WRONG = Verdict.refuse(535, "5.7.8", "Wrong user or password");

    private final Supplier<PasswordFile> users;
    private final ThreadPoolExecutor threads;

    PasswordAuthenticator(final Supplier<PasswordFile> users) {
        this.users = users;
        final int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threads = new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), task -> {
            final Thread thread = new Thread(task, "posthaste-passwords");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public CompletionStage<Verdict> verify(final String user, final char[] password) {
        final CompletableFuture<Verdict> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> check(user, password, answer));
        } catch (final RejectedExecutionException e) {
            Arrays.fill(password, '\0');
            return Verdict.DEFER.now();
        }
        return answer;
    }

    private void check(final String user, final char[] password, final CompletableFuture<Verdict> answer) {
        try {
            if (answer.isDone()) {
                return;
            }
            answer.complete(users.get().matches(user, password) ? Verdict.ACCEPT : WRONG);
        } catch (final RuntimeException e) {
            answer.completeExceptionally(e);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    /** Passwords that wait to be checked now. Any thread. */
    int queueDepth() {
        return threads.getQueue().size();
    }

    /** Drops what waits; sessions that do are over or get no answer in time. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}

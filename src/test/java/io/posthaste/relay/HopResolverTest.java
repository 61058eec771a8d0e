package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every question is answered, or not asked. */
final class HopResolverTest {
    private final Semaphore woken = new Semaphore(0);
    private final Hop hop = new Hop(new NextHop("next.example", 25, null), 0);
    private final List<List<InetAddress>> answers = new ArrayList<>();

    private void awaitsAnswer(final HopResolver resolver) throws InterruptedException {
        assertTrue(woken.tryAcquire(20, TimeUnit.SECONDS), "no answer");
        assertEquals(1, resolver.poll((of, addresses) -> {
            answers.add(addresses);
            of.onResolved(addresses, 0);
        }));
        assertFalse(hop.isResolving());
    }

    @ParameterizedTest
    @ValueSource(classes = {UnknownHostException.class, IllegalStateException.class, OutOfMemoryError.class})
    void shouldAnswerThatThereIsNoneWhateverFails(final Class<? extends Throwable> failure) throws Exception {
        final HopResolver.Lookup lookup = host -> {
            HopResolverTest.<UnknownHostException>fail(failure);
            return List.of();
        };
        try (HopResolver resolver = new HopResolver(woken::release, lookup, Thread::new)) {
            resolver.resolve(hop);
            awaitsAnswer(resolver);
            assertEquals(List.of(List.of()), answers);
            assertTrue(hop.lastFailure().contains("unknown host"), hop.lastFailure());
        }
    }

    @Test
    void shouldAnswerThoughNotEvenTheLogWorks() throws Exception {
        final HopResolver.Lookup lookup = host -> {
            throw new IllegalStateException("for a test");
        };
        try (BrokenLog log = new BrokenLog();
                HopResolver resolver = new HopResolver(woken::release, lookup, Thread::new)) {
            resolver.resolve(hop);
            awaitsAnswer(resolver);
            assertEquals(List.of(List.of()), answers);
            assertTrue(log.isAsked());
        }
    }

    @Test
    void shouldAskAgainWhenThereWasNoThreadToAskWith() throws Exception {
        final List<Error> failures = new ArrayList<>(List.of(new OutOfMemoryError("no thread, for a test")));
        final ThreadFactory threads = task -> {
            if (!failures.isEmpty()) {
                throw failures.remove(0);
            }
            return new Thread(task);
        };
        final InetAddress address = InetAddress.getLoopbackAddress();
        try (HopResolver resolver = new HopResolver(woken::release, host -> List.of(address), threads)) {
            assertThrows(OutOfMemoryError.class, () -> resolver.resolve(hop));
            assertFalse(hop.isResolving(), "nobody would ever answer");
            resolver.resolve(hop);
            assertTrue(hop.isResolving());
            awaitsAnswer(resolver);
            assertEquals(List.of(List.of(address)), answers);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void fail(final Class<? extends Throwable> failure) throws T {
        try {
            throw (T) failure.getConstructor(String.class).newInstance("for a test");
        } catch (final ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}

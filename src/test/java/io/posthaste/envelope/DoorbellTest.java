package io.posthaste.envelope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class DoorbellTest {
    private static final long STRESS_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOST_NS = TimeUnit.SECONDS.toNanos(20);

    @Test
    void shouldWakeOnlyASleeperAndOnlyOnce() {
        final AtomicLong wakes = new AtomicLong();
        final Doorbell doorbell = new Doorbell(wakes::incrementAndGet);
        assertFalse(doorbell.ring());
        doorbell.prepareToSleep();
        assertTrue(doorbell.ring());
        assertFalse(doorbell.ring());
        doorbell.prepareToSleep();
        doorbell.awake();
        assertFalse(doorbell.ring());
        assertEquals(1, wakes.get());
    }

    /** One thing at a time, so that every one of them races with the consumer's falling asleep. */
    @Test
    void shouldLoseNoWakeUp() throws InterruptedException {
        final AtomicLong produced = new AtomicLong();
        final AtomicLong consumed = new AtomicLong();
        final Thread[] sleeper = new Thread[1];
        final Doorbell doorbell = new Doorbell(() -> LockSupport.unpark(sleeper[0]));
        final Thread consumer = new Thread(() -> consume(produced, consumed, doorbell), "consumer");
        sleeper[0] = consumer;
        consumer.setDaemon(true);
        consumer.start();

        final long start = System.nanoTime();
        boolean lost = false;
        while (!lost && System.nanoTime() - start < STRESS_NS) {
            final long number = produced.get() + 1;
            produced.lazySet(number); // as weak as a queue's own publication
            doorbell.ring();
            final long offered = System.nanoTime();
            while (!lost && consumed.get() != number) {
                Thread.yield();
                lost = System.nanoTime() - offered > LOST_NS;
            }
        }

        assertFalse(lost, () -> "consumer slept through number " + produced.get());
        produced.set(-1);
        LockSupport.unpark(consumer);
        doorbell.ring();
        consumer.join(TimeUnit.NANOSECONDS.toMillis(LOST_NS));
        assertFalse(consumer.isAlive());
    }

    private static void consume(final AtomicLong produced, final AtomicLong consumed, final Doorbell doorbell) {
        while (true) {
            final long seen = produced.get();
            if (seen < 0) {
                return;
            }
            if (seen != consumed.get()) {
                consumed.set(seen);
                continue;
            }
            doorbell.prepareToSleep();
            if (produced.get() == seen) {
                LockSupport.park();
            }
            doorbell.awake();
        }
    }
}

package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FileWatchTest {
    /** A list too long for the heap, a library that does not link: the certificates are still to be renewed. */
    @Test
    void shouldGoOnWithTheOthersWhenLookingAtOneFails() throws InterruptedException {
        final Semaphore looks = new Semaphore(0);
        final Semaphore reloads = new Semaphore(0);
        final FileWatch watch =
                new FileWatch("watch-test", List.of(new Failing(), new Counting(looks, reloads)), Duration.ofMillis(1));
        watch.start();
        assertTrue(looks.tryAcquire(3, 20, TimeUnit.SECONDS));
        watch.request();
        assertTrue(reloads.tryAcquire(1, 20, TimeUnit.SECONDS));
        watch.stop();
    }

    private static final class Failing implements Reloadable {
        @Override
        public boolean look() {
            throw new NoClassDefFoundError("for a test");
        }

        @Override
        public boolean reload() {
            throw new InternalError("for a test");
        }
    }

    private record Counting(Semaphore looks, Semaphore reloads) implements Reloadable {
        @Override
        public boolean look() {
            looks.release();
            return false;
        }

        @Override
        public boolean reload() {
            reloads.release();
            return false;
        }
    }
}

package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.verify.StampedMessage;
import io.posthaste.server.RawClient;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code posthaste sink --verify} as a process. */
@Timeout(60)
class VerifyProcessTest {
    @TempDir
    private Path directory;

    @Test
    void shouldSumUpEveryRunAtSigterm() throws Exception {
        try (ServerProcess sink =
                ServerProcess.start(directory, Map.of(), "sink", "--verify", "--listen", "127.0.0.1:0")) {
            try (RawClient client = RawClient.greeted(sink.port())) {
                client.mails(StampedMessage.of(1, 1).text().stripTrailing()).expects(250);
                client.mails(StampedMessage.of(0xbeef, 0).text().stripTrailing())
                        .expects(250);
                client.mails("Subject: unstamped").expects(250);
                client.sends("QUIT").expects(221);
            }
            sink.terminate();
            assertEquals(
                    "run=0000000000000001 received=1 partial=0 missing=1 duplicated=0 corrupted=0", sink.outputLine());
            assertEquals("highest=1 copies=1 deliveries=1 surplus=0 untracked=0", sink.outputLine());
            assertTrue(sink.outputLine().startsWith("delay_count=1 "));
            assertEquals(
                    "run=000000000000beef received=1 partial=0 missing=0 duplicated=0 corrupted=0", sink.outputLine());
            assertTrue(sink.outputLine().startsWith("highest=0 "));
            assertTrue(sink.outputLine().startsWith("delay_count=1 "));
            assertEquals("unstamped=1 damaged=0 refused=0", sink.outputLine());
            assertNull(sink.outputLine());
            assertEquals(143, sink.exitCode());
        }
    }
}

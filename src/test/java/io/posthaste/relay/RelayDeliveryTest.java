package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.Transactions;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the delivery thread sees; nothing is ever sent. */
@Timeout(20)
final class RelayDeliveryTest {
    private static final long NOW_NS = -1_000_000_000_000_000L;

    private final Transactions transactions = new Transactions();

    @Test
    void shouldNotWaitForRoomLongerThanAMessageMay() throws IOException {
        final RelayDelivery delivery = delivery(1);
        delivery.append(waiting(0));
        final Envelope second = waiting(30);
        assertThrows(IOException.class, () -> delivery.append(second));
        delivery.close();
        second.status(DeliveryStatus.FAILED_TEMPORARILY);
        second.complete();
        assertEquals(
                List.of(DeliveryStatus.FAILED_TEMPORARILY, DeliveryStatus.FAILED_TEMPORARILY), transactions.answers());
        assertEquals(0, transactions.blocks.inUseOctets());
    }

    @Test
    void shouldTakeWhatHasWaitedLongWhenThereIsRoom() throws IOException {
        final RelayDelivery delivery = delivery(1);
        delivery.append(waiting(59));
        delivery.close();
        assertEquals(List.of(DeliveryStatus.FAILED_TEMPORARILY), transactions.answers());
    }

    @Test
    void shouldNotTakeWhatIsTooLate() throws IOException {
        final RelayDelivery delivery = delivery(1);
        final Envelope late = waiting(60);
        assertThrows(IOException.class, () -> delivery.append(late));
        delivery.close();
    }

    private static RelayDelivery delivery(final int mostUnderWay) throws IOException {
        return new RelayDelivery(
                RelaySettings.parse("smtp://127.0.0.1:9", TimeUnit.SECONDS.toNanos(60)),
                "edge.example",
                () -> NOW_NS,
                mostUnderWay);
    }

    /** Whose client has waited so long. */
    private Envelope waiting(final long seconds) {
        final Envelope envelope = transactions.envelope("ann@a.example", "content", "bob@b.example");
        envelope.completedNs(NOW_NS - TimeUnit.SECONDS.toNanos(seconds));
        return envelope;
    }
}

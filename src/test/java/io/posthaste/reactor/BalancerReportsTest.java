package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.CloseReason;
import io.posthaste.session.Peer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BalancerReportsTest {
    private final List<String> lines = new ArrayList<>();
    private final BalancerReports reports = new BalancerReports(TimeUnit.SECONDS.toNanos(5), -7, lines::add);
    private final Peer balancer = new Peer(InetAddress.getLoopbackAddress());

    @Test
    void shouldWriteALineInTenSecondsWithTheNumberOfTheOthers() {
        for (int i = 0; i < 100; i++) {
            reports.refused(CloseReason.PROXY_HEADER_TIMEOUT, balancer, -7 + i);
        }
        reports.refused(CloseReason.PROXY_HEADER_MISSING, balancer, -7 + BalancerReports.INTERVAL_NS - 1);
        reports.refused(CloseReason.PROXY_HEADER_TOO_LONG, balancer, -7 + BalancerReports.INTERVAL_NS);
        reports.refused(CloseReason.PROXY_HEADER_MALFORMED, balancer, -7 + 2 * BalancerReports.INTERVAL_NS);
        assertEquals(3, lines.size());
        assertEquals(
                "closed a connection of 127.0.0.1, which has to send PROXY headers: none came within 5000 ms (is send-proxy"
                        + " or send-proxy-v2 set there, and check-send-proxy for its health checks?)",
                lines.get(0));
        assertTrue(lines.get(1).endsWith("; 100 more closed since the last line"), lines.get(1));
        assertTrue(lines.get(2).endsWith("malformed, or its checksum is wrong"), lines.get(2));
    }
}

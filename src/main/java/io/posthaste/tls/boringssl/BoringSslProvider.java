package io.posthaste.tls.boringssl;

import io.posthaste.tls.Identity;
import io.posthaste.tls.TlsEngines;
import io.posthaste.tls.TlsProvider;
import java.util.List;

/** BoringSSL. Its ticket keys outlive certificates: a session is resumed under new ones. Any thread. */
public final class BoringSslProvider implements TlsProvider {
    private TicketKeys tickets;

    @Override
    public String name() {
        return "BoringSSL";
    }

    @Override
    public String id() {
        return "boringssl";
    }

    @Override
    public String version() {
        return BoringSslLibrary.version();
    }

    @Override
    public synchronized void load() {
        BoringSslLibrary.load();
        if (tickets == null) {
            tickets = new TicketKeys(System.nanoTime());
        }
    }

    @Override
    public synchronized TlsEngines newEngines(final List<Identity> identities) {
        return new BoringSslEngines(identities, tickets, System::nanoTime);
    }
}

package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.MessageHandler;
import io.posthaste.delivery.discard.DiscardDelivery;
import io.posthaste.delivery.handler.HandlerDelivery;
import io.posthaste.policy.BareNewline;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.Limits;
import io.posthaste.policy.LoadLimits;
import io.posthaste.policy.Network;
import io.posthaste.policy.Policy;
import io.posthaste.policy.TlsLimits;
import io.posthaste.session.FlightRecorder;
import io.posthaste.tls.TlsCertificates;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsEngineChoice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sets up an {@link SmtpServer}; what is not set has its default. One thread. */
public final class ServerBuilder {
    public static final int DEFAULT_PORT = 2525;
    public static final long DEFAULT_MEMORY_OCTETS = 256L * 1024 * 1024;
    public static final int DEFAULT_MAX_CONNECTIONS = 20_000;
    public static final int DEFAULT_QUEUE_CAPACITY = 8192;

    private final List<InetSocketAddress> listeners = new ArrayList<>();
    private String hostname = "localhost";
    private final List<String> acceptDomains = new ArrayList<>();
    private Limits limits = Limits.DEFAULTS;
    private ConductLimits conduct = ConductLimits.DEFAULTS;
    private ClientLimits clientLimits = ClientLimits.DEFAULTS;
    private LoadLimits loadLimits = LoadLimits.DEFAULTS;
    private int reactors = 1;
    private long memoryOctets = MEMORY_BY_NEED;
    private int maxConnections = DEFAULT_MAX_CONNECTIONS;
    private int queueCapacity = DEFAULT_QUEUE_CAPACITY;
    private BareNewline bareNewline = BareNewline.REJECT;
    private boolean tolerateSpaces;
    private final List<Network> trustedNetworks = new ArrayList<>();
    private final List<InetSocketAddress> tlsListeners = new ArrayList<>();
    private TlsConfig certificates;
    private TlsEngineChoice tlsEngine = TlsEngineChoice.AUTO;
    private TlsLimits tlsLimits = TlsLimits.DEFAULTS;
    private int tlsThreads = TlsSettings.DEFAULT_THREADS;
    private Duration certificateReload = TlsSettings.DEFAULT_RELOAD;
    private final List<Policy> policies = new ArrayList<>();
    private Duration policyTimeout = AccessSettings.DEFAULT_POLICY_TIMEOUT;
    private boolean logTransactions;
    private int flightEvents = FlightRecorder.DEFAULT_EVENTS;
    private Delivery delivery = new DiscardDelivery();
    private DeliveryFactory deliveryFactory;

    /** Stands for: not set. */
    private static final long MEMORY_BY_NEED = 0;

    ServerBuilder() {}

    /** Adds an address to listen on; without any it is loopback port {@value #DEFAULT_PORT}. Port 0 takes a free one. */
    public ServerBuilder listen(final String host, final int port) {
        return listen(new InetSocketAddress(host, port));
    }

    /** Adds an address to listen on. */
    public ServerBuilder listen(final InetSocketAddress address) {
        listeners.add(address);
        return this;
    }

    /** Adds an address where TLS begins before the greeting (implicit TLS, RFC 8314); needs {@link #tls}. */
    public ServerBuilder listenTls(final InetSocketAddress address) {
        tlsListeners.add(address);
        return this;
    }

    /** Offers TLS: STARTTLS on the plain addresses. The files are looked at again and again, see {@link #reloadTls}. */
    public ServerBuilder tls(final TlsConfig config) {
        certificates = config;
        return this;
    }

    /** Which library does TLS; by default BoringSSL where it is there, else the JDK. */
    public ServerBuilder tlsEngine(final TlsEngineChoice choice) {
        tlsEngine = choice;
        return this;
    }

    public ServerBuilder tlsLimits(final TlsLimits newLimits) {
        tlsLimits = newLimits;
        return this;
    }

    /** Threads for the heavy work of handshakes: by default half as many as there are processors. */
    public ServerBuilder tlsThreads(final int count) {
        tlsThreads = count;
        return this;
    }

    /** How often the files of the certificates are looked at; what has changed is loaded without touching a session. */
    public ServerBuilder reloadTls(final Duration every) {
        certificateReload = every;
        return this;
    }

    /** The server's name in the greeting and in Received. */
    public ServerBuilder hostname(final String name) {
        hostname = name;
        return this;
    }

    /** Takes recipients of this domain; {@code *} takes all. Needed when listening beyond loopback. */
    public ServerBuilder accept(final String domain) {
        acceptDomains.add(domain);
        return this;
    }

    public ServerBuilder limits(final Limits newLimits) {
        limits = newLimits;
        return this;
    }

    /** How a client may behave; {@link ConductLimits#NONE} where all clients are one's own. */
    public ServerBuilder conduct(final ConductLimits newConduct) {
        conduct = newConduct;
        return this;
    }

    /** How much one address may take of the server, loopback excepted by default; {@link ClientLimits#NONE} for no limit. */
    public ServerBuilder clientLimits(final ClientLimits newLimits) {
        clientLimits = newLimits;
        return this;
    }

    /** From which load on connections and messages are refused; {@link LoadLimits#NONE} for never. */
    public ServerBuilder loadLimits(final LoadLimits newLimits) {
        loadLimits = newLimits;
        return this;
    }

    /** Event loops: one a core is the most that helps. */
    public ServerBuilder reactors(final int count) {
        reactors = count;
        return this;
    }

    /**
     * Direct memory for message octets, over all reactors. By default {@value #DEFAULT_MEMORY_OCTETS}, or what two messages of
     * the greatest size in each reactor take, if that is more.
     */
    public ServerBuilder memory(final long octets) {
        memoryOctets = octets;
        return this;
    }

    public ServerBuilder maxConnections(final int count) {
        maxConnections = count;
        return this;
    }

    /** Completed messages that may wait for the delivery. */
    public ServerBuilder queueCapacity(final int count) {
        queueCapacity = count;
        return this;
    }

    /** What becomes of content with a bare CR or LF; by default it is refused. */
    public ServerBuilder bareNewline(final BareNewline choice) {
        bareNewline = choice;
        return this;
    }

    public ServerBuilder tolerateSpaces(final boolean tolerate) {
        tolerateSpaces = tolerate;
        return this;
    }

    /** Clients of this network may see figures with HELP STATUS. */
    public ServerBuilder trust(final Network network) {
        trustedNetworks.add(network);
        return this;
    }

    /** Adds a policy of one's own; several are asked in this order until one refuses. */
    public ServerBuilder policy(final Policy policy) {
        policies.add(policy);
        return this;
    }

    /** How long a policy may take to answer; then {@code 451 4.7.1}. By default 30 seconds. */
    public ServerBuilder policyTimeout(final Duration timeout) {
        policyTimeout = timeout;
        return this;
    }

    /** Whether the logger {@code io.posthaste.transaction} gets a line for each mail transaction. */
    public ServerBuilder logTransactions(final boolean log) {
        logTransactions = log;
        return this;
    }

    /**
     * How many events the flight recorder of each event loop keeps: what a session that ends badly did last goes to the logger
     * {@code io.posthaste.flight}. 0 turns it off.
     */
    public ServerBuilder flightRecorder(final int events) {
        flightEvents = events;
        return this;
    }

    /**
     * Delivers to a handler, on one thread of its own: {@code 250} when it returns, {@code 451} when it throws, {@code 554}
     * when it throws {@link io.posthaste.delivery.MessageRejectedException}.
     */
    public ServerBuilder deliverTo(final MessageHandler handler) {
        return deliverTo(new HandlerDelivery(handler));
    }

    /** Delivers to a delivery that may block, on a thread of its own. */
    public ServerBuilder deliverTo(final Delivery blockingDelivery) {
        delivery = blockingDelivery;
        deliveryFactory = null;
        return this;
    }

    /**
     * Delivers to what a URI names: {@code maildir:DIR}, {@code spool:DIR}, {@code discard:}.
     *
     * @throws IllegalArgumentException it names no delivery; the message is for the operator
     */
    public ServerBuilder deliverTo(final String uri) {
        deliveryFactory = DeliveryFactory.parse(uri);
        return this;
    }

    /**
     * Starts the server; it accepts connections when this returns.
     *
     * @throws IllegalArgumentException the settings contradict each other, or a certificate is missing or wrong; the message is for the operator
     * @throws IOException an address cannot be listened on, or the delivery cannot be opened
     */
    public SmtpServer start() throws IOException {
        if (listeners.isEmpty() && tlsListeners.isEmpty()) {
            listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), DEFAULT_PORT));
        }
        final ServerConfig config = new ServerConfig(
                listeners,
                hostname,
                acceptDomains,
                limits,
                conduct,
                clientLimits,
                loadLimits,
                reactors,
                memoryOctets == MEMORY_BY_NEED
                        ? ServerConfig.defaultMemoryOctets(limits.messageOctets(), reactors)
                        : memoryOctets,
                maxConnections,
                queueCapacity,
                bareNewline,
                tolerateSpaces,
                trustedNetworks,
                new AccessSettings(policies, policyTimeout),
                new TlsSettings(tlsListeners, certificates, tlsEngine, tlsLimits, tlsThreads, certificateReload),
                logTransactions,
                flightEvents);
        if (deliveryFactory == null ? delivery.keepsContent() : deliveryFactory.keepsContent()) {
            config.requireRoomForLargestMessage();
        }
        final TlsCertificates loaded = certificates == null ? null : new TlsCertificates(certificates, tlsEngine);
        final Delivery opened;
        try {
            opened = deliveryFactory == null ? delivery : deliveryFactory.open(hostname, limits.messageOctets());
        } catch (final IOException | RuntimeException | Error e) {
            if (loaded != null) {
                loaded.close();
            }
            throw e;
        }
        return SmtpServer.start(config, loaded, opened, opened instanceof DiscardDelivery);
    }
}

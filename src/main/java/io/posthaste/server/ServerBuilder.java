package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.MessageHandler;
import io.posthaste.delivery.handler.HandlerDelivery;
import io.posthaste.dnsbl.DnsblSettings;
import io.posthaste.forward.Forwarder;
import io.posthaste.forward.ForwarderFactory;
import io.posthaste.forward.Retrying;
import io.posthaste.policy.AccessRules;
import io.posthaste.policy.AuthRules;
import io.posthaste.policy.BareNewline;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.Limits;
import io.posthaste.policy.LoadLimits;
import io.posthaste.policy.Network;
import io.posthaste.policy.Policy;
import io.posthaste.policy.ProxyRules;
import io.posthaste.policy.TlsLimits;
import io.posthaste.session.FlightRecorder;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsEngineChoice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Sets up an {@link SmtpServer}; what is not set has its default. One thread. */
public final class ServerBuilder {
    public static final int DEFAULT_PORT = 2525;
    public static final int DEFAULT_MEMORY_MEBIOCTETS = 256;
    public static final long DEFAULT_MEMORY_OCTETS = DEFAULT_MEMORY_MEBIOCTETS * 1024L * 1024;
    public static final int DEFAULT_MAX_CONNECTIONS = 20_000;
    public static final int DEFAULT_QUEUE_CAPACITY = 8192;
    public static final int DEFAULT_ACCESS_LOG_RATE = AccessLog.DEFAULT_LINES_PER_SECOND;
    public static final int DEFAULT_FLIGHT_EVENTS = FlightRecorder.DEFAULT_EVENTS;
    public static final int DEFAULT_LIST_RELOAD_SECONDS = 5;
    public static final int DEFAULT_TLS_RELOAD_SECONDS = 10;

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
    private Path recipients;
    private byte recipientDelimiter;
    private Path blockedSenders;
    private Path blockedNetworks;
    private Path allowedNetworks;
    private Path authUsers;
    private boolean authRequired;
    private int authFailures = AuthRules.DEFAULT_FAILURES;
    private Duration listReload = AccessSettings.DEFAULT_RELOAD;
    /** Null for no DNS lists. */
    private DnsblSettings dnsbl;

    private final List<Policy> policies = new ArrayList<>();
    private Duration policyTimeout = AccessSettings.DEFAULT_POLICY_TIMEOUT;
    private final List<Network> balancers = new ArrayList<>();
    private Duration proxyTimeout = Duration.ofNanos(ProxyRules.DEFAULT_HEADER_TIMEOUT_NS);
    private boolean logTransactions;
    private int accessLogRate;
    private int flightEvents = DEFAULT_FLIGHT_EVENTS;
    private final Destination destination = new Destination();

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

    /**
     * How often the files of the certificates are looked at; what has changed is loaded without touching a session. By default
     * {@value #DEFAULT_TLS_RELOAD_SECONDS} seconds.
     */
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
     * the greatest size in each reactor take, if that is more and the delivery does not take large ones in parts.
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

    /**
     * Takes only the recipients in a file, of the domains accepted or, if none are named, of its own. The file, like those
     * of the other lists, is looked at again and again, see {@link #reloadLists}.
     */
    public ServerBuilder recipients(final Path file) {
        recipients = file;
        return this;
    }

    /** A character between a local-part on the list of recipients and what its owner may add to it, such as {@code +}. */
    public ServerBuilder recipientDelimiter(final char delimiter) {
        recipientDelimiter = delimiter < 0x80 ? (byte) delimiter : (byte) '@';
        return this;
    }

    /** Refuses mail from the senders in a file. */
    public ServerBuilder blockSenders(final Path file) {
        blockedSenders = file;
        return this;
    }

    /** Refuses clients of the networks in a file. */
    public ServerBuilder blockNetworks(final Path file) {
        blockedNetworks = file;
        return this;
    }

    /** Exceptions from {@link #blockNetworks} and {@link #dnsbl}. */
    public ServerBuilder allowNetworks(final Path file) {
        allowedNetworks = file;
        return this;
    }

    /** Offers AUTH within TLS to the users of a file; who has logged in may send to everybody. Needs {@link #tls}. */
    public ServerBuilder authUsers(final Path file) {
        authUsers = file;
        return this;
    }

    /** Takes mail only from clients that have logged in. */
    public ServerBuilder requireAuth(final boolean require) {
        authRequired = require;
        return this;
    }

    /** Failed logins of a session that are answered 535; one more is answered 421. */
    public ServerBuilder authFailures(final int count) {
        authFailures = count;
        return this;
    }

    /**
     * How often the lists are looked at; what has changed is read without touching a session. By default {@value
     * #DEFAULT_LIST_RELOAD_SECONDS} seconds.
     */
    public ServerBuilder reloadLists(final Duration every) {
        listReload = every;
        return this;
    }

    /**
     * Refuses recipients of clients that a DNS list has. Not asked about are loopback, private networks, balancers, those of
     * {@link #allowNetworks}, and whoever has logged in.
     */
    public ServerBuilder dnsbl(final DnsblSettings settings) {
        dnsbl = settings;
        return this;
    }

    /** Adds a policy of one's own; several are asked in this order until one refuses. */
    public ServerBuilder policy(final Policy policy) {
        policies.add(policy);
        return this;
    }

    /**
     * How long a policy may take to answer; then {@code 451 4.7.1}. By default {@value
     * AccessRules#DEFAULT_POLICY_TIMEOUT_SECONDS} seconds.
     */
    public ServerBuilder policyTimeout(final Duration timeout) {
        policyTimeout = timeout;
        return this;
    }

    /**
     * Connections from this network are relayed by a balancer: each must begin with a header of the PROXY protocol, and its
     * client is who the header says.
     */
    public ServerBuilder proxyProtocol(final Network balancer) {
        balancers.add(balancer);
        return this;
    }

    /** How long a balancer may take for the whole header; then the connection is closed. */
    public ServerBuilder proxyTimeout(final Duration timeout) {
        proxyTimeout = timeout;
        return this;
    }

    /** Whether the logger {@code io.posthaste.transaction} gets a line for each mail transaction. */
    public ServerBuilder logTransactions(final boolean log) {
        logTransactions = log;
        return this;
    }

    /**
     * How many lines a second the logger {@code io.posthaste.access} gets at most from each event loop about senders and recipients
     * refused by lists, limits and policies, and as many about logins. 0, the default, for none.
     */
    public ServerBuilder accessLog(final int linesPerSecond) {
        accessLogRate = linesPerSecond;
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
        destination.deliverTo(blockingDelivery);
        return this;
    }

    /**
     * Delivers to what a URI names: {@code maildir:DIR}, {@code spool:DIR}, {@code discard:}, {@code
     * kafka://HOST:PORT/TOPIC}, {@code smtp://HOST:PORT}, {@code lmtp://HOST:PORT}.
     *
     * @throws IllegalArgumentException it names no delivery; the message is for the operator
     */
    public ServerBuilder deliverTo(final String uri) {
        destination.deliverTo(DeliveryFactory.parse(uri));
        return this;
    }

    /**
     * Forwards the mail of the spool that {@link #deliverTo(String)} names to what a URI names: {@code maildir:DIR}, {@code
     * kafka://HOST:PORT/TOPIC}. May be called again for others.
     *
     * @throws IllegalArgumentException it names no forwarder; the message is for the operator
     */
    public ServerBuilder forwardTo(final String uri) {
        destination.forwardTo(ForwarderFactory.parse(uri));
        return this;
    }

    /** Forwards the mail of the spool to a forwarder of one's own, which belongs to the server once {@link #start} is called. */
    public ServerBuilder forwardTo(final Forwarder forwarder) {
        destination.forwardTo(forwarder);
        return this;
    }

    /** When what a forwarder defers is tried again, and when no more. */
    public ServerBuilder retrying(final Retrying newRetrying) {
        destination.retrying(newRetrying);
        return this;
    }

    /**
     * Starts the server; it accepts connections when this returns.
     *
     * @throws IllegalArgumentException the settings contradict each other, or a certificate is missing or wrong; the message is for the operator
     * @throws IOException an address cannot be listened on, or the delivery cannot be opened
     */
    public SmtpServer start() throws IOException {
        return new Launch(config(), destination).start();
    }

    /**
     * What is set, with defaults where nothing is.
     *
     * @throws IllegalArgumentException the settings contradict each other; the message is for the operator
     */
    public ServerConfig config() {
        final boolean isAnywhere = !listeners.isEmpty() || !tlsListeners.isEmpty();
        return new ServerConfig(
                isAnywhere ? listeners : List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), DEFAULT_PORT)),
                hostname,
                acceptDomains,
                limits,
                conduct,
                clientLimits,
                loadLimits,
                reactors,
                memoryOctets == MEMORY_BY_NEED
                        ? ServerConfig.defaultMemoryOctets(destination.octetsInMemory(limits.messageOctets()), reactors)
                        : memoryOctets,
                maxConnections,
                queueCapacity,
                bareNewline,
                tolerateSpaces,
                trustedNetworks,
                new AccessSettings(
                        recipients,
                        recipientDelimiter,
                        blockedSenders,
                        blockedNetworks,
                        allowedNetworks,
                        authUsers,
                        authRequired,
                        authFailures,
                        listReload,
                        dnsbl,
                        policies,
                        policyTimeout),
                new TlsSettings(tlsListeners, certificates, tlsEngine, tlsLimits, tlsThreads, certificateReload),
                new ProxyRules(balancers, proxyTimeout.toNanos()),
                logTransactions,
                accessLogRate,
                flightEvents);
    }

    /**
     * What of the settings fits together but would keep {@link #start} from succeeding: certificates that cannot be loaded,
     * memory that is too small, lists that cannot be read, a delivery that cannot be written to. A line each for the
     * operator. Opens no address and creates nothing.
     *
     * @throws IllegalArgumentException the settings contradict each other; the message is for the operator
     */
    public List<String> faults() {
        return new Launch(config(), destination).faults();
    }

    /**
     * What would not keep {@link #start} from succeeding but should be seen to: certificates that are not valid now or not for
     * much longer, keys that every user of the machine may read. A line each for the operator.
     *
     * @throws IllegalArgumentException the settings contradict each other; the message is for the operator
     */
    public List<String> warnings() {
        return new Launch(config(), destination).warnings(Instant.now());
    }
}

package io.posthaste.forward;

import io.posthaste.delivery.Delivery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** What a URI behind {@code --forward} names. Parsing touches nothing outside; {@link #open} does. */
public final class ForwarderFactory {
    private final ForwarderProvider provider;
    private final String uri;

    private ForwarderFactory(final ForwarderProvider provider, final String uri) {
        this.provider = provider;
        this.uri = uri;
    }

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException it names no forwarder; one line for the operator
     */
    public static ForwarderFactory parse(final String uri) {
        final ForwarderProvider provider = find(uri);
        if (provider == null) {
            throw new IllegalArgumentException("unknown forwarder '" + scheme(uri) + "': use "
                    + providers().stream().map(ForwarderProvider::form).collect(Collectors.joining(" or ")));
        }
        provider.check(uri);
        return new ForwarderFactory(provider, uri);
    }

    /**
     * Reads a URI to which mail may be delivered directly; null when it names nothing of the kind.
     *
     * @throws IllegalArgumentException it is malformed; one line for the operator
     */
    public static ForwarderFactory parseDirect(final String uri) {
        final ForwarderProvider provider = find(uri);
        if (provider == null || provider.directLevel() == null) {
            return null;
        }
        provider.check(uri);
        return new ForwarderFactory(provider, uri);
    }

    /** Forms of the URIs that {@link #parseDirect} takes. */
    public static List<String> directForms() {
        return providers().stream()
                .filter(provider -> provider.directLevel() != null)
                .map(ForwarderProvider::form)
                .toList();
    }

    /**
     * Opens the forwarder, which is the caller's.
     *
     * @param hostname this server's name
     * @throws IOException it can never work as things are; one line for the operator
     */
    public Forwarder open(final String hostname) throws IOException {
        try {
            return provider.open(uri, hostname);
        } catch (final IOException e) {
            throw new IOException("cannot forward to " + uri + ": " + reason(e), e);
        }
    }

    /** As {@link #open}, but a delivery without a spool, of {@link #parseDirect}. */
    public Delivery openDirect(final String hostname) throws IOException {
        return provider.openDirect(uri, hostname);
    }

    /** The URI again. */
    @Override
    public String toString() {
        return uri;
    }

    private static ForwarderProvider find(final String uri) {
        final int colon = uri.indexOf(':');
        if (colon < 0) {
            return null;
        }
        return providers().stream()
                .filter(provider -> provider.schemes().contains(uri.substring(0, colon)))
                .findFirst()
                .orElse(null);
    }

    private static List<ForwarderProvider> providers() {
        final List<ForwarderProvider> providers = new ArrayList<>();
        providers.add(new MaildirProvider());
        ServiceLoader.load(ForwarderProvider.class, ForwarderProvider.class.getClassLoader())
                .forEach(providers::add);
        return providers;
    }

    private static String scheme(final String uri) {
        final int colon = uri.indexOf(':');
        return colon < 0 ? uri : uri.substring(0, colon + 1);
    }

    private static String reason(final IOException failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}

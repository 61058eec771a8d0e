package io.posthaste.policy;

import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.Extension;
import io.posthaste.wire.ParameterOptions;
import io.posthaste.wire.PathParser;
import io.posthaste.wire.RcptArguments;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses from a file: {@code local-part@domain}, {@code @domain} for all of a domain, {@code .domain} for all of its
 * subdomains. Asked about octets in place; nothing is allocated. ASCII letters match in either case, in domains (RFC 5321
 * section 2.4) and, unlike what that allows others to do, in local-parts; any other octet only itself. A quoted local-part is
 * the same as what it quotes, and an internationalised domain is found in both its forms. Immutable; any thread.
 */
public final class AddressList {
    /** No addresses. */
    public static final AddressList EMPTY =
            new AddressList(new OctetSet.Builder().build(), new OctetSet.Builder().build());

    private static final Logger LOG = LoggerFactory.getLogger(AddressList.class);
    private static final ParameterOptions OPTIONS = ParameterOptions.of(false, Extension.SMTPUTF8);

    private final OctetSet entries;
    /** The domains of all entries but subdomains. */
    private final OctetSet domains;

    private AddressList(final OctetSet entries, final OctetSet domains) {
        this.entries = entries;
        this.domains = domains;
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException it cannot be read, or a line is wrong; the message is for the operator
     */
    public static AddressList read(final Path file) {
        final Builder builder = new Builder();
        ListFile.read(file, builder::add);
        return builder.build();
    }

    /**
     * Reads a file of recipients, where subdomains cannot be listed: nobody could tell which of their mailboxes there are.
     *
     * @throws IllegalArgumentException it cannot be read, or a line is wrong; the message is for the operator
     */
    public static AddressList readRecipients(final Path file) {
        final Builder builder = new Builder();
        ListFile.read(file, entry -> {
            if (entry.startsWith(".")) {
                throw new IllegalArgumentException(
                        "'" + entry + "' is not a recipient: write local-part@domain, or @domain for all of a domain");
            }
            builder.add(entry);
        });
        return builder.build();
    }

    /** Entries. */
    public int size() {
        return entries.size();
    }

    /** Octets of memory that it takes. */
    public long memoryOctets() {
        return entries.memoryOctets() + domains.memoryOctets();
    }

    /**
     * Whether the address is listed: itself, without what stands behind the delimiter, or with its whole domain.
     *
     * @param from where the local-part begins
     * @param domain where the domain begins, behind the {@code @}
     * @param to behind the domain
     * @param delimiter between a local-part and what an owner may add to it, 0 for none
     */
    boolean contains(final ByteBuffer in, final int from, final int domain, final int to, final byte delimiter) {
        if (entries.contains(in, domain - 1, to)) {
            return true;
        }
        final boolean isQuoted = in.get(from) == '"';
        final int start = isQuoted ? from + 1 : from;
        final int end = isQuoted ? domain - 2 : domain - 1;
        if (entries.contains(in, start, end, domain - 1, to, isQuoted)) {
            return true;
        }
        if (delimiter != 0 && !isQuoted) {
            for (int i = start + 1; i < end; i++) {
                if (in.get(i) == delimiter) {
                    return entries.contains(in, start, i, domain - 1, to, false);
                }
            }
        }
        return false;
    }

    /** Whether a domain of which [from, to) is a subdomain is listed for that. */
    boolean containsSubdomain(final ByteBuffer in, final int from, final int to) {
        for (int i = from; i < to; i++) {
            if (in.get(i) == '.' && entries.contains(in, i, to)) {
                return true;
            }
        }
        return false;
    }

    /** Whether any address of the domain in [from, to) is listed. */
    boolean hasDomain(final ByteBuffer in, final int from, final int to) {
        return domains.contains(in, from, to);
    }

    @Override
    public String toString() {
        return size() + " entries, " + memoryOctets() + " octets of memory";
    }

    /** Collects entries. */
    static final class Builder {
        private final OctetSet.Builder entries = new OctetSet.Builder();
        private final OctetSet.Builder domains = new OctetSet.Builder();
        private final RcptArguments arguments = new RcptArguments();

        /** @throws IllegalArgumentException it is none; the message is for the operator */
        void add(final String entry) {
            addAsWritten(entry);
            final int domain = entry.charAt(0) == '.' ? 1 : entry.lastIndexOf('@') + 1;
            final String otherForm = DomainNames.otherForm(entry.substring(domain));
            if (otherForm != null) {
                addOtherForm(entry.substring(0, domain) + otherForm);
            }
        }

        /** One that is too long for a path cannot be sent either. */
        private void addOtherForm(final String entry) {
            try {
                addAsWritten(entry);
            } catch (final IllegalArgumentException e) {
                LOG.debug("not listed: {}", e.getMessage());
            }
        }

        private void addAsWritten(final String entry) {
            final char first = entry.charAt(0);
            final boolean isSubdomains = first == '.';
            final boolean isDomain = first == '@';
            final String address = isSubdomains ? "x@" + entry.substring(1) : isDomain ? "x" + entry : entry;
            final byte[] command = (" TO:<" + address + ">").getBytes(StandardCharsets.UTF_8);
            final ArgumentError error = arguments.parse(ByteBuffer.wrap(command), 0, command.length, OPTIONS, true);
            final PathParser path = arguments.path();
            if (error != ArgumentError.NONE || path.isPostmaster() || path.end() != command.length) {
                throw new IllegalArgumentException("'" + entry
                        + "' is not an address: write local-part@domain, @domain for all of a domain, or .domain for all"
                        + " of its subdomains");
            }
            if (isSubdomains) {
                command[path.domainStart() - 1] = '.';
                entries.add(command, path.domainStart() - 1, path.domainEnd());
                return;
            }
            domains.add(command, path.domainStart(), path.domainEnd());
            if (isDomain) {
                entries.add(command, path.domainStart() - 1, path.domainEnd());
            } else if (command[path.mailboxStart()] == '"') {
                addQuoted(command, path);
            } else {
                entries.add(command, path.mailboxStart(), path.mailboxEnd());
            }
        }

        private void addQuoted(final byte[] command, final PathParser path) {
            final byte[] plain = new byte[command.length];
            int length = 0;
            for (int i = path.mailboxStart() + 1; i < path.domainStart() - 2; i++) {
                if (command[i] == '\\') {
                    i++;
                }
                plain[length++] = command[i];
            }
            for (int i = path.domainStart() - 1; i < path.domainEnd(); i++) {
                plain[length++] = command[i];
            }
            entries.add(plain, 0, length);
        }

        AddressList build() {
            return new AddressList(entries.build(), domains.build());
        }
    }
}

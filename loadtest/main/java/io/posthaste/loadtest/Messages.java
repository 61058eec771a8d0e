package io.posthaste.loadtest;

import java.nio.ByteBuffer;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The messages of a run as they go over the wire, less the {@link Stamp} that stands before each: end to end in one
 * direct buffer, so that many connections send from views over the same octets.
 *
 * <p>For DATA they are dot-stuffed (RFC 5321, section 4.5.2), each with its end-of-data mark behind it; for BDAT they are
 * as they are (RFC 3030). Immutable.
 */
final class Messages {
    /** Octets of all messages together. */
    static final long MAX_TOTAL = 1L << 30;

    private final ByteBuffer octets;
    /** Wire octets of message i are those from ends[i - 1] to ends[i]. */
    private final int[] ends;
    /** Octets of the whole message, stamp included, before dot-stuffing. */
    private final int[] sizes;

    private final int[] bodyCrcs;
    /** How the messages follow each other; empty: in turn. */
    private final Optional<SizeMix> mix;

    private final long seed;

    private Messages(List<byte[]> messages, boolean isStuffed, Optional<SizeMix> mix, long seed) {
        this.mix = mix;
        this.seed = seed;
        ends = new int[messages.size()];
        sizes = new int[messages.size()];
        bodyCrcs = new int[messages.size()];
        long total = 0;
        for (final byte[] message : messages) {
            total += isStuffed ? MessageContent.stuffedLength(message) : message.length;
        }
        checkTotal(total);
        final ByteBuffer all = ByteBuffer.allocateDirect((int) total);
        for (int i = 0; i < ends.length; i++) {
            final byte[] message = messages.get(i);
            if (isStuffed) {
                MessageContent.putStuffed(all, message);
            } else {
                all.put(message);
            }
            ends[i] = all.position();
            sizes[i] = Stamp.LENGTH + message.length;
            bodyCrcs[i] = Stamp.bodyCrc(message);
        }
        octets = all.flip().asReadOnlyBuffer();
    }

    private static void checkTotal(long octets) {
        if (octets > MAX_TOTAL) {
            throw new IllegalArgumentException("the messages have more than " + MAX_TOTAL + " octets together");
        }
    }

    /** @throws IllegalArgumentException in words for the user, if the messages cannot be composed */
    static Messages of(LoadPlan.Traffic traffic, ZonedDateTime date) {
        final LoadPlan.Content content = traffic.content();
        final boolean isStuffed = !traffic.manner().chunking();
        if (content.corpus().isPresent()) {
            return new Messages(content.corpus().get().messages(), isStuffed, Optional.empty(), content.seed());
        }
        final SizeMix sizes = content.sizes();
        checkTotal(IntStream.range(0, sizes.count()).mapToLong(sizes::size).sum());
        final List<byte[]> messages = IntStream.range(0, sizes.count())
                .mapToObj(i -> MessageContent.compose(traffic, sizes.size(i), date))
                .toList();
        return new Messages(messages, isStuffed, Optional.of(sizes), content.seed());
    }

    /** Number of different messages. */
    int count() {
        return ends.length;
    }

    /** Index of the message to send under a sequence number. */
    int pick(long sequence) {
        return mix.isPresent() ? mix.get().pick(seed, sequence) : (int) (sequence % ends.length);
    }

    /** Octets of a message, stamp included, before dot-stuffing and without the end-of-data mark. */
    int size(int message) {
        return sizes[message];
    }

    /** CRC-32C of a message's body. */
    int bodyCrc(int message) {
        return bodyCrcs[message];
    }

    /** A view for {@link #frame}, over the shared octets. */
    ByteBuffer view() {
        return octets.duplicate();
    }

    /** Sets position and limit of {@code view} around a message's octets. */
    void frame(ByteBuffer view, int message) {
        view.limit(ends[message]).position(message == 0 ? 0 : ends[message - 1]);
    }
}

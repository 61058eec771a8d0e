package io.posthaste.session;

import io.posthaste.reply.HelpTopics;
import io.posthaste.reply.Reply;
import io.posthaste.reply.ReplyEncoder;
import io.posthaste.wire.ArgumentError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The commands that only ask and change nothing: VRFY, EXPN (RFC 5321 section 3.5) and HELP (4.1.1.8). */
final class Inquiries {
    private static final int CODE_STATUS = 211;
    private static final int CODE_HELP = 214;

    private final SessionContext context;

    Inquiries(final SessionContext context) {
        this.context = context;
    }

    /** Neither confirms nor denies (section 7.3). */
    void vrfy(final ByteBuffer in, final int from, final int to, final Greeting greeting, final ByteBuffer out) {
        answer(in, from, to, greeting, Reply.CANNOT_VERIFY, out);
    }

    /** Neither confirms nor denies (section 7.3). */
    void expn(final ByteBuffer in, final int from, final int to, final Greeting greeting, final ByteBuffer out) {
        answer(in, from, to, greeting, Reply.CANNOT_EXPAND, out);
    }

    /**
     * HELP, HELP with a command or a reply code, HELP STATUS: figures for clients that are trusted, a summary for others.
     * Trusted clients may also ask for what the server knows beyond that.
     */
    void help(final ByteBuffer in, final int from, final int to, final Peer peer, final ByteBuffer out) {
        if (HelpTopics.isStatus(in, from, to)) {
            final boolean trusted = isTrusted(peer);
            out.put(ReplyEncoder.status(context.profile.status().status(trusted)));
            context.replied(CODE_STATUS);
            return;
        }
        final byte[] topic = HelpTopics.find(in, from, to);
        if (topic != null) {
            out.put(topic);
            context.replied(CODE_HELP);
            return;
        }
        final List<String> lines = isTrusted(peer)
                ? context.profile.status().help(text(in, from, to).strip())
                : List.of();
        if (lines.isEmpty()) {
            context.reply(Reply.NO_SUCH_HELP_TOPIC, out);
        } else {
            out.put(ReplyEncoder.help(lines));
            context.replied(CODE_HELP);
        }
    }

    private boolean isTrusted(final Peer peer) {
        return peer.isKnown() && context.profile.isTrusted(peer.address());
    }

    private static String text(final ByteBuffer in, final int from, final int to) {
        final byte[] octets = new byte[to - from];
        in.get(from, octets);
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /** Whether [from, to) is white space only, which section 4.1.1 asks servers to tolerate. */
    static boolean isBlank(final ByteBuffer in, final int from, final int to) {
        for (int i = from; i < to; i++) {
            final byte octet = in.get(i);
            if (octet != ' ' && octet != '\t') {
                return false;
            }
        }
        return true;
    }

    private void answer(
            final ByteBuffer in,
            final int from,
            final int to,
            final Greeting greeting,
            final Reply answer,
            final ByteBuffer out) {
        final ArgumentError error = context.vrfyArgument.parse(
                in, from, to, context.profile.parameterOptions(greeting.isExtended(), greeting.isSecure()));
        context.reply(error == ArgumentError.NONE ? answer : ArgumentReplies.recipient(error), out);
    }
}

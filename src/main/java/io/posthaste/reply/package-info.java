/**
 * The catalogue of replies: every reply code with its meaning, when it is seen and how to fix it, and the pre-encoded
 * replies themselves. One source for the wire ({@link io.posthaste.reply.Reply}, {@link io.posthaste.reply.ReplyEncoder}),
 * for HELP ({@link io.posthaste.reply.HelpTopics}), for {@code posthaste explain} and for docs/reply-codes.md
 * ({@link io.posthaste.reply.ReplyExplainer}).
 *
 * <p>Immutable after class initialisation, shared by all threads. What a session calls for a command allocates nothing;
 * the pages and their rendering are for people and do.
 *
 * <p>Uses the JDK only.
 */
package io.posthaste.reply;

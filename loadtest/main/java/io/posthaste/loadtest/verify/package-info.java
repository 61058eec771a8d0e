/**
 * Reconciliation: what a server acknowledged, against what arrived behind it.
 *
 * <pre>
 * SinkLedger → VerifyClient (HELP VERIFY over SMTP) ──┐
 *                                                     ├─ Evidence ── Reconciliation ── text, JSON
 * VerifyCommand → MessageFiles → StampedMessage ── Arrivals ┘             └── AcceptedMessages
 * </pre>
 *
 * <p>The stamp and what each figure means are in {@code docs/verify.md}. Shares no code with the server's own check, nor
 * with the generator that makes the stamp, so that one's error does not pass the other. Uses picocli, HdrHistogram and
 * nanojson.
 */
package io.posthaste.loadtest.verify;

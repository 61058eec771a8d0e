/**
 * Reconciliation at a sink: reads the stamp that {@code posthaste load} puts into each message ({@code docs/verify.md}) and
 * keeps a ledger of what came, came twice, came damaged or came in part.
 *
 * <pre>
 *   VerifyDelivery ── StampScanner (a message's octets)      delivery thread
 *         └── Ledger ── RunLedger (one for each run)         any thread, one lock
 *                └── LedgerReport (HELP VERIFY, summary)
 * </pre>
 *
 * <p>Runs on the delivery thread, not on the reactors': one scanner and one writer then serve all reactors without a
 * contended lock, a reactor is never held by the checksum of a large message (50 to 100 us a megabyte), and since receipts are sent
 * behind the commit, whatever was acknowledged is in the ledger. The price is the hop to that thread, which a sink without
 * {@code --verify} does not pay.
 *
 * <p>Uses envelope, memory and HdrHistogram. Shares no code with the generator, so that neither hides the other's error.
 */
package io.posthaste.delivery.verify;

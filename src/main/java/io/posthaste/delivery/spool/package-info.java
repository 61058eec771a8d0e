/**
 * The delivery that appends each message to a log of segments, and the reading of that log. {@code docs/spool-format.md}
 * describes what lies on the disk.
 *
 * <p>Three kinds of threads: the delivery thread writes ({@link io.posthaste.delivery.spool.SpoolDelivery}), one helper
 * prepares segments ({@code SegmentPreparer}), and readers ({@link io.posthaste.delivery.spool.SpoolReader}) are mostly in
 * other processes; they take no locks and see only what was committed. Uses {@code delivery}, {@code envelope} and {@code
 * memory}.
 */
package io.posthaste.delivery.spool;

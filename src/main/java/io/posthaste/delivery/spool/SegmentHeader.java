package io.posthaste.delivery.spool;

/**
 * What stands at the start of a segment.
 *
 * @param number of the segment, as in its file's name; grows by the order of writing, from 1
 * @param generation drawn anew each time a file is begun; only records that carry it belong to the segment
 * @param begunEpochMs when it was begun, milliseconds since 1970
 * @param firstSequence of its first record, from 1
 * @param previousNumber the segment before it, 0 when it is the first
 * @param previousEnd where the committed records of the segment before it end, octets from its start
 * @param hostname of the server that wrote it
 */
record SegmentHeader(
        long number,
        long generation,
        long begunEpochMs,
        long firstSequence,
        long previousNumber,
        long previousEnd,
        String hostname) {}

package io.posthaste.jmh;

import java.util.ArrayList;
import java.util.List;

/** Baseline: a mail transaction as an object of strings, new for each. */
final class PlainMessage {
    final long id;
    final long receivedEpochMs;
    final String peer;
    final String hello;
    final String reversePath;
    final List<String> recipients = new ArrayList<>();
    byte[] content;

    PlainMessage(
            final long id,
            final long receivedEpochMs,
            final String peer,
            final String hello,
            final String reversePath) {
        this.id = id;
        this.receivedEpochMs = receivedEpochMs;
        this.peer = peer;
        this.hello = hello;
        this.reversePath = reversePath;
    }
}

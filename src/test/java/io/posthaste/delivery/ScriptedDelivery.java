package io.posthaste.delivery;

import io.posthaste.envelope.Envelope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A delivery that does as it is told and writes down what was asked of it. Not for several threads at once. */
final class ScriptedDelivery implements Delivery {
    final List<String> calls = new ArrayList<>();
    final Map<String, Throwable> appendFailures = new HashMap<>();
    final Map<String, Runnable> appendActions = new HashMap<>();
    Throwable commitFailure;
    boolean answersLater;
    final List<Envelope> taken = new ArrayList<>();

    @Override
    public AcknowledgementLevel acknowledgementLevel() {
        return AcknowledgementLevel.NONE;
    }

    @Override
    public String description() {
        return "scripted:";
    }

    @Override
    public void append(final Envelope envelope) throws IOException {
        final String name = envelope.reversePath();
        calls.add(name);
        appendActions.getOrDefault(name, () -> {}).run();
        raise(appendFailures.get(name));
        taken.add(envelope);
    }

    @Override
    public boolean answersLater() {
        return answersLater;
    }

    @Override
    public void commit() throws IOException {
        calls.add("commit");
        raise(commitFailure);
    }

    @Override
    public void close() {
        calls.add("close");
    }

    private static void raise(final Throwable failure) throws IOException {
        if (failure instanceof final IOException e) {
            throw e;
        }
        if (failure instanceof final RuntimeException e) {
            throw e;
        }
        if (failure instanceof final Error e) {
            throw e;
        }
    }
}

package io.posthaste.loadtest;

/** Where a dialogue's measurements go. Engine thread only; no allocation. */
final class Outcomes {
    private final PhaseRecorder recorder;
    private final SequenceSet accepted;
    private final Messages messages;
    private final Tally tally;

    Outcomes(PhaseRecorder recorder, SequenceSet accepted, Messages messages, Tally tally) {
        this.recorder = recorder;
        this.accepted = accepted;
        this.messages = messages;
        this.tally = tally;
    }

    void onPhase(Phase phase, long latencyNs) {
        recorder.record(phase, latencyNs);
    }

    /** @param plannedNs when the message was planned, or {@link Workload#NEVER} */
    void onAccepted(long sequence, long plannedNs, long startNs, long nowNs) {
        accepted.add(sequence);
        tally.onAcceptedOctets(messages.size(messages.pick(sequence)));
        recorder.record(PhaseRecorder.UNCORRECTED, nowNs - startNs);
        if (plannedNs != Workload.NEVER) {
            recorder.record(PhaseRecorder.CORRECTED, nowNs - plannedNs);
        }
    }

    /** A message began from a connection that had been free when it was due, or since. */
    void onBegunFromIdle(long dueNs, long nowNs) {
        recorder.record(PhaseRecorder.GENERATOR_LAG, Math.max(0, nowNs - dueNs));
    }
}

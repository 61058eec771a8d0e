package io.posthaste.relay;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.function.Consumer;

/** A delivery status notification on its way: from the null reverse-path, and never reported itself (RFC 3461 section 6.1). */
final class ReportMessage implements OutgoingMessage {
    private final Report report;
    private final Consumer<TransferOutcome> onSettled;

    /** @param onSettled called on the client's thread */
    ReportMessage(final Report report, final Consumer<TransferOutcome> onSettled) {
        this.report = report;
        this.onSettled = onSettled;
    }

    @Override
    public String id() {
        return report.id();
    }

    @Override
    public String reversePath() {
        return "";
    }

    @Override
    public List<Recipient> recipients() {
        return List.of(new Recipient(report.sender(), io.posthaste.wire.Notify.NEVER, ""));
    }

    @Override
    public Declaration declaration() {
        return new Declaration(report.isEightBit(), false, report.isUtf8(), false, false, false, "");
    }

    @Override
    public long contentOctets() {
        return report.octets();
    }

    @Override
    public ReadableByteChannel openContent() throws IOException {
        return report.open();
    }

    /** {@inheritDoc} Its header is our own, and has come through no server. */
    @Override
    public HeaderScan header() {
        return new HeaderScan(0, !report.isUtf8());
    }

    @Override
    public boolean isAllOrNothing() {
        return true;
    }

    @Override
    public void settled(final TransferOutcome outcome) {
        onSettled.accept(outcome);
    }
}

package io.posthaste.cli.spool;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.posthaste.delivery.spool.SpoolReader;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code posthaste spool verify}: checks every checksum, and that no message is missing between others. */
@Command(name = "verify", description = "Check every record. Exit code 1 when one is damaged or missing.")
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private SpoolSource source = new SpoolSource();

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        final SpoolReader reader = source.open();
        final AtomicLong messages = new AtomicLong();
        reader.visit(true, message -> {
            messages.incrementAndGet();
            return true;
        });
        if (json) {
            final JsonStringWriter report = JsonWriter.string()
                    .object()
                    .value("messages", messages.get())
                    .value("segments", reader.segmentCount())
                    .value("torn", reader.isTorn())
                    .value("live", reader.isLive())
                    .array("damage");
            reader.troubles().forEach(report::value);
            source.out().println(report.end().end().done());
        } else {
            source.out()
                    .println(messages + " messages in " + reader.segmentCount() + " segments are whole"
                            + (reader.isTorn()
                                    ? "; the end is torn, which is no damage: it was never acknowledged"
                                    : ""));
        }
        return source.end(reader);
    }
}

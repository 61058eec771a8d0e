package io.posthaste.cli.spool;

import com.grack.nanojson.JsonWriter;
import io.posthaste.delivery.spool.SpoolReader;
import io.posthaste.delivery.spool.StoredMessage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code posthaste spool stats}: how much of what is there. */
@Command(name = "stats", description = "Tell how many messages, recipients and octets there are, and of what time.")
final class StatsCommand implements Callable<Integer> {
    @Mixin
    private SpoolSource source = new SpoolSource();

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    private long messages;
    private long recipients;
    private long contentOctets;
    private long largest;
    private long largeMessages;
    private long largeOctets;
    private StoredMessage first;
    private StoredMessage last;

    @Override
    public Integer call() throws IOException {
        final SpoolReader reader = source.open();
        reader.visit(false, this::add);
        if (json) {
            printJson(reader);
        } else {
            print(reader, source.out());
        }
        return source.end(reader);
    }

    private boolean add(final StoredMessage message) {
        messages++;
        recipients += message.envelope().recipients().size();
        contentOctets += message.contentOctets();
        largest = Math.max(largest, message.contentOctets());
        largeMessages += message.isLarge() ? 1 : 0;
        largeOctets += message.isLarge() ? message.contentOctets() : 0;
        first = first == null ? message : first;
        last = message;
        return true;
    }

    private void print(final SpoolReader reader, final PrintWriter out) {
        out.println("messages    " + messages);
        out.println("recipients  " + recipients);
        out.println("content     " + contentOctets + " octets, the largest " + largest);
        out.println("segments    " + reader.segmentCount() + ", " + reader.segmentOctets() + " octets");
        out.println("large       " + largeMessages + " messages with files of their own, " + largeOctets + " octets");
        out.println("server      " + (reader.isLive() ? "writes to it" : "none writes to it"));
        if (first != null) {
            out.println("oldest      " + Text.time(first.envelope().storedEpochMs()) + ", record " + first.sequence());
            out.println("newest      " + Text.time(last.envelope().storedEpochMs()) + ", record " + last.sequence());
        }
    }

    private void printJson(final SpoolReader reader) {
        source.out()
                .println(JsonWriter.string()
                        .object()
                        .value("messages", messages)
                        .value("recipients", recipients)
                        .value("content_octets", contentOctets)
                        .value("largest", largest)
                        .value("segments", reader.segmentCount())
                        .value("segment_octets", reader.segmentOctets())
                        .value("large_messages", largeMessages)
                        .value("large_octets", largeOctets)
                        .value("live", reader.isLive())
                        .value(
                                "oldest",
                                first == null
                                        ? null
                                        : Text.time(first.envelope().storedEpochMs()))
                        .value(
                                "newest",
                                last == null ? null : Text.time(last.envelope().storedEpochMs()))
                        .end()
                        .done());
    }
}

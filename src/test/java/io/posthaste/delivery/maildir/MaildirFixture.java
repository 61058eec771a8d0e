package io.posthaste.delivery.maildir;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.DeliveryAgent;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.Transactions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A Maildir with its agent: {@code mail.offers(...)}, {@code mail.answers()}, {@code mail.in("new")}. */
final class MaildirFixture {
    final Transactions transactions = new Transactions();
    final FaultyFiles files = new FaultyFiles();
    final Path directory;
    final MaildirDelivery delivery;
    private final EnvelopeQueue queue = new EnvelopeQueue(1024);
    private final DeliveryAgent agent;

    MaildirFixture(final Path directory) throws IOException {
        this.directory = directory;
        delivery = MaildirDelivery.open(directory, "mx.example", files);
        agent = new DeliveryAgent(queue, delivery);
    }

    void offers(final Envelope envelope) {
        assertTrue(queue.offer(envelope));
    }

    void offers(final String... contents) {
        for (final String content : contents) {
            offers(transactions.envelope("a@b.example", content, "c@d.example"));
        }
    }

    /** Delivers what was offered, in batches, and tells the answers. */
    List<DeliveryStatus> answers() {
        while (agent.doWork() > 0) {
            // Go on until there is no more.
        }
        return transactions.answers();
    }

    List<Path> in(final String part) throws IOException {
        try (Stream<Path> entries = Files.list(directory.resolve(part))) {
            return entries.sorted().toList();
        }
    }

    /** What the n-th message holds behind its trace fields. */
    String content(final int number) throws IOException {
        final String text = Transactions.text(Files.readAllBytes(in("new").get(number)));
        final String end = "06:16:34 +0000\r\n";
        return text.substring(text.indexOf(end) + end.length());
    }

    List<String> contents() throws IOException {
        final List<String> contents = new java.util.ArrayList<>();
        for (int i = 0; i < in("new").size(); i++) {
            contents.add(content(i));
        }
        return contents;
    }
}

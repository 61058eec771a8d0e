package io.posthaste.cli.spool;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.delivery.spool.StoredMessage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Messages as text for people and for programs. */
final class Text {
    private static final String[] NOTIFY = {"NEVER", "SUCCESS", "FAILURE", "DELAY"};

    private Text() {}

    /** What came from the wire, so that nothing in it moves a terminal's cursor. */
    static String printable(final String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    static String time(final long epochMs) {
        return Instant.ofEpochMilli(epochMs).truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** NOTIFY as it was sent; empty when there was none. */
    static String notify(final int flags) {
        final List<String> words = new ArrayList<>();
        for (int i = 0; i < NOTIFY.length; i++) {
            if ((flags & 1 << i) != 0) {
                words.add(NOTIFY[i]);
            }
        }
        return String.join(",", words);
    }

    /** How it came by TLS: records of earlier releases know only that it did. */
    static String tls(final StoredEnvelope envelope) {
        if (!envelope.tls().isEmpty()) {
            return envelope.tls();
        }
        return envelope.has(StoredEnvelope.SECURE) ? "yes" : "none";
    }

    /** The traits that hold, as parameters of MAIL. */
    static List<String> parameters(final StoredEnvelope envelope) {
        final List<String> parameters = new ArrayList<>();
        if (envelope.has(StoredEnvelope.BINARY)) {
            parameters.add("BODY=BINARYMIME");
        } else if (envelope.has(StoredEnvelope.EIGHT_BIT)) {
            parameters.add("BODY=8BITMIME");
        }
        if (envelope.has(StoredEnvelope.SMTPUTF8)) {
            parameters.add("SMTPUTF8");
        }
        if (envelope.has(StoredEnvelope.RETURN_FULL)) {
            parameters.add("RET=FULL");
        } else if (envelope.has(StoredEnvelope.RETURN_HEADERS)) {
            parameters.add("RET=HDRS");
        }
        if (!envelope.envelopeId().isEmpty()) {
            parameters.add("ENVID=" + envelope.envelopeId());
        }
        return parameters;
    }

    /** One line of JSON. */
    static String json(final StoredMessage message) {
        final StoredEnvelope envelope = message.envelope();
        final JsonStringWriter json = JsonWriter.string()
                .object()
                .value("id", envelope.id())
                .value("sequence", message.sequence())
                .value("received", time(envelope.receivedEpochMs()))
                .value("stored", time(envelope.storedEpochMs()))
                .value("size", message.contentOctets())
                .value("peer", envelope.peer())
                .value("tls", envelope.tls())
                .value("helo", envelope.hello())
                .value("user", envelope.user())
                .value("esmtp", envelope.has(StoredEnvelope.EXTENDED))
                .value("from", envelope.reversePath())
                .array("parameters");
        parameters(envelope).forEach(json::value);
        json.end().array("to");
        for (final StoredEnvelope.Recipient recipient : envelope.recipients()) {
            json.object()
                    .value("mailbox", recipient.mailbox())
                    .value("notify", notify(recipient.notifyFlags()))
                    .value("orcpt", recipient.originalRecipient())
                    .end();
        }
        json.end().value("segment", message.segmentNumber()).value("offset", message.offset());
        if (message.isLarge()) {
            json.value("file", message.contentFile().toString());
        }
        return json.end().done();
    }
}

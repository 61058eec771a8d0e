package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.relay.ScriptedHop.Conversation;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client and a scripted next server for each test, and how a good server behaves. */
abstract class RelayDialogue {
    static final String CONTENT = "Subject: x\r\n\r\nhello\r\n";

    ScriptedHop hop;
    RelayFixture relay;

    @BeforeEach
    void open() throws IOException {
        hop = new ScriptedHop();
        relay = new RelayFixture(hop.uri());
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        hop.close();
    }

    void relayWith(final String settings) throws IOException {
        relay.close();
        relay = new RelayFixture(hop.uri() + "?" + settings);
    }

    // ---- how a good server behaves

    /** Greets, unless it is known, and takes the message. */
    Conversation transfer(final TestMessage message, final Conversation known) throws IOException {
        final Conversation server = known == null ? hop.accept(relay).greets() : known;
        serveSlowly(server);
        assertTrue(relay.settled(message).isDelivered());
        return server;
    }

    void serveSlowly(final Conversation server) throws IOException {
        server.line();
        server.says("250 ok").line();
        server.says("250 ok").expects("DATA").says("354 go");
        server.content();
        server.says("250 ok");
    }

    void serve(final Conversation server) throws IOException {
        server.line();
        server.line();
        server.expects("DATA").says("250 ok", "250 ok", "354 go");
        server.content();
        server.says("250 ok");
    }
}

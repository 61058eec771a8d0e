package io.posthaste.reply;

import static io.posthaste.reply.PageBuilder.client;
import static io.posthaste.reply.PageBuilder.page;
import static io.posthaste.reply.PageBuilder.server;

import java.util.List;

/** The pages of the 4yz codes. */
final class TransientPages {
    private static final CodePage SERVICE_NOT_AVAILABLE = page(421, "Service not available, closing connection")
            .means(
                    "The server cannot or will not go on with this connection. It may come at any time, even in place of the"
                            + " greeting, and has nothing to do with the command that it happens to answer.")
            .effect("The server closes the connection. A transaction that was still open is dropped.")
            .seen(
                    "In place of the greeting, when as many connections are open as the server takes.",
                    server(Reply.TOO_MANY_CONNECTIONS))
            .seen(
                    "In place of the greeting, when the server is so loaded that those connected already come first.",
                    server(Reply.TOO_BUSY))
            .seen(
                    "When the server is being stopped: idle connections get it at once, the others after the transaction"
                            + " under way.",
                    server(Reply.SHUTTING_DOWN))
            .seen("After too long without input from the client.", server(Reply.IDLE_TIMEOUT))
            .seen(
                    "After BDAT whose size cannot be read, or whose line is not read at all. Nobody knows then where the"
                            + " chunk ends, and what is content must not be run as commands.",
                    client("BDAT LAST"),
                    server(Reply.MALFORMED_CHUNK_SIZE),
                    server(Reply.LOST_STEP))
            .seen(
                    "When the client behaves as no mail system does: errors upon errors, commands that bring no mail,"
                            + " addresses guessed.",
                    server(Reply.TOO_MANY_ERRORS),
                    server(Reply.TOO_MANY_IDLE_COMMANDS),
                    server(Reply.COMMANDS_TOO_FAST),
                    server(Reply.TOO_MANY_REFUSED_RECIPIENTS),
                    server(Reply.TOO_MANY_AUTH_FAILURES),
                    server(Reply.AUTH_FAILURES_TOO_FAST))
            .seen(
                    "When the session, or the message under way, takes longer than any honest one would.",
                    server(Reply.SESSION_TOO_LONG),
                    server(Reply.CONTENT_TOO_SLOW))
            .seen(
                    "In place of the greeting, when the client's address has too many connections, or begins too many.",
                    server(Reply.TOO_MANY_FROM_CLIENT),
                    server(Reply.CONNECTIONS_TOO_FAST))
            .seen("In place of the greeting, when the client did not wait for it.", server(Reply.TALKED_EARLY))
            .seen(
                    "When there are octets behind STARTTLS before the handshake: they are never run, whoever put them there.",
                    client("STARTTLS"),
                    client("MAIL FROM:<mallory@client.example>"),
                    server(Reply.OCTETS_BEHIND_STARTTLS))
            .seen(
                    "In place of the greeting, when a policy of the operator's own gives no answer, or says not now.",
                    server(Reply.POLICY_UNAVAILABLE_AT_GREETING))
            .seen("When the server found a fault of its own.", server(Reply.INTERNAL_ERROR))
            .sender("Close, keep every message that has no 250 yet, and try again later: in minutes at first, then less"
                    + " often.")
            .sender(
                    "Octets behind STARTTLS: send nothing behind it until its 220 is there. If you do not, somebody between you"
                            + " and the server does.")
            .sender("Chunk size unreadable: correct the program that writes BDAT; trying again does not help.")
            .sender(
                    "Open fewer connections at a time and send more messages on each, if it says that there are too many.")
            .operator("Too many connections: raise --max-connections if memory allows, or find the client that holds"
                    + " them.")
            .operator(
                    "Too many from one address: --max-client-connections, --max-client-connection-rate; for clients behind"
                            + " one address --client-limits-exempt.")
            .operator(
                    "Too busy: HELP STATUS tells load and lag. Add processors or memory, or move --shed-connections-lag,"
                            + " --shed-connections-memory and --shed-connections-heap.")
            .operator("A limit that hits an honest client: --max-errors, --max-idle-commands, --max-refused-recipients,"
                    + " --max-command-rate, --max-session-time, --min-data-rate; 0 turns each off. Early talkers:"
                    + " --early-talker note only counts them.")
            .operator("Policy gave no answer: see 451.")
            .operator("Internal error: the log of the server has the cause.")
            .unlike(221, "221 answers QUIT; 421 comes unasked, and the client has work left to do later.")
            .unlike(451, "After 451 and 452 the connection stays open; after 421 it does not.")
            .references("RFC 5321 section 3.8 (ending a session)", "RFC 5321 section 4.2.2 (421)");

    private static final CodePage LOCAL_ERROR = page(451, "Not taken for now")
            .means(
                    "The server takes no message, or not so many recipients, at this moment; or it could not find out whether a"
                            + " sender or recipient is allowed; or the message arrived, but could not be handed on and so was not"
                            + " kept. The message is not at fault.")
            .effect(
                    "After the end of data: the transaction is over and the message discarded. To MAIL: no transaction begins."
                            + " To RCPT: this recipient is not added, those before it stay. The connection stays open.")
            .seen(
                    "After the end of data, when the delivery failed for a reason that may pass: a full disk, a broker or a"
                            + " mail server that does not answer.",
                    client("."),
                    server(Reply.DELIVERY_FAILED_TEMPORARILY))
            .seen(
                    "After the end of data, when messages go straight to the next mail server and that refused this one for"
                            + " now, in its words, or is away.",
                    client("."),
                    "S: 451 4.2.2 Next server: Mailbox full")
            .seen(
                    "After the end of data, when messages come in faster than the delivery takes them and the queue"
                            + " between the two stayed full past its limit.",
                    client("."),
                    server(Reply.QUEUE_FULL))
            .seen(
                    "MAIL, when the client's address began too many messages within a minute, over all its connections.",
                    client("MAIL FROM:<sender@client.example>"),
                    server(Reply.MESSAGES_TOO_FAST))
            .seen(
                    "RCPT, when it named too many recipients.",
                    client("RCPT TO:<user@mx.example>"),
                    server(Reply.RECIPIENTS_TOO_FAST))
            .seen(
                    "MAIL or RCPT, when a policy of the operator's own does not answer in time or fails. It may also say \"not now\""
                            + " in words of its own: greylisting, say.",
                    client("RCPT TO:<bob@mx.example>"),
                    server(Reply.POLICY_UNAVAILABLE))
            .seen(
                    "MAIL, when the server is so loaded that messages under way come first.",
                    client("MAIL FROM:<sender@client.example>"),
                    server(Reply.TOO_BUSY_FOR_MESSAGES))
            .sender("Keep the message and send the whole transaction again later.")
            .sender("Too many recipients from your address: those with a 250 are taken; send the others in a minute.")
            .operator("Look at the delivery: disk space, the broker, the next mail server. The log has the cause.")
            .operator(
                    "Queue full: the delivery is slower than the senders. Make it faster, or accept that senders wait.")
            .operator(
                    "Too many from one address: --max-client-message-rate, --max-client-recipient-rate; 0 turns each off,"
                            + " and --client-limits-exempt frees a network from all of them.")
            .operator("Policy gave no answer: the log says whether it failed; if not, it took too long.")
            .operator("Too busy: as with 421; --shed-messages-lag, --shed-messages-memory, --shed-messages-heap.")
            .unlike(452, "451: an action failed. 452: a resource ran out.")
            .unlike(554, "554 after the end of data is the same event, but for good: do not send it again.")
            .references("RFC 5321 section 4.2.2 (451)", "RFC 5321 section 4.5.4.1 (when to try again)");

    private static final CodePage INSUFFICIENT_STORAGE = page(452, "Not taken: out of room")
            .means(
                    "Something the server has a fixed amount of is used up for now: memory, disk space, or the places for"
                            + " recipients in one transaction.")
            .effect(
                    "Too many recipients: this one is not added, those before it stay. Insufficient memory or storage: the"
                            + " command, or the message, that it answers is not taken. The connection stays open.")
            .seen(
                    "RCPT, when the transaction has as many recipients as are allowed.",
                    client("RCPT TO:<one-too-many@mx.example>"),
                    server(Reply.TOO_MANY_RECIPIENTS))
            .seen("When the memory budget for messages is used up.", server(Reply.INSUFFICIENT_MEMORY))
            .seen(
                    "After the end of data, when the spool has used up its disk budget, or the disk is full.",
                    client("."),
                    server(Reply.INSUFFICIENT_STORAGE))
            .sender(
                    "Too many recipients: send the message to those that got a 250, then start another transaction for the"
                            + " rest at once.")
            .sender("Insufficient memory or storage: keep the message and try again later.")
            .operator("Insufficient memory: raise --memory, or find out why the delivery holds messages for so long.")
            .operator(
                    "Insufficient storage: give the spool a larger size=, let it forget old mail with retain=, or make room"
                            + " on its disk. HELP SPOOL and the log tell which.")
            .unlike(552, "452: there is no room now. 552: this message is larger than any that is taken, at any time.")
            .unlike(451, "452: a resource ran out. 451: an action failed.")
            .references("RFC 5321 section 4.5.3.1.10 (too many recipients)", "RFC 5321 section 4.2.2 (452)");

    private static final CodePage TLS_NOT_AVAILABLE = page(454, "TLS or login not possible for now")
            .means(
                    "The server offers TLS, but lets no other handshake begin at this moment; or it offers AUTH, but cannot tell"
                            + " now whether the password is right.")
            .effect("TLS does not begin, or nobody is logged in. The session goes on as it was.")
            .seen(
                    "STARTTLS, when more handshakes come in than the server takes.",
                    client("STARTTLS"),
                    server(Reply.TLS_NOT_AVAILABLE))
            .seen(
                    "AUTH, when too many passwords wait to be checked.",
                    client("AUTH PLAIN AGFubgBzZWNyZXQ="),
                    server(Reply.AUTH_NOT_AVAILABLE))
            .sender(
                    "Try again later. Whether the message may be sent in the clear is your policy, not the server's; if TLS is"
                            + " required, say QUIT and keep it.")
            .operator(
                    "Raise --tls-handshake-rate or --tls-threads if processors are idle; otherwise look who opens so many"
                            + " connections.")
            .unlike(502, "454: TLS is offered, but not now. 502: it is not offered.")
            .unlike(421, "After 454 the session goes on; after 421 it does not.")
            .references("RFC 3207 section 4 (454)");

    static final List<CodePage> PAGES =
            List.of(SERVICE_NOT_AVAILABLE, LOCAL_ERROR, INSUFFICIENT_STORAGE, TLS_NOT_AVAILABLE);

    private TransientPages() {}
}

package io.posthaste.reply;

import static io.posthaste.reply.PageBuilder.client;
import static io.posthaste.reply.PageBuilder.page;
import static io.posthaste.reply.PageBuilder.server;

import java.util.List;

/** The pages of the 5yz codes that refuse an address or a message for good. */
final class RefusalPages {
    private static final CodePage REFUSED = page(550, "Refused: mailbox or policy")
            .means(
                    "The server understood what was asked and will not do it: the mailbox does not exist, its domain is not"
                            + " served here, or the message breaks a rule that is not negotiable.")
            .effect(
                    "After RCPT: this recipient is not added, the others stay. After the end of data: the transaction is over"
                            + " and the message discarded.")
            .seen(
                    "RCPT for a domain that this server does not take.",
                    client("RCPT TO:<bob@elsewhere.example>"),
                    server(Reply.RELAY_DENIED))
            .seen(
                    "RCPT for a mailbox that does not exist.",
                    client("RCPT TO:<nobody@mx.example>"),
                    server(Reply.MAILBOX_UNAVAILABLE))
            .seen(
                    "MAIL from a sender that the operator does not take mail from, and MAIL or RCPT that a policy of the"
                            + " operator's own refuses; that one has a text of its own.",
                    client("MAIL FROM:<news@pest.example>"),
                    server(Reply.SENDER_BLOCKED))
            .seen(
                    "RCPT from a client that a DNS list of the operator's choice has. The reply names the list, and the"
                            + " reason if the list gives one.",
                    client("RCPT TO:<bob@mx.example>"),
                    server(Reply.CLIENT_LISTED))
            .seen(
                    "The end of data, or of the chunk, when the message holds CR or LF alone. Programs disagree on whether that ends a line,"
                            + " which lets one message hide a second one in its text.",
                    client("."),
                    server(Reply.BARE_LINE_ENDING_IN_CONTENT))
            .sender(
                    "Relaying denied: look up the mail exchangers of the domain; this server is not one of them, or does not"
                            + " know yet that it is.")
            .sender("No such mailbox: correct the address, or return the message to its author. Take it off the list.")
            .sender(
                    "Bare CR or LF: convert all line ends of the message to CRLF before sending. For content that has no"
                            + " lines there is BODY=BINARYMIME.")
            .operator(
                    "Relaying denied for a domain of yours: add it with --accept. '--accept *' takes all domains and is"
                            + " meant for tests, as it makes an open relay of a server that passes mail on.")
            .operator(
                    "No such mailbox, though there is: add it to the file of --recipients, which is read again by itself.")
            .sender(
                    "On a DNS block list: the list says why, and how to be taken off it; until then write to the postmaster"
                            + " of the domain, who gets mail all the same.")
            .operator("A sender refused in error: take it out of the file of --block-senders.")
            .operator(
                    "A client refused in error for a DNS list: put its network into the file of --allow-networks, or do"
                            + " without that list.")
            .operator(
                    "Bare CR or LF from a sender that cannot be changed: --bare-newline normalize makes each a CRLF, accept"
                            + " leaves them as they are; a server behind that reads line ends otherwise can then be misled.")
            .unlike(501, "550 refuses a well-formed address, 501 a malformed one.")
            .unlike(452, "550 to RCPT is for good; 452 asks to send this recipient again.")
            .unlike(
                    554,
                    "550 refuses one recipient or one message for a reason that it names; 554 says that the transaction"
                            + " as a whole failed.")
            .references(
                    "RFC 5321 section 4.2.2 (550)",
                    "RFC 5321 section 3.6.2 (relaying denied)",
                    "RFC 5321 section 2.3.8 (no bare CR or LF)");

    private static final CodePage TOO_LARGE = page(552, "Message larger than the limit")
            .means("The message is larger than any that this server takes. The limit is in the SIZE line after EHLO.")
            .effect(
                    "After MAIL: no transaction was opened. After the end of data or a chunk: the transaction is over and the message"
                            + " discarded. The connection stays open.")
            .seen(
                    "MAIL, when SIZE declares more than the limit: refused before a single octet was sent in vain.",
                    client("MAIL FROM:<ann@client.example> SIZE=99000000"),
                    server(Reply.DECLARED_SIZE_TOO_LARGE))
            .seen(
                    "The end of data, when more arrived than the limit. The rest is read and thrown away first, so that the"
                            + " session stays in step.",
                    client("."),
                    server(Reply.MESSAGE_TOO_LARGE))
            .seen(
                    "BDAT, when the chunk and those before it are larger than the limit, behind its octets. Further chunks"
                            + " get 503.",
                    client("BDAT 99000000 LAST"),
                    server(Reply.MESSAGE_TOO_LARGE))
            .sender(
                    "Make it smaller, or return it to its author with the limit. Declare SIZE with MAIL: it saves sending a"
                            + " message that will be refused.")
            .operator(
                    "If messages of this size should come in, raise --max-message-size; mind that they take their room out"
                            + " of --memory.")
            .unlike(452, "552: too large at any time. 452: no room at this time.")
            .references("RFC 1870 section 6 (SIZE)", "RFC 5321 section 4.5.3.1.7 (size of a message)");

    private static final CodePage TRANSACTION_FAILED = page(554, "Transaction failed")
            .means("The transaction as a whole cannot succeed, and not later either.")
            .effect(
                    "DATA or BDAT refused: no content is wanted; the transaction stays open, and RCPT may still add a recipient"
                            + " to it. After the end of data: the transaction is over and the message discarded.")
            .seen(
                    "DATA or BDAT, when every RCPT of the transaction was refused. The octets of BDAT are read and thrown away"
                            + " first.",
                    client("RCPT TO:<nobody@mx.example>"),
                    server(Reply.MAILBOX_UNAVAILABLE),
                    client("DATA"),
                    server(Reply.NO_VALID_RECIPIENTS))
            .seen(
                    "The end of data, when whoever takes the messages from the server refused this one for good.",
                    client("."),
                    server(Reply.DELIVERY_REJECTED))
            .seen(
                    "The end of data, when messages go straight to the next mail server and that refused this one, or one of its"
                            + " recipients, for good: in its words.",
                    client("."),
                    "S: 554 5.1.1 Next server: No such user")
            .sender(
                    "No valid recipients: cure the refusals of RCPT, which came first; with PIPELINING this reply follows"
                            + " from them. RSET drops the transaction.")
            .seen(
                    "In place of the greeting, for a client of a network that the operator refuses, or that a policy of"
                            + " the operator's own refuses. Only QUIT is taken then.",
                    server(Reply.NETWORK_BLOCKED),
                    client("QUIT"))
            .sender(
                    "In place of the greeting: return the message, or ask the operator, who has a reason, by another way.")
            .sender("Message refused by the delivery: return it to its author. Sent again it will be refused again.")
            .operator(
                    "A network refused in error: take it out of the file of --block-networks, or put an exception into that of"
                            + " --allow-networks.")
            .operator("The log of the delivery, or of the server behind it, says why it refused the message.")
            .unlike(451, "554 is for good; 451 asks to try again.")
            .unlike(503, "503: there was no RCPT at all. 554: there were some, and all were refused.")
            .references("RFC 5321 section 4.2.2 (554)", "RFC 5321 section 3.3 (no valid recipients)");

    private static final CodePage AUTHENTICATION_REQUIRED = page(530, "Authentication required")
            .means("This server takes mail only from clients that have logged in.")
            .effect("Nothing happens: no transaction is opened.")
            .seen("MAIL before AUTH.", client("MAIL FROM:<ann@client.example>"), server(Reply.AUTHENTICATION_REQUIRED))
            .sender("Turn on TLS and authentication for outgoing mail in your mail program.")
            .operator("Mail from other servers comes to port 25: run a server without --auth-required there.")
            .unlike(503, "530: log in first. 503: another command first.")
            .unlike(535, "530: nobody has logged in. 535: somebody tried and failed.")
            .references("RFC 4954 section 6 (530)");

    private static final CodePage AUTHENTICATION_FAILED = page(535, "Authentication failed")
            .means("User or password is wrong. Which of the two is not told, by text or by time.")
            .effect("Nobody is logged in. After a few attempts the connection is closed with 421.")
            .seen(
                    "AUTH with wrong credentials, or with an authorization identity that is not the user's own.",
                    client("AUTH PLAIN AGFubgB3cm9uZw=="),
                    server(Reply.AUTHENTICATION_FAILED))
            .sender("Correct user name and password. Do not try the same again.")
            .operator(
                    "A user who should be known: look into the file of --auth-users; 'posthaste hash-password' makes a line.")
            .unlike(454, "535: it is wrong. 454: nobody could tell.")
            .unlike(501, "535: well formed and wrong. 501: malformed, or cancelled by the client.")
            .references("RFC 4954 section 6 (535)");

    private static final CodePage AUTH_NEEDS_TLS = page(538, "Encryption required for authentication")
            .means("Passwords are taken within TLS only.")
            .effect("Nobody is logged in, and the password that was sent is known to whoever listens.")
            .seen("AUTH in the clear.", client("AUTH PLAIN"), server(Reply.AUTH_NEEDS_TLS))
            .sender(
                    "Send STARTTLS and EHLO first, or connect where TLS comes first. Change a password that was sent in the clear.")
            .operator("Nothing: it is meant so.")
            .unlike(530, "538: AUTH came without TLS. 530: MAIL came without AUTH.")
            .references("RFC 4954 section 6 (538)");

    static final List<CodePage> PAGES = List.of(
            AUTHENTICATION_REQUIRED, AUTHENTICATION_FAILED, AUTH_NEEDS_TLS, REFUSED, TOO_LARGE, TRANSACTION_FAILED);

    private RefusalPages() {}
}

package io.posthaste.reply;

import static io.posthaste.reply.PageBuilder.client;
import static io.posthaste.reply.PageBuilder.page;
import static io.posthaste.reply.PageBuilder.server;

import java.util.List;

/** The pages of the 2yz and 3yz codes. */
final class PositivePages {
    private static final CodePage SYSTEM_STATUS = page(211, "System status")
            .means("The answer to a question about the server itself: how it is doing right now. It is the result of a"
                    + " status inquiry, written for people and monitors, and says nothing about any message.")
            .effect("None: it may be asked at any time, and an open transaction stays as it is.")
            .seen(
                    "HELP STATUS from a client on loopback or in a network that the operator trusts: uptime,"
                            + " connections, messages, queue depth, one line each.",
                    client("HELP STATUS"),
                    server("211-2.0.0 Posthaste, up 3 d 4 h"),
                    server("211-2.0.0 connections 12, messages 48211"),
                    server("211 2.0.0 queue depth 0"))
            .seen("HELP STATUS from anywhere else: a summary that gives nothing away.")
            .sender(
                    "Nothing to correct. Read up to the line that has a space, not a hyphen, behind the code: that line is"
                            + " the last.")
            .sender("Do not parse the text in programs that must last: the wording may change. The metrics of the"
                    + " server are the stable source of figures.")
            .operator("If your own monitor gets only the summary, it asks from outside loopback: add its network to the"
                    + " trusted ones.")
            .operator("Do not trust networks that you do not run: load and queue depth tell an attacker when to come.")
            .unlike(
                    214,
                    "211 tells how the server is doing now and changes from minute to minute; 214 tells how to use it"
                            + " and is always the same.")
            .unlike(250, "250 says that an action was done; 211 answers a question, and nothing was changed.")
            .unlike(
                    503,
                    "211 is an answer, to be read and left at that; 503 is a refusal, to be followed by the command"
                            + " that it names. HELP STATUS needs no EHLO before it, so it never draws a 503.")
            .composed("211-2.0.0 LINE", "211 2.0.0 LAST LINE")
            .references("RFC 5321 section 4.2.2 (211)", "RFC 5321 section 4.1.1.8 (HELP)");

    private static final CodePage HELP = page(214, "Help")
            .means("Help for the person at the other end: the commands, the syntax of one command, or what a reply code"
                    + " means and how to cure it.")
            .effect("None: it may be asked at any time, and an open transaction stays as it is.")
            .seen("HELP alone: the list of commands.")
            .seen(
                    "HELP with the name of a command: its syntax and parameters.",
                    client("HELP RCPT"),
                    server("214-2.0.0 Syntax: RCPT TO:<address> [parameters]"),
                    server("214-2.0.0 Names a recipient, after MAIL. Once for each; each has its own reply."),
                    server("214-2.0.0 No space beside the colon. UTF-8 only if MAIL had SMTPUTF8."),
                    server("214-2.0.0 Where EHLO lists DSN: NOTIFY=NEVER, or SUCCESS, FAILURE and DELAY with"),
                    server("214 2.0.0 commas between; ORCPT=rfc822;address, the recipient as first written."))
            .seen("HELP with a reply code, such as HELP 503: the meaning of that code, when it is seen, and what the"
                    + " client can do about it.")
            .sender("Nothing to correct. Read up to the line that has a space, not a hyphen, behind the code.")
            .sender(
                    "Leave HELP to people. A program learns what a server can do from EHLO, whose lines have a fixed form;"
                            + " the text of HELP has none.")
            .operator("Nothing. The same pages are shown by 'posthaste explain', without a server.")
            .unlike(
                    211,
                    "214 is the manual, 211 the gauge: only 211 depends on the state of the server and on who asks.")
            .unlike(504, "214 answers a topic that HELP knows, 504 one that it does not.")
            .unlike(250, "The extensions that a program needs are in the 250 after EHLO, not in 214.")
            .composed("214-2.0.0 LINE", "214 2.0.0 LAST LINE")
            .references("RFC 5321 section 4.2.2 (214)", "RFC 5321 section 4.1.1.8 (HELP)");

    private static final CodePage SERVICE_READY = page(220, "Service ready")
            .means(
                    "The greeting: the server has accepted the connection, gives its name, and waits for EHLO. After STARTTLS:"
                            + " it waits for the handshake.")
            .effect("The session begins; after STARTTLS it begins anew, once the handshake is done.")
            .seen(
                    "First of all, before the client has sent anything.",
                    server("220 mx.example ESMTP Posthaste"),
                    client("EHLO client.example"))
            .seen(
                    "STARTTLS: the handshake of TLS may begin. Within TLS the session starts over with EHLO.",
                    client("STARTTLS"),
                    server(Reply.READY_FOR_TLS))
            .sender("Wait for it before sending anything: only then is it certain that the server takes the connection."
                    + " Then send EHLO.")
            .operator(
                    "The name is that of --hostname. Use the full domain name by which the server is known: clients log it,"
                            + " and the messages carry it in Received.")
            .unlike(421, "A 421 in its place means that the server takes no connection now: close and come back later.")
            .unlike(250, "220 only opens the door; the 250 after EHLO says what can be done inside.")
            .composed("220 HOST ESMTP Posthaste")
            .references(
                    "RFC 5321 section 3.1 (session initiation)",
                    "RFC 5321 section 4.2",
                    "RFC 3207 section 4 (STARTTLS)");

    private static final CodePage CLOSING = page(221, "Closing connection")
            .means("The session ends because the client asked for it with QUIT.")
            .effect(
                    "The server closes the connection. A transaction that was still open is dropped; messages that got their"
                            + " 250 are safe.")
            .seen("QUIT, at any time.", client("QUIT"), server(Reply.CLOSING))
            .sender("Read it, then close. A client that hangs up without QUIT is tolerated, but cannot tell a lost"
                    + " connection from a finished one.")
            .operator("Nothing: this is how a session should end.")
            .unlike(421, "221 ends the session at the wish of the client, 421 at that of the server.")
            .references("RFC 5321 section 3.8 (ending a session)", "RFC 5321 section 4.1.1.10 (QUIT)");

    private static final CodePage COMPLETED = page(250, "Requested action completed")
            .means("The command was understood, allowed and done. How much that promises depends on the command: after"
                    + " MAIL and RCPT only that the server goes along with the address so far; after the end of data that"
                    + " it now answers for the message.")
            .effect(
                    "What the command is for has happened: the session is open, the transaction is open, the recipient is"
                            + " added, the message is taken, or the transaction is dropped.")
            .seen(
                    "HELO or EHLO: the two have introduced themselves. After EHLO the further lines name the extensions"
                            + " that may be used, one on each line.",
                    client("EHLO client.example"),
                    server("250-mx.example"),
                    server("250-PIPELINING"),
                    server("250 SIZE 36700160"))
            .seen(
                    "MAIL: a transaction is open and has its sender.",
                    client("MAIL FROM:<ann@client.example>"),
                    server(Reply.SENDER_OK))
            .seen(
                    "RCPT: this one recipient is taken. Another may still be refused.",
                    client("RCPT TO:<bob@mx.example>"),
                    server(Reply.RECIPIENT_OK))
            .seen(
                    "The end of data: the message is taken, for all recipients that got a 250. The server now answers for"
                            + " it, as far as the acknowledgement level goes that it prints at start; the id finds the"
                            + " message again.",
                    client("."),
                    server("250 2.0.0 OK id=ID"))
            .seen(
                    "BDAT without LAST: this chunk is here, and nothing is taken yet. BDAT with LAST is answered like the end"
                            + " of data.",
                    client("BDAT 7"),
                    client("Hello,"),
                    server(Reply.CHUNK_OK))
            .seen("RSET: no transaction is open any more.", client("RSET"), server(Reply.RESET_OK))
            .seen("NOOP: the server is there.", client("NOOP"), server(Reply.NOOP_OK))
            .sender(
                    "Go on with the next command. Match each reply to its command by counting, above all with PIPELINING:"
                            + " the text may change, the order may not.")
            .sender("Delete your copy of a message only after the 250 with its id. The 250s before it promise"
                    + " nothing, and a connection lost before it means: send again.")
            .operator("If messages are missing that got a 250, look at the acknowledgement level first: 'none' keeps"
                    + " nothing, 'fsync', 'broker' and 'downstream' say who holds the message.")
            .unlike(
                    354,
                    "354 asks for the message, 250 has it. A message is taken at the 250 after the final dot, not"
                            + " before.")
            .unlike(252, "250 to RCPT takes the recipient; 252 to VRFY does not say whether it would be taken.")
            .unlike(503, "250 says that the command was done, 503 that it was well formed but came too early or twice.")
            .composed("250 HOST", "250-HOST", "250-EXTENSION", "250 LAST EXTENSION", "250 2.0.0 OK id=ID")
            .references(
                    "RFC 5321 section 4.2.2 (250)",
                    "RFC 5321 section 4.2.5 (what 250 after the end of data promises)",
                    "RFC 3030 section 2 (what 250 after a chunk promises)",
                    "RFC 5321 section 4.3.2 (which replies a command may have)");

    private static final CodePage CANNOT_VERIFY = page(252, "Not verified, but mail may be tried")
            .means("The server does not say whether the address or the list exists. Answering would let anyone collect"
                    + " addresses; refusing outright would look like a verdict on the address.")
            .effect("None: an open transaction stays as it is.")
            .seen("VRFY, whatever the address.", client("VRFY bob"), server(Reply.CANNOT_VERIFY))
            .seen("EXPN, whatever the list.", client("EXPN staff"), server(Reply.CANNOT_EXPAND))
            .sender("Send RCPT: its reply is the one that counts.")
            .operator("Nothing: this is the intended answer.")
            .unlike(250, "250 to RCPT says that mail for the address is taken; 252 leaves that open.")
            .unlike(550, "550 says that the address is refused; 252 says nothing about it.")
            .references(
                    "RFC 5321 section 3.5.3 (meaning of VRFY and EXPN replies)",
                    "RFC 5321 section 7.3 (why not to verify)");

    private static final CodePage AUTHENTICATED = page(235, "Authentication succeeded")
            .means("The client has logged in; what it sends from now on is sent by that user.")
            .effect("The session goes on; every recipient is taken, wherever it is.")
            .seen(
                    "AUTH with the right user and password.",
                    client("AUTH PLAIN AGFubgBzZWNyZXQ="),
                    server(Reply.AUTHENTICATED))
            .sender("Go on with MAIL.")
            .operator("Nothing.")
            .unlike(334, "235: done. 334: more is wanted.")
            .references("RFC 4954 section 6 (235)");

    private static final CodePage CHALLENGE = page(334, "Challenge of an authentication")
            .means("The server waits for the next part of AUTH: for PLAIN all of it, for LOGIN user and then password.")
            .effect("The next line is a response in Base64 and no command; a lone asterisk gives up.")
            .seen("AUTH without an initial response.", client("AUTH LOGIN"), server("334 VXNlcm5hbWU6"))
            .sender("Send the response in Base64, of at most 2046 octets, or an asterisk to give up.")
            .operator("Nothing.")
            .unlike(354, "After 334 one line is read, after 354 a message.")
            .unlike(235, "334: more is wanted. 235: done.")
            .composed("334 CHALLENGE")
            .references("RFC 4954 section 4 (334)");

    private static final CodePage START_DATA = page(354, "Start of mail input")
            .means(
                    "The server is ready for the message. Everything sent from now on is content, until a line that holds"
                            + " a single dot.")
            .effect("The session reads content, not commands. There is no way out but the final dot or closing the"
                    + " connection.")
            .seen(
                    "DATA, after at least one RCPT got its 250.",
                    client("DATA"),
                    server(Reply.START_DATA),
                    client("Subject: hello"),
                    client(""),
                    client("..this line starts with one dot"),
                    client("."),
                    server("250 2.0.0 OK id=ID"))
            .sender(
                    "Send the message: lines end in CRLF, a line that starts with a dot gets a second one in front, and a"
                            + " line with a dot alone ends it. Then wait for the reply.")
            .sender(
                    "Do not send content before the 354, not even with PIPELINING. If DATA is refused instead, those lines"
                            + " would be read as commands.")
            .operator("Sessions that stay here are slow or stuck senders; the idle timeout ends them with 421.")
            .unlike(250, "354 is half-way: nothing is taken yet.")
            .unlike(
                    503,
                    "503 to DATA means that no message is wanted yet, as the sender or the recipients are missing.")
            .references(
                    "RFC 5321 section 4.1.1.4 (DATA)",
                    "RFC 5321 section 4.5.2 (the doubled dot)",
                    "RFC 2034 section 4 (why it has no enhanced status code)");

    static final List<CodePage> PAGES = List.of(
            SYSTEM_STATUS,
            HELP,
            SERVICE_READY,
            CLOSING,
            COMPLETED,
            CANNOT_VERIFY,
            AUTHENTICATED,
            CHALLENGE,
            START_DATA);

    private PositivePages() {}
}

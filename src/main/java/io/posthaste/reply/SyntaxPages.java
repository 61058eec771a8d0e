package io.posthaste.reply;

import static io.posthaste.reply.PageBuilder.client;
import static io.posthaste.reply.PageBuilder.page;
import static io.posthaste.reply.PageBuilder.server;

import java.util.List;

/** The pages of the 5yz codes about the form and the order of commands. */
final class SyntaxPages {
    private static final CodePage UNRECOGNISED = page(500, "Unrecognised or malformed command line")
            .means(
                    "The server could not make a command out of the line: its first word is none, the line is longer than"
                            + " the limit, or it holds octets that no command line may hold.")
            .effect(
                    "The line is dropped, all of it, however long it is, and nothing else happens: the transaction stays as"
                            + " it is, and the next line is read as the next command.")
            .seen(
                    "The first word is no command that SMTP knows.",
                    client("HELLO client.example"),
                    server(Reply.UNRECOGNISED_COMMAND))
            .seen(
                    "The line is longer than the limit. One such line has one reply: the rest is skipped up to its end, so"
                            + " that client and server stay in step.",
                    client("MAIL FROM:<ann@client.example> X=aaaaaaaaaaaa..."),
                    server(Reply.LINE_TOO_LONG))
            .seen("The line ends in LF without CR.", client("NOOP<LF>"), server(Reply.BARE_LF_IN_COMMAND))
            .seen(
                    "The line holds NUL or another control character.",
                    client("NOOP <NUL>"),
                    server(Reply.FORBIDDEN_OCTET_IN_COMMAND))
            .sender(
                    "Check the spelling; HELP lists the commands, and case does not matter. Use a command of an extension"
                            + " only if EHLO listed the extension.")
            .sender("End lines in CRLF. printf, echo and many socket libraries send LF alone.")
            .sender(
                    "Many of them in a row: message text is being read as commands. Look at the reply to DATA, which was not"
                            + " 354, and send content only after 354.")
            .operator(
                    "Many of them from one client: a sender that ignored a refused DATA, or something that does not speak"
                            + " SMTP at all, such as a browser, a scanner or TLS on a port without it.")
            .unlike(501, "500: the line is no command. 501: the command is known, its arguments are wrong.")
            .unlike(502, "500: nobody knows the command. 502: SMTP knows it, this server does not offer it.")
            .unlike(503, "500: it could not be read. 503: it was read and came out of order.")
            .references(
                    "RFC 5321 section 4.2.2 (500)",
                    "RFC 5321 section 4.5.3.1.4 (length of a command line)",
                    "RFC 5321 section 2.3.8 (lines end in CRLF)");

    private static final CodePage BAD_ARGUMENTS = page(501, "Bad arguments")
            .means(
                    "The command is known, what follows it is not well formed. The text names the one thing that is wrong.")
            .effect(
                    "The command was not carried out and nothing else happens: a transaction that is open stays open, with"
                            + " the recipients that it has. BDAT is the exception: with a chunk missing there is no message"
                            + " any more, so the transaction is over.")
            .seen(
                    "The angle brackets are missing, or one of them is.",
                    client("MAIL FROM:ann@client.example"),
                    server(Reply.MISSING_ANGLE_BRACKET_OPEN))
            .seen(
                    "There is a space beside the colon.",
                    client("RCPT TO: <bob@mx.example>"),
                    server(Reply.SPACE_AROUND_COLON))
            .seen("The colon is missing.", client("MAIL FROM <ann@client.example>"), server(Reply.MISSING_COLON))
            .seen(
                    "The address has a space, a forbidden character, or a part that is missing, malformed or too long.",
                    client("RCPT TO:<bob @mx.example>"),
                    server(Reply.RECIPIENT_SPACE_IN_PATH))
            .seen(
                    "The recipient is empty. Only a sender may be, and only in bounces.",
                    client("RCPT TO:<>"),
                    server(Reply.EMPTY_PATH))
            .seen(
                    "A parameter is malformed or given twice, or its value is.",
                    client("MAIL FROM:<ann@client.example> SIZE=10k"),
                    server(Reply.MALFORMED_SIZE))
            .seen(
                    "An argument is missing, or there is one where none belongs.",
                    client("DATA now"),
                    server(Reply.UNEXPECTED_ARGUMENT))
            .seen(
                    "What follows the size in BDAT is not LAST. The chunk is read and thrown away first. If the size itself"
                            + " cannot be read, 421 follows.",
                    client("BDAT 7 FINAL"),
                    client("Hello,"),
                    server(Reply.MALFORMED_CHUNK_SIZE))
            .seen(
                    "The name in EHLO or HELO is missing or malformed. Like every answer to these two it has no enhanced"
                            + " status code.",
                    client("EHLO"),
                    server(Reply.MISSING_HELLO_NAME))
            .sender("Correct what the text names. The whole form is MAIL FROM:<address> or RCPT TO:<address>, brackets"
                    + " included, no space beside the colon, one space before each parameter.")
            .sender(
                    "An address from a form or a file: trim it, and take out display names. 'Bob <bob@mx.example>' belongs in"
                            + " the header, not in the envelope.")
            .operator("An old sender that cannot be changed and puts spaces beside the colon: --tolerate-spaces takes"
                    + " them.")
            .unlike(500, "501 could read the command, 500 could not.")
            .unlike(503, "501: the right command, wrongly written. 503: rightly written, at the wrong time.")
            .unlike(550, "501 is about how an address is written, 550 about whether it is taken.")
            .unlike(555, "501: a parameter is malformed. 555: it is well formed, and unknown.")
            .references(
                    "RFC 5321 section 4.2.2 (501)",
                    "RFC 5321 section 4.1.2 (syntax of arguments)",
                    "RFC 5321 section 3.3 (no space beside the colon)",
                    "RFC 1870 section 3 (SIZE)",
                    "RFC 6152 section 2 (BODY)",
                    "RFC 3030 section 2 (BDAT)",
                    "RFC 3461 section 4 (RET, ENVID, NOTIFY, ORCPT)",
                    "RFC 6531 section 3.3 (SMTPUTF8)");

    private static final CodePage NOT_IMPLEMENTED = page(502, "Command not implemented")
            .means("SMTP knows the command, but this server does not offer it.")
            .effect("Nothing happens: the transaction stays as it is.")
            .seen(
                    "A command of an extension that EHLO did not list, or one that is no longer in use.",
                    client("STARTTLS"),
                    server(Reply.COMMAND_NOT_IMPLEMENTED))
            .sender("Do without it. Use commands of extensions only if EHLO lists the extension.")
            .operator(
                    "Nothing, unless the extension should be offered: STARTTLS is when there is a certificate (--tls-cert).")
            .unlike(500, "502: a command that this server does not offer. 500: no command at all.")
            .unlike(504, "502 is about a command, 504 about an argument of a command that is offered.")
            .references("RFC 5321 section 4.2.4 (reply code 502)");

    private static final CodePage BAD_SEQUENCE = page(503, "Bad sequence of commands")
            .means("The command is well formed, but it is not its turn. The text says what must come first.")
            .effect(
                    "The command was not carried out and nothing else happens: what was there before, a transaction and its"
                            + " recipients included, is still there.")
            .seen("MAIL before EHLO or HELO.", client("MAIL FROM:<ann@client.example>"), server(Reply.HELLO_FIRST))
            .seen("RCPT before MAIL.", client("RCPT TO:<bob@mx.example>"), server(Reply.MAIL_FIRST))
            .seen(
                    "DATA before RCPT.",
                    client("MAIL FROM:<ann@client.example>"),
                    server(Reply.SENDER_OK),
                    client("DATA"),
                    server(Reply.RCPT_FIRST))
            .seen("DATA before MAIL.", client("DATA"), server(Reply.MAIL_BEFORE_DATA))
            .seen(
                    "BDAT at a time when DATA would be wrong too. Its octets are read and thrown away, and never run as"
                            + " commands.",
                    client("BDAT 7 LAST"),
                    client("Hello,"),
                    server(Reply.MAIL_BEFORE_DATA))
            .seen(
                    "RCPT or DATA between the chunks of a message.",
                    client("BDAT 7"),
                    client("Hello,"),
                    server(Reply.CHUNK_OK),
                    client("DATA"),
                    server(Reply.CHUNKS_UNDER_WAY))
            .seen("DATA for a message that MAIL declared binary.", client("DATA"), server(Reply.BINARY_NEEDS_BDAT))
            .seen(
                    "MAIL within a transaction: they do not nest.",
                    client("MAIL FROM:<ann@client.example>"),
                    server(Reply.SENDER_OK),
                    client("MAIL FROM:<cid@client.example>"),
                    server(Reply.NESTED_MAIL))
            .seen("STARTTLS within TLS.", client("STARTTLS"), server(Reply.TLS_IS_ON))
            .seen(
                    "Any command but QUIT behind a refusal in place of the greeting.",
                    client("EHLO client.example"),
                    server(Reply.NO_SERVICE_HERE))
            .sender(
                    "Send what the text names, then the command again. The order is EHLO once, then for each message MAIL,"
                            + " RCPT for each recipient, DATA or BDAT.")
            .sender(
                    "If you no longer know where you are, RSET starts over: it drops the transaction and keeps the session,"
                            + " so that MAIL comes next.")
            .sender(
                    "Read every reply. A 503 to RCPT, DATA or BDAT is often only the echo of a MAIL or RCPT that was refused"
                            + " before, or of a chunk that failed: the first refusal is the one to cure.")
            .operator("One client that always gets it has a bug, mostly that of not reading replies before going on.")
            .unlike(500, "503 was read and refused, 500 could not be read.")
            .unlike(501, "503 would have been right at another time; 501 never is.")
            .unlike(554, "DATA after no RCPT at all: 503. DATA after RCPT commands that were all refused: 554.")
            .references(
                    "RFC 5321 section 4.2.2 (503)",
                    "RFC 5321 section 4.1.4 (order of commands)",
                    "RFC 5321 section 3.3 (mail transactions)",
                    "RFC 5321 section 4.1.1.5 (RSET)",
                    "RFC 3030 sections 2 and 3 (BDAT and binary messages)");

    private static final CodePage PARAMETER_NOT_IMPLEMENTED = page(504, "Argument not implemented")
            .means("The command is known and well formed, but the server has nothing for this argument.")
            .effect("Nothing happens: the transaction stays as it is.")
            .seen("HELP with a word that is no topic.", client("HELP WEATHER"), server(Reply.NO_SUCH_HELP_TOPIC))
            .sender("Send HELP alone: it lists what can be asked for.")
            .operator("Nothing.")
            .unlike(501, "501: the argument is malformed. 504: it is well formed, and there is nothing behind it.")
            .unlike(555, "555 is the same for parameters of MAIL and RCPT.")
            .references("RFC 5321 section 4.2.2 (504)");

    private static final CodePage UNKNOWN_PARAMETER = page(555, "Parameter of MAIL or RCPT not recognised")
            .means("A parameter behind the address belongs to an extension that the server does not offer.")
            .effect("The command was not carried out: no transaction was opened, or the recipient was not added.")
            .seen(
                    "MAIL or RCPT with a parameter that EHLO did not announce.",
                    client("RCPT TO:<bob@mx.example> NOTIFY=NEVER"),
                    server(Reply.UNKNOWN_PARAMETER))
            .sender("Send EHLO, read the list, and use only parameters of the extensions in it. Drop the parameter, or"
                    + " return the message if it cannot do without.")
            .operator("A client that does this ignores EHLO, or remembers the list of another server. After HELO every"
                    + " parameter is unknown; those of DSN are where the delivery could not pass them on.")
            .unlike(501, "555: well formed and unknown. 501: malformed, whether known or not.")
            .unlike(504, "504 is for arguments of other commands.")
            .references("RFC 5321 section 4.1.1.11 (parameters)");

    static final List<CodePage> PAGES = List.of(
            UNRECOGNISED, BAD_ARGUMENTS, NOT_IMPLEMENTED, BAD_SEQUENCE, PARAMETER_NOT_IMPLEMENTED, UNKNOWN_PARAMETER);

    private SyntaxPages() {}
}

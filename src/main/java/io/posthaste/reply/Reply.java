package io.posthaste.reply;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Every reply whose line is fixed, encoded once when the class is initialised. Replies with a part that varies come from
 * {@link ReplyEncoder} and {@link HelpTopics}.
 *
 * <p>Each text says what is wrong and what to do, in one line of at most {@link #MAX_LINE_LENGTH} octets (RFC 5321
 * section 4.5.3.1.5). Enhanced status codes follow RFC 3463 and the IANA registry. A few replies have none, because RFC
 * 2034 section 4 keeps them out of 3yz replies and of every answer to HELO and EHLO.
 *
 * <p>Immutable; any thread may use it. {@link #putTo} allocates nothing.
 */
public enum Reply {
    /** STARTTLS: the handshake may begin (RFC 3207 section 4). */
    READY_FOR_TLS(220, "2.0.0", "Ready to start TLS"),
    /** MAIL was taken: a transaction is open. */
    SENDER_OK(250, "2.1.0", "Sender OK"),
    /** RCPT was taken. */
    RECIPIENT_OK(250, "2.1.5", "Recipient OK"),
    /** RSET: no transaction is open. */
    RESET_OK(250, "2.0.0", "Reset, no transaction is open"),
    /** NOOP. */
    NOOP_OK(250, "2.0.0", "OK"),
    /** RFC 3030 section 2: a chunk that is not the last is here. */
    CHUNK_OK(250, "2.0.0", "Chunk OK"),
    /** DATA was taken: content follows. */
    START_DATA(354, "", "End data with <CR><LF>.<CR><LF>"),
    /** AUTH: the client has logged in (RFC 4954 section 6). */
    AUTHENTICATED(235, "2.7.0", "Authentication succeeded"),
    /** QUIT. */
    CLOSING(221, "2.0.0", "Closing connection"),
    /**
     * VRFY, answered without telling who exists (RFC 5321 section 7.3). X.5.0 is the detail the registry gives for 252;
     * 2.1.5 would say that the address is valid, which is just what this reply does not say.
     */
    CANNOT_VERIFY(252, "2.5.0", "Addresses are not verified here: send RCPT to learn whether one is accepted"),
    /** EXPN, answered without telling who is on a list. */
    CANNOT_EXPAND(252, "2.5.0", "Lists are not expanded here: send RCPT to learn whether an address is accepted"),

    /** The first word of the line is no command. */
    UNRECOGNISED_COMMAND(500, "5.5.2", "Unrecognised command: HELP lists the commands"),
    /** The line ran past the limit; all of it has been skipped. */
    LINE_TOO_LONG(500, "5.5.2", "Command line too long: all of it was skipped, send a shorter one"),
    /** A response of AUTH ran past the limit; all of it has been skipped, and the exchange is over (RFC 4954 section 4). */
    AUTH_LINE_TOO_LONG(500, "5.5.6", "Authentication exchange line too long: the exchange is over"),
    /** A command line ended by LF without CR. */
    BARE_LF_IN_COMMAND(500, "5.5.2", "Bare LF: command lines end in CRLF"),
    /** NUL or another control character within a command line. */
    FORBIDDEN_OCTET_IN_COMMAND(500, "5.5.2", "Control character in the command line: remove it"),
    /** A command that SMTP knows and this server does not offer. */
    COMMAND_NOT_IMPLEMENTED(502, "5.5.1", "Command not implemented: HELP lists the commands"),

    /** MAIL or RCPT without the colon. */
    MISSING_COLON(501, "5.5.4", "Colon missing: write MAIL FROM:<address> or RCPT TO:<address>"),
    /** A space before or after the colon. */
    SPACE_AROUND_COLON(501, "5.5.4", "Space beside the colon: write FROM:<address> or TO:<address>, without spaces"),
    /** More than one space, or a tab, where the grammar has exactly one space. */
    MISPLACED_SPACE(501, "5.5.4", "Stray white space: write MAIL FROM:<address> KEYWORD=value with single spaces"),
    /** The address does not start with an angle bracket. */
    MISSING_ANGLE_BRACKET_OPEN(501, "5.5.4", "Opening angle bracket missing: write <address>"),
    /** The address does not end with an angle bracket. */
    MISSING_ANGLE_BRACKET_CLOSE(501, "5.5.4", "Closing angle bracket missing: write <address>"),
    /** MAIL without FROM:, or RCPT without TO:. */
    MALFORMED_KEYWORD(501, "5.5.4", "Keyword missing: MAIL needs FROM:<address>, RCPT needs TO:<address>"),
    /** A parameter behind the path is not KEYWORD or KEYWORD=VALUE. */
    MALFORMED_PARAMETER(
            501, "5.5.4", "Malformed parameter: write KEYWORD or KEYWORD=VALUE, separated by single spaces"),
    /** A parameter was given twice. */
    DUPLICATE_PARAMETER(501, "5.5.4", "Parameter given twice: give each one once"),
    /** The value of SIZE is not a number of 1 to 20 digits. */
    MALFORMED_SIZE(501, "5.5.4", "Malformed SIZE: write SIZE= and the number of octets, 1 to 20 digits"),
    /** The value of BODY is unknown. */
    UNKNOWN_BODY_TYPE(
            501, "5.5.4", "Unknown BODY type: write BODY=7BIT, or 8BITMIME or BINARYMIME where EHLO lists them"),
    /** The value of AUTH is malformed (RFC 4954 section 5). */
    MALFORMED_AUTH(501, "5.5.4", "Malformed AUTH: write AUTH=<>, or a mailbox encoded as xtext, at most 500 octets"),
    /** A response of AUTH is no Base64 (RFC 4954 section 4). */
    MALFORMED_BASE64(501, "5.5.2", "Malformed Base64: the authentication exchange is over"),
    /** A response of AUTH has not the form of the mechanism. */
    MALFORMED_CREDENTIALS(501, "5.5.2", "Malformed credentials: PLAIN is NUL, user, NUL, password in UTF-8"),
    /** The client gave up AUTH (RFC 4954 section 4). */
    AUTH_CANCELLED(501, "5.7.0", "Authentication cancelled"),
    /** The value of RET is unknown (RFC 3461 section 4.3). */
    MALFORMED_RET(501, "5.5.4", "Malformed RET: write RET=FULL or RET=HDRS"),
    /** The value of ENVID is not xtext, or too long (RFC 3461 section 4.4). */
    MALFORMED_ENVID(501, "5.5.4", "Malformed ENVID: write at most 100 visible characters, others as + and hex digits"),
    /** The value of NOTIFY is malformed (RFC 3461 section 4.1). */
    MALFORMED_NOTIFY(501, "5.5.4", "Malformed NOTIFY: write NEVER, or SUCCESS, FAILURE and DELAY with commas between"),
    /** The value of ORCPT is malformed, or too long (RFC 3461 section 4.2). */
    MALFORMED_ORCPT(501, "5.5.4", "Malformed ORCPT: write ORCPT=rfc822;address, at most 500 octets, encoded as xtext"),
    /** The first argument of BDAT is not a number (RFC 3030 section 2). */
    MALFORMED_CHUNK_SIZE(
            501, "5.5.4", "Malformed chunk size: write BDAT and the number of octets, then LAST with the last chunk"),
    /** The command needs an argument. HELO and EHLO have {@link #MISSING_HELLO_NAME}. */
    MISSING_ARGUMENT(501, "5.5.4", "Argument missing: HELP with the name of the command shows its syntax"),
    /** The command takes no argument. */
    UNEXPECTED_ARGUMENT(501, "5.5.4", "This command takes no argument: send it alone on its line"),
    /** HELO or EHLO without a name. An answer to HELO or EHLO, hence without enhanced status code. */
    MISSING_HELLO_NAME(501, "", "Host name missing: write EHLO and the name of your host"),
    /**
     * The name in HELO or EHLO is neither a domain nor an address literal. An answer to HELO or EHLO, hence without
     * enhanced status code.
     */
    MALFORMED_HELLO_NAME(
            501, "", "Malformed host name: write a domain such as mx.example or an address such as [192.0.2.1]"),

    /** RCPT TO:&lt;&gt;: only a sender may be empty. */
    EMPTY_PATH(501, "5.1.3", "Empty recipient: only MAIL FROM may have <>"),
    /** A space in the reverse-path. */
    SENDER_SPACE_IN_PATH(501, "5.1.7", "Space in the sender address: remove it, or quote the local part"),
    /** A space in the forward-path. */
    RECIPIENT_SPACE_IN_PATH(501, "5.1.3", "Space in the recipient address: remove it, or quote the local part"),
    /** A character in the reverse-path that no address may have. */
    SENDER_FORBIDDEN_CHARACTER(
            501, "5.1.7", "Forbidden character in the sender address: remove it, or quote the local part"),
    /** A character in the forward-path that no address may have. */
    RECIPIENT_FORBIDDEN_CHARACTER(
            501, "5.1.3", "Forbidden character in the recipient address: remove it, or quote the local part"),
    /** The reverse-path, local part. */
    SENDER_MALFORMED_LOCAL_PART(
            501, "5.1.7", "Malformed local part of the sender: check for empty parts, dots and quotes"),
    /** The forward-path, local part. */
    RECIPIENT_MALFORMED_LOCAL_PART(
            501, "5.1.3", "Malformed local part of the recipient: check for empty parts, dots and quotes"),
    /** The reverse-path's source route, RFC 5321 section 4.1.2 and appendix C. */
    SENDER_MALFORMED_SOURCE_ROUTE(501, "5.1.7", "Malformed source route in the sender: write <address> alone"),
    /** The forward-path's source route, RFC 5321 section 4.1.2 and appendix C. */
    RECIPIENT_MALFORMED_SOURCE_ROUTE(501, "5.1.3", "Malformed source route in the recipient: write <address> alone"),
    /** RFC 5321 section 4.5.3.1.1. */
    SENDER_LOCAL_PART_TOO_LONG(501, "5.1.7", "Local part of the sender longer than 64 octets"),
    /** RFC 5321 section 4.5.3.1.1. */
    RECIPIENT_LOCAL_PART_TOO_LONG(501, "5.1.3", "Local part of the recipient longer than 64 octets"),
    /** The reverse-path has no @, or nothing behind it. */
    SENDER_MISSING_DOMAIN(501, "5.1.7", "Domain of the sender missing: write <local-part@domain>, or <> for a bounce"),
    /** The forward-path has no @, or nothing behind it. */
    RECIPIENT_MISSING_DOMAIN(501, "5.1.3", "Domain of the recipient missing: write <local-part@domain>"),
    /** The reverse-path, domain. */
    SENDER_MALFORMED_DOMAIN(
            501, "5.1.7", "Malformed domain of the sender: labels are letters, digits and inner hyphens"),
    /** The forward-path, domain. */
    RECIPIENT_MALFORMED_DOMAIN(
            501, "5.1.3", "Malformed domain of the recipient: labels are letters, digits and inner hyphens"),
    /** RFC 5321 section 4.5.3.1.2. */
    SENDER_DOMAIN_TOO_LONG(501, "5.1.7", "Domain of the sender longer than 255 octets"),
    /** RFC 5321 section 4.5.3.1.2. */
    RECIPIENT_DOMAIN_TOO_LONG(501, "5.1.3", "Domain of the recipient longer than 255 octets"),
    /** RFC 5321 section 4.5.3.1.3. */
    SENDER_PATH_TOO_LONG(501, "5.1.7", "Sender path longer than 256 octets, angle brackets included"),
    /** RFC 5321 section 4.5.3.1.3. */
    RECIPIENT_PATH_TOO_LONG(501, "5.1.3", "Recipient path longer than 256 octets, angle brackets included"),
    /** The reverse-path, [address]. */
    SENDER_MALFORMED_ADDRESS_LITERAL(
            501, "5.1.7", "Malformed address literal of the sender: write [192.0.2.1] or [IPv6:2001:db8::1]"),
    /** The forward-path, [address]. */
    RECIPIENT_MALFORMED_ADDRESS_LITERAL(
            501, "5.1.3", "Malformed address literal of the recipient: write [192.0.2.1] or [IPv6:2001:db8::1]"),
    /**
     * An octet above 127 in the reverse-path, and no SMTPUTF8 with MAIL. A syntax error here, as without that keyword the
     * grammar is that of RFC 5321; 5.6.7 would say that no such address is permitted (RFC 6531 section 3.5).
     */
    SENDER_NON_ASCII(501, "5.1.7", "Sender address is not ASCII: MAIL needs SMTPUTF8 for that, if EHLO lists it"),
    /** An octet above 127 in the forward-path; see {@link #SENDER_NON_ASCII}. */
    RECIPIENT_NON_ASCII(501, "5.1.3", "Recipient address is not ASCII: MAIL needs SMTPUTF8 for that, if EHLO lists it"),
    /** The reverse-path with SMTPUTF8 (RFC 3629 section 4). */
    SENDER_MALFORMED_UTF8(
            501, "5.1.7", "Sender address is not well-formed UTF-8: encode it anew, or use an ASCII address"),
    /** The forward-path with SMTPUTF8 (RFC 3629 section 4). */
    RECIPIENT_MALFORMED_UTF8(
            501, "5.1.3", "Recipient address is not well-formed UTF-8: encode it anew, or use an ASCII address"),

    /** A parameter of MAIL or RCPT whose extension EHLO did not offer (RFC 5321 section 4.1.1.11). */
    UNKNOWN_PARAMETER(555, "5.5.4", "Unknown parameter: use only those of the extensions that EHLO lists"),
    /** HELP with a word it knows nothing about. */
    NO_SUCH_HELP_TOPIC(504, "5.5.4", "No help on that: HELP lists the topics"),

    /** AUTH with a mechanism that EHLO does not list. */
    UNKNOWN_MECHANISM(504, "5.5.4", "Unknown mechanism: use one that EHLO lists behind AUTH"),

    /** MAIL from a client that has to log in first (RFC 4954 section 6). */
    AUTHENTICATION_REQUIRED(530, "5.7.0", "Authentication required: STARTTLS, EHLO, AUTH, then MAIL"),
    /** AUTH with a wrong user or password; which of the two is not told. */
    AUTHENTICATION_FAILED(535, "5.7.8", "Authentication failed: wrong user or password"),
    /** AUTH in the clear (RFC 4954 section 6). */
    AUTH_NEEDS_TLS(538, "5.7.11", "Encryption required: STARTTLS and EHLO come before AUTH"),
    /** AUTH again. */
    AUTHENTICATED_ALREADY(503, "5.5.1", "Authenticated already: go on with MAIL"),
    /** AUTH within a transaction (RFC 4954 section 4). */
    AUTH_IN_TRANSACTION(503, "5.5.1", "A transaction is open: AUTH comes before MAIL, or behind RSET"),

    /** STARTTLS within TLS. */
    TLS_IS_ON(503, "5.5.1", "TLS is on already: go on with EHLO"),
    /** MAIL before EHLO. */
    HELLO_FIRST(503, "5.5.1", "Introduce yourself first: send EHLO, then MAIL"),
    /** RCPT before MAIL. */
    MAIL_FIRST(503, "5.5.1", "Name the sender first: send MAIL, then RCPT"),
    /** DATA or BDAT after MAIL, without any RCPT. */
    RCPT_FIRST(503, "5.5.1", "Name a recipient first: send RCPT, then DATA or BDAT"),
    /** DATA or BDAT without a transaction. */
    MAIL_BEFORE_DATA(503, "5.5.1", "No transaction is open: send MAIL, then RCPT, then DATA or BDAT"),
    /** RFC 3030 section 2: RCPT or DATA between the chunks of a message. */
    CHUNKS_UNDER_WAY(503, "5.5.1", "Message has begun with BDAT: end it with BDAT ... LAST, or give it up with RSET"),
    /** RFC 3030 section 3: BODY=BINARYMIME and DATA do not go together. */
    BINARY_NEEDS_BDAT(503, "5.5.1", "BODY=BINARYMIME was declared: send the message with BDAT"),
    /** MAIL within a transaction. */
    NESTED_MAIL(503, "5.5.1", "A transaction is open already: complete it, or send RSET to start over"),
    /** Any command but QUIT of a client that got a refusal in place of the greeting (RFC 5321 section 3.1). */
    NO_SERVICE_HERE(503, "5.5.1", "No service for you here, as the greeting said: send QUIT"),
    /** Sent in place of the greeting to a client of a network that is refused (RFC 5321 section 3.1). */
    NETWORK_BLOCKED(554, "5.7.1", "No service for your network"),
    /** DATA or BDAT after every RCPT was refused. */
    NO_VALID_RECIPIENTS(554, "5.5.1", "No valid recipients: every RCPT was refused, so nothing can be delivered"),

    /** More recipients than one transaction may have (RFC 5321 section 4.5.3.1.10). */
    TOO_MANY_RECIPIENTS(452, "4.5.3", "Too many recipients: send the rest in another transaction"),
    /** A client that begins more messages a minute than it may, over all its connections. */
    MESSAGES_TOO_FAST(451, "4.7.0", "Too many messages from your address: wait a minute"),
    /** A client that names more recipients a minute than it may, over all its connections. */
    RECIPIENTS_TOO_FAST(451, "4.7.0", "Too many recipients from your address: wait a minute"),
    /** The domain is not taken here. */
    RELAY_DENIED(550, "5.7.1", "Relaying denied: this server does not take mail for that domain"),
    /** The reverse-path is on the list of senders refused. */
    SENDER_BLOCKED(550, "5.7.1", "Mail from this sender is not taken here"),
    /** The client is on a DNS list (RFC 5782); the list and its reason follow. */
    CLIENT_LISTED(550, "5.7.1", "Your address is on a DNS block list"),
    /** The mailbox does not exist. */
    MAILBOX_UNAVAILABLE(550, "5.1.1", "No such mailbox: check the address"),
    /** The SIZE that MAIL declared is past the limit (RFC 1870 section 6.1). */
    DECLARED_SIZE_TOO_LARGE(552, "5.3.4", "Declared SIZE is past the limit that EHLO states"),
    /** The content grew past the limit (RFC 1870 section 6). */
    MESSAGE_TOO_LARGE(552, "5.3.4", "Message is larger than the limit that EHLO states: it was discarded"),
    /**
     * CR or LF alone within the content. Such lines end differently for different programs, which lets one message hide
     * another (SMTP smuggling); so by default the message is refused.
     *
     * <p>5.6.0, an undefined media error, as what is wrong is the content. 5.5.2 means a command that cannot be
     * interpreted, and the 5.6.11 that some servers send is not in the IANA registry, whose X.6 codes end at X.6.10.
     */
    BARE_LINE_ENDING_IN_CONTENT(550, "5.6.0", "Bare CR or LF in the message: every line must end in CRLF"),

    /** Too many handshakes (RFC 3207 section 4). */
    TLS_NOT_AVAILABLE(454, "4.7.0", "TLS not available for now: try again later"),
    /** Whether the password is right cannot be told now (RFC 4954 section 6). */
    AUTH_NOT_AVAILABLE(454, "4.7.0", "Authentication not possible for now: try again later"),
    /** The memory budget is used up. */
    INSUFFICIENT_MEMORY(452, "4.3.1", "Insufficient memory: try again later"),
    /** The delivery has no room left. */
    INSUFFICIENT_STORAGE(452, "4.3.1", "Insufficient storage, the message was not kept: try again later"),
    /** The delivery failed for now. */
    DELIVERY_FAILED_TEMPORARILY(451, "4.3.0", "Delivery failed for now, the message was not kept: try again later"),
    /** The hand-off queue stayed full past its limit. */
    QUEUE_FULL(451, "4.3.2", "Queue full, the message was not kept: try again later"),
    /** A policy did not answer in time, or failed. */
    POLICY_UNAVAILABLE(451, "4.7.1", "Policy gave no answer: try again later"),
    /** The load is such that messages under way come first. */
    TOO_BUSY_FOR_MESSAGES(451, "4.3.2", "Too busy for another message: try again later"),
    /** The delivery refused the message for good. */
    DELIVERY_REJECTED(554, "5.3.0", "Message refused by the delivery: do not send it again unchanged"),

    /** Sent in place of the greeting. */
    TOO_MANY_CONNECTIONS(421, "4.3.2", "Too many connections: try again later"),
    /** The load is such that those who are here come first. Sent in place of the greeting. */
    TOO_BUSY(421, "4.3.2", "Too busy for new connections: try again later"),
    /** A client with as many connections as it may have. Sent in place of the greeting, like the next. */
    TOO_MANY_FROM_CLIENT(421, "4.7.0", "Too many connections from your address: use those you have"),
    /** A client that begins more connections a minute than it may. */
    CONNECTIONS_TOO_FAST(421, "4.7.0", "Too many new connections from your address: wait a minute"),
    /** The server drains. */
    SHUTTING_DOWN(421, "4.3.2", "Shutting down, closing connection: try again later"),
    /** No input for too long (RFC 5321 section 4.5.3.2.7). */
    IDLE_TIMEOUT(421, "4.4.2", "Idle for too long, closing connection"),
    /** BDAT without a readable size: where the chunk ends cannot be known, and its octets must not be run as commands. */
    LOST_STEP(421, "4.5.2", "Chunk size unreadable, cannot tell content from commands: closing"),
    /** A client that made more errors than the limit. */
    TOO_MANY_ERRORS(421, "4.7.0", "Too many errors, closing connection: HELP lists the commands"),
    /** A client that sent more NOOP, RSET, VRFY, EXPN, HELP, EHLO or HELO than the limit without bringing mail. */
    TOO_MANY_IDLE_COMMANDS(421, "4.7.0", "Too many commands without mail, closing connection"),
    /** A client that had more recipients refused than the limit. */
    TOO_MANY_REFUSED_RECIPIENTS(421, "4.7.0", "Too many recipients refused, closing connection: check the list"),
    /** A client that sent more commands a second than the limit. */
    COMMANDS_TOO_FAST(421, "4.7.0", "Too many commands a second without mail, closing connection"),
    /** A client that failed to log in more often than the limit. */
    TOO_MANY_AUTH_FAILURES(421, "4.7.0", "Too many failed logins, closing connection: check user and password"),
    /** A client that failed to log in too often within a minute, over all its connections. */
    AUTH_FAILURES_TOO_FAST(421, "4.7.0", "Too many failed logins from your address, closing connection: wait a minute"),
    /** A session older than the limit. */
    SESSION_TOO_LONG(421, "4.7.0", "Session open for too long, closing connection: connect again"),
    /** Content that comes more slowly than the limit. */
    CONTENT_TOO_SLOW(421, "4.7.0", "Message comes too slowly, closing connection: try again later"),
    /** A client that sent octets before its greeting (RFC 5321 section 4.3.1). */
    TALKED_EARLY(421, "4.7.0", "You talked before the greeting, closing connection: wait for 220"),
    /** Octets behind STARTTLS, before the handshake (CVE-2011-0411). */
    OCTETS_BEHIND_STARTTLS(421, "4.7.0", "Octets behind STARTTLS, closing connection: wait for 220"),
    /** {@link #POLICY_UNAVAILABLE} in place of the greeting. */
    POLICY_UNAVAILABLE_AT_GREETING(421, "4.7.1", "Policy gave no answer: try again later"),
    /** A fault of the server. */
    INTERNAL_ERROR(421, "4.3.0", "Internal error, closing connection: try again later");

    /** Longest reply line in octets, CRLF included (RFC 5321 section 4.5.3.1.5). */
    public static final int MAX_LINE_LENGTH = 512;

    private final int code;
    private final String enhancedStatus;
    private final String text;
    private final byte[] encoded;

    Reply(int code, String enhancedStatus, String text) {
        this.code = code;
        this.enhancedStatus = enhancedStatus;
        this.text = text;
        this.encoded = (line() + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The reply code, 200 to 599. */
    public int code() {
        return code;
    }

    /** The enhanced status code such as "5.5.1"; empty for a reply that may not have one. */
    public String enhancedStatus() {
        return enhancedStatus;
    }

    /** The text behind the codes. */
    public String text() {
        return text;
    }

    /** The whole line without its CRLF: "503 5.5.1 Name a recipient first: send RCPT, then DATA or BDAT". */
    public String line() {
        return code + " " + (enhancedStatus.isEmpty() ? "" : enhancedStatus + " ") + text;
    }

    /** The length of the encoded reply in octets, CRLF included. */
    public int length() {
        return encoded.length;
    }

    /**
     * Puts the reply at the position of the buffer, which moves by {@link #length()}.
     *
     * @param out takes the reply.
     * @throws java.nio.BufferOverflowException if less than {@link #length()} octets remain; nothing is put then.
     */
    public void putTo(ByteBuffer out) {
        out.put(encoded);
    }
}

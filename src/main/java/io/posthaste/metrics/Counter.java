package io.posthaste.metrics;

/** What a reactor counts besides replies and closes. Only ever goes up. */
public enum Counter {
    /** Connections begun: all that were let in by {@code --max-connections}. */
    CONNECTIONS_ACCEPTED,
    /** Connections answered {@code 421} because the connection limit was reached. */
    CONNECTIONS_OVER_LIMIT,
    /** Connections answered {@code 421} because of the load. */
    LOAD_SHED_CONNECTIONS,
    /** MAIL commands answered {@code 451} because of the load. */
    LOAD_SHED_MESSAGES,
    /** Times accepting failed, mostly for want of file descriptors; accepting then rests for a moment. */
    ACCEPT_FAILURES,
    /** Connections that a balancer relayed, with a PROXY header. */
    PROXY_HEADERS,
    /** Connections that were a balancer's own, by its PROXY header (LOCAL). */
    PROXY_HEALTH_CHECKS,
    /** Connections of balancers closed because no PROXY header came, or none that can be read. */
    PROXY_HEADERS_REFUSED,
    /** Clients that sent before they were greeted, refused for it or not. */
    EARLY_TALKERS,
    /** Handshakes of TLS completed. */
    TLS_HANDSHAKES,
    /** Of those, the ones that continued an earlier session. */
    TLS_RESUMPTIONS,
    /** Handshakes of TLS begun and not completed: failed, too slow, given up by the client. */
    TLS_HANDSHAKE_FAILURES,
    /** Handshakes of TLS that were not let begin or go on because there were too many. */
    TLS_HANDSHAKES_REFUSED,
    /** Sessions closed because octets came behind STARTTLS before the handshake. */
    STARTTLS_INJECTIONS,
    /** Mail transactions begun by MAIL. */
    TRANSACTIONS,
    /** Messages acknowledged with {@code 250}. */
    MESSAGES_ACCEPTED,
    /** Messages whole and well, but refused for now by the delivery. */
    MESSAGES_FAILED_TEMPORARILY,
    /** Messages refused for good by the delivery. */
    MESSAGES_REJECTED,
    /** Messages stored although the client had gone before it could be told; it will send them again. */
    MESSAGES_ACCEPTED_UNHEARD,
    /** Octets of content of messages acknowledged. */
    CONTENT_OCTETS,
    /** Contents that went to the delivery in parts because they were large, acknowledged in the end or not. */
    CONTENTS_IN_PARTS,
    /** Parts of content handed off before its end. */
    CONTENT_PARTS,
    /** Messages refused because they grew beyond the size limit. */
    LIMIT_MESSAGE_SIZE,
    /** MAIL commands refused because they declared too large a size. */
    LIMIT_DECLARED_SIZE,
    /** Recipients refused because there were too many. */
    LIMIT_RECIPIENTS,
    /** Connections answered {@code 421} because their client has too many. */
    LIMIT_CLIENT_CONNECTIONS,
    /** Connections answered {@code 421} because their client begins too many a minute. */
    LIMIT_CLIENT_CONNECTION_RATE,
    /** MAIL commands answered {@code 451} because their client begins too many messages a minute. */
    LIMIT_CLIENT_MESSAGE_RATE,
    /** RCPT commands answered {@code 451} because their client names too many recipients a minute. */
    LIMIT_CLIENT_RECIPIENT_RATE,
    /** AUTH commands answered {@code 421} because their client has failed to log in too often within a minute. */
    LIMIT_CLIENT_AUTH_FAILURE_RATE,
    /** Connections whose client could not be counted, as others with open connections have all the places it may have. */
    CLIENTS_NOT_COUNTED,
    /** Command lines longer than the limit. */
    LIMIT_COMMAND_LINE,
    /** Messages or commands refused because the memory budget was used up. */
    LIMIT_MEMORY,
    /** Messages refused because the hand-off queue stayed full. */
    LIMIT_HAND_OFF,
    /** Messages refused because the delivery had no room for them; counted as failed temporarily, too. */
    LIMIT_STORAGE,
    /** Messages refused for a bare LF or CR in the content. */
    BARE_LINE_ENDINGS,
    /** Each LF in content without a CR before it. */
    BARE_LF,
    /** Each CR in content without an LF behind it. */
    BARE_CR,
    /** Each NUL in content. */
    NUL,
    /** Each dot alone between LF and LF in content, which some take for its end; likewise the seven below. */
    SMUGGLING_LF_DOT_LF,
    /** Each dot between LF and CR. */
    SMUGGLING_LF_DOT_CR,
    /** Each dot between LF and CRLF. */
    SMUGGLING_LF_DOT_CRLF,
    /** Each dot between CR and LF. */
    SMUGGLING_CR_DOT_LF,
    /** Each dot between CR and CR. */
    SMUGGLING_CR_DOT_CR,
    /** Each dot between CR and CRLF. */
    SMUGGLING_CR_DOT_CRLF,
    /** Each dot between CRLF, which may be that of DATA, and LF. */
    SMUGGLING_CRLF_DOT_LF,
    /** Each dot between CRLF, which may be that of DATA, and CR. */
    SMUGGLING_CRLF_DOT_CR,
    /** Recipients refused because their domain is not taken here. */
    RELAY_DENIED,
    /** Clients of a network that is refused, answered {@code 554} in place of the greeting, or closed where TLS comes first. */
    NETWORKS_BLOCKED,
    /** MAIL commands refused because the sender is on the list of those refused. */
    SENDERS_BLOCKED,
    /** Recipients refused because their mailbox is not on the list. */
    RECIPIENTS_UNKNOWN,
    /** Clients that have logged in. */
    AUTHENTICATIONS,
    /** Attempts to log in with a wrong user or password. */
    AUTHENTICATION_FAILURES,
    /** Attempts to log in on which nobody could decide: too many at once, no answer in time. */
    AUTHENTICATIONS_NOT_POSSIBLE,
    /** MAIL commands refused because the client has to log in first. */
    AUTHENTICATION_MISSING,
    /** Connections, senders and recipients refused by a policy: one's own, or DNS lists. */
    POLICY_REFUSALS,
    /** Times a session had to wait for an answer: a policy's, or whether a password is right. */
    POLICY_WAITS,
    /** Answers that did not come in time. */
    POLICY_TIMEOUTS,
    /** Answers that came when the session had stopped waiting: after the timeout, or after its end. */
    POLICY_ANSWERS_TOO_LATE,
    /** Questions on which a policy threw an exception, or that it answered with one or with null. */
    POLICY_FAILURES,
    /** Times a completed message found the hand-off queue full and its connection had to wait. */
    HAND_OFF_WAITS,
    /** Times a connection had to wait for memory before more of its content was read. */
    MEMORY_WAITS,
    /** Sessions that ended badly and whose events were not told, because there were too many. */
    FLIGHTS_LEFT_OUT,
    /** Refused senders and recipients that the access log does not tell, because there were too many. */
    REJECTIONS_LEFT_OUT,
    /** Logins that the access log does not tell, because there were too many. */
    LOGINS_LEFT_OUT,
    /** Replies that did not go out in one write. */
    SHORT_WRITES,
    /** Exceptions in the code of a connection; each is logged and costs that connection only. */
    INTERNAL_ERRORS,
    /** Turns of an event loop that an exception or error ended; each is logged and costs what the turn had not come to yet. */
    REACTOR_FAILED_TURNS
}

package io.posthaste.conformance;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * What the placeholders of the cases stand for.
 *
 * @param from a sender that the server takes, local-part@domain
 * @param to a recipient that the server takes
 * @param hello the name in EHLO and HELO
 * @param capabilities what the server offers
 * @param secureCapabilities what it offers within TLS; none where that is not offered
 * @param credentials a response of PLAIN (RFC 4616) that the server takes, in base64; empty when there is none
 */
public record DialogueSettings(
        String from,
        String to,
        String hello,
        Capabilities capabilities,
        Capabilities secureCapabilities,
        String credentials) {
    /** Without TLS, and without credentials. */
    public DialogueSettings(final String from, final String to, final String hello, final Capabilities capabilities) {
        this(from, to, hello, capabilities, Capabilities.NONE, "");
    }

    /** The same with what was learned of the server. */
    public DialogueSettings with(final Capabilities offered, final Capabilities offeredWithinTls) {
        return new DialogueSettings(from, to, hello, offered, offeredWithinTls, credentials);
    }

    /** The same with somebody who can log in. */
    public DialogueSettings withCredentials(final String user, final String password) {
        final String response =
                Base64.getEncoder().encodeToString(("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8));
        return new DialogueSettings(from, to, hello, capabilities, secureCapabilities, response);
    }

    Map<String, String> placeholders() {
        final Map<String, String> result = new HashMap<>();
        result.put("hello", hello);
        result.put("credentials", credentials);
        putAddress(result, "from", from);
        putAddress(result, "to", to);
        result.put("size", Long.toString(capabilities.sizeLimit()));
        result.put("size+1", Long.toString(capabilities.sizeLimit() + 1));
        return result;
    }

    private static void putAddress(final Map<String, String> to, final String name, final String address) {
        final int at = address.lastIndexOf('@');
        to.put(name, address);
        to.put(name + ".local", at < 0 ? address : address.substring(0, at));
        to.put(name + ".domain", at < 0 ? "" : address.substring(at + 1));
    }
}

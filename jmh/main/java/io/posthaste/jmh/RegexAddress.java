package io.posthaste.jmh;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Baseline: paths and greeting names by regular expressions, compiled once, and {@link InetAddress} for what stands in
 * brackets. Knows neither source routes nor length limits. Not for real use: InetAddress would ask the resolver about text
 * that is no address; here every literal is one.
 */
final class RegexAddress {
    private static final String DOMAIN_OR_LITERAL =
            "(?:\\w+(?:-+\\w+)*(?:\\.\\w+(?:-+\\w+)*)*|\\[(?<literal>[0-9A-Za-z.:]+)])";
    private static final String ATOM = "[\\w!#$%&'*+/=?^`{|}~-]+";
    private static final String LOCAL_PART = "(?:" + ATOM + "(?:\\." + ATOM + ")*|\"(?:[ -!#-\\[\\]-~]|\\\\[ -~])*\")";

    private static final Pattern FORWARD_PATH =
            Pattern.compile(" TO:<(?<mailbox>" + LOCAL_PART + "@" + DOMAIN_OR_LITERAL + ")>", Pattern.CASE_INSENSITIVE);
    private static final Pattern HELLO = Pattern.compile(" (?<name>" + DOMAIN_OR_LITERAL + ")\\s*");
    private static final String IPV6_TAG = "IPv6:";

    private RegexAddress() {}

    /** The mailbox of {@code " TO:<mailbox>"}, or null. */
    static String mailbox(final ByteBuffer in, final int from, final int to) {
        final Matcher matcher = FORWARD_PATH.matcher(Octets.asString(in, from, to));
        return matcher.matches() && isAddress(matcher.group("literal")) ? matcher.group("mailbox") : null;
    }

    /** The name of {@code " name"}, or null. */
    static String helloName(final ByteBuffer in, final int from, final int to) {
        final Matcher matcher = HELLO.matcher(Octets.asString(in, from, to));
        return matcher.matches() && isAddress(matcher.group("literal")) ? matcher.group("name") : null;
    }

    /** True for no literal too. */
    private static boolean isAddress(final String literal) {
        if (literal == null) {
            return true;
        }
        final boolean isIpv6 = literal.regionMatches(true, 0, IPV6_TAG, 0, IPV6_TAG.length());
        try {
            final InetAddress address = InetAddress.getByName(isIpv6 ? literal.substring(IPV6_TAG.length()) : literal);
            return isIpv6 == address instanceof Inet6Address;
        } catch (final UnknownHostException e) {
            return false;
        }
    }
}

package io.posthaste.jmh;

/** Writes address literals (RFC 5321, 4.1.3), brackets included. */
final class Literals {
    private Literals() {}

    static void putIpv4(final LineWriter line) {
        line.text("[192.0.").number(0, 256).text(".").number(0, 256).text("]");
    }

    /** Whole, or with some groups left out. */
    static void putIpv6(final LineWriter line) {
        line.text("[IPv6:2001:db8:").hexGroup().text(":").hexGroup();
        if (line.isOneIn(2)) {
            line.text("::").hexGroup();
        } else {
            for (int group = 0; group < 4; group++) {
                line.text(":").hexGroup();
            }
        }
        line.text("]");
    }
}

package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AddressLiteralTest {
    private static final String[] IPV6 = {
        "::",
        "::1",
        "1::",
        "1::8",
        "1:2:3:4:5:6:7:8",
        "0001:0002:0003:0004:0005:0006:0007:0008",
        "ABCD:abcd:EF01:2345:6789:0:0:0",
        "2001:db8::",
        "2001:db8::1",
        "1:2:3:4:5:6::",
        "::3:4:5:6:7:8",
        "1:2:3::6:7:8",
        "1:2:3:4:5:6:1.2.3.4",
        "::1.2.3.4",
        "::ffff:1.2.3.4",
        "::ffff:255.255.255.255",
        "1::1.2.3.4",
        "1:2:3:4::1.2.3.4",
        "1::2:3:4:1.2.3.4",
        "::1:2:3:4:1.2.3.4",
    };

    private static final String[] NOT_IPV6 = {
        "",
        ":",
        ":::",
        "1",
        "1:",
        ":1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:",
        ":2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8:",
        "12345::",
        "::12345",
        "00001::",
        "g::",
        "::g",
        "1::2::3",
        "1:::2",
        "::1:",
        ":1::",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "1:2:3::5:6:7:8",
        "1:2:3:4::5:6:7:8",
        "::1%eth0",
        "::1/64",
        " ::1",
        "1.2.3.4",
        "::1.2.3",
        "::1.2.3.256",
        "::1.2.3.4.5",
        "::1.2.3.4:5",
        "::a.2.3.4",
        "::.2.3.4",
        "1.2.3.4::",
        "1:2:3:4:5:1.2.3.4",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5::1.2.3.4",
        "::1:2:3:4:5:1.2.3.4",
        "1:2:3:4:5:61.2.3.4",
        "[::1]",
    };

    @Test
    void shouldReadIpv6AddressesUnderATagOfAnyCase() {
        for (final String address : IPV6) {
            for (final String tag : new String[] {"IPv6:", "ipv6:", "IPV6:"}) {
                Placement.everywhere(
                        "[" + tag + address + "]",
                        (in, from, to) -> assertEquals(to, AddressLiteral.parse(in, from, to, false), address));
            }
        }
    }

    @Test
    void shouldRefuseWhatIsNoIpv6Address() {
        for (final String address : NOT_IPV6) {
            Placement.everywhere(
                    "[IPv6:" + address + "]",
                    (in, from, to) -> assertEquals(
                            ArgumentError.MALFORMED_ADDRESS_LITERAL,
                            ArgumentError.of(AddressLiteral.parse(in, from, to, false)),
                            address));
        }
    }

    @Test
    void shouldRefuseIpv6AddressWithoutItsTag() {
        for (final String address : new String[] {"::1", "::", "::ffff:1.2.3.4"}) {
            Placement.everywhere(
                    "[" + address + "]",
                    (in, from, to) -> assertEquals(
                            ArgumentError.MALFORMED_ADDRESS_LITERAL,
                            ArgumentError.of(AddressLiteral.parse(in, from, to, false)),
                            address));
        }
    }
}

package io.posthaste.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DomainNamesTest {
    @ParameterizedTest
    @CsvSource({
        "b\u00fccher.example, xn--bcher-kva.example",
        "B\u00dccher.Example, xn--bcher-kva.example",
        "www.caf\u00e9.b\u00fccher.example, www.xn--caf-dma.xn--bcher-kva.example",
        "\u4f8b\u3048.example, xn--r8jz45g.example"
    })
    void shouldKnowBothForms(final String unicode, final String ascii) {
        assertEquals(ascii, DomainNames.otherForm(unicode));
        assertEquals(unicode.toLowerCase(Locale.ROOT), DomainNames.otherForm(ascii));
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "[192.0.2.1]", "[IPv6:2001:db8::1]", "xn--", "xn--a.example", "xn--\u0000"})
    void shouldKnowNoOtherFormOfOthers(final String name) {
        assertNull(DomainNames.otherForm(name));
    }

    /** By the rules of 2003 this is fass.example, which may be somebody else's. */
    @Test
    void shouldNotTakeOneDomainForAnother() {
        assertNull(DomainNames.otherForm("fa\u00df.example"));
        assertNull(DomainNames.otherForm("xn--fa-hia.example"));
        assertNull(DomainNames.otherForm("\uff45xample.org"));
    }
}

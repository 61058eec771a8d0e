package io.posthaste.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SuiteParserTest {
    private static final String HEAD = "case: a.b\ntitle: t\nrfc: 5321 4.1\nlevel: MUST\n";

    @Test
    void shouldReadACase() {
        final ConformanceCase read = parse("""
                # comment
                case: group.name
                title: a title: with a colon
                rfc: 5321 4.1.1.4
                level: should
                needs: SIZE, no CHUNKING
                delivers: 1
                S: 220
                """).get(0);
        assertEquals("group.name", read.id());
        assertEquals("group", read.group());
        assertEquals("a title: with a colon", read.title());
        assertEquals("RFC 5321 section 4.1.1.4", read.rfc());
        assertEquals(Level.SHOULD, read.level());
        assertEquals(List.of(new Requirement("SIZE"), new Requirement("no CHUNKING")), read.needs());
        assertEquals(OptionalInt.of(1), read.delivers());
        assertEquals(1, read.steps().size());
    }

    @Test
    void shouldApplyDefaultsAndPrologues() {
        final List<ConformanceCase> cases = parse("""
                level: MUST
                rfc: 5321 2
                after: ehlo
                delivers: 1

                prologue: connect
                S: 220

                prologue: ehlo
                after: connect
                C: EHLO x
                S: 250

                case: a.one
                title: one
                closed

                case: a.two
                title: two
                level: MAY
                after: connect
                delivers: any
                closed
                """);
        assertEquals(5, cases.get(0).steps().size());
        assertEquals(Level.MUST, cases.get(0).level());
        assertEquals(2, cases.get(1).steps().size());
        assertEquals(Level.MAY, cases.get(1).level());
        assertEquals(OptionalInt.empty(), cases.get(1).delivers());
    }

    @Test
    void shouldMakeACaseForEachCombinationOfRows() {
        final List<ConformanceCase> cases = parse("""
                table: end
                lf: \\n.\\n
                cr: \\r

                table: word
                rset: RSET
                noop: NOOP

                case: a.m
                each: end word
                title: ${end.name} and ${word}
                rfc: 5321 2
                level: MUST
                C~: ${end}${word}
                """);
        assertEquals(
                List.of("a.m.lf.rset", "a.m.lf.noop", "a.m.cr.rset", "a.m.cr.noop"),
                cases.stream().map(ConformanceCase::id).toList());
        assertEquals("lf and NOOP", cases.get(1).title());
        final Step.Send send = (Step.Send) cases.get(1).steps().get(0);
        assertEquals("\n.\nNOOP", new String(send.octets().expand(Map.of())));
    }

    @Test
    void shouldReadBlocks() {
        final List<Step> steps = parse(HEAD + """
                repeat 3:
                    C: RCPT
                    S: 250
                S: 354 5yz
                on 354:
                    C: .
                    on 250:
                        C: X
                on 5yz:
                    closed
                S*2: 250
                """).get(0).steps();
        assertEquals(4, steps.size());
        assertEquals(3, ((Step.Repeat) steps.get(0)).steps().size());
        assertEquals(2, ((Step.Choice) steps.get(2)).branches().size());
        assertEquals(2, ((Step.Expect) steps.get(3)).count());
    }

    @Test
    void shouldNameFileAndLineOfAFault() {
        final Map<String, Integer> wrong = Map.ofEntries(
                Map.entry("S: 220\n", 1),
                Map.entry("case: a.b\nS: 220\n", 1),
                Map.entry("case: nogroup\ntitle: t\nrfc: 1 2\nlevel: MUST\nS: 220\n", 1),
                Map.entry(HEAD, 1),
                Map.entry(HEAD + "S: 220\n" + HEAD + "S: 220\n", 6),
                Map.entry(HEAD + "needs: size\nS: 220\n", 1),
                Map.entry(HEAD + "after: nowhere\nS: 220\n", 1),
                Map.entry(HEAD + "each: nothing\nS: 220\n", 1),
                Map.entry(HEAD + "S: 22\n", 5),
                Map.entry(HEAD + "wait\n", 5),
                Map.entry(HEAD + "S*0: 250\n", 5),
                Map.entry(HEAD + "C: ${nobody}\n", 5),
                Map.entry(HEAD + "on 250:\nS: 250\n", 5),
                Map.entry(HEAD + "S: 220\n  S: 250\n", 6),
                Map.entry("table: t\na: 1\na: 2\n", 3));
        wrong.forEach((text, line) -> {
            final SuiteFormatException e = assertThrows(SuiteFormatException.class, () -> parse(text), text);
            assertTrue(e.getMessage().startsWith("test.cases:" + line + ": "), text + e.getMessage());
        });
    }

    private static List<ConformanceCase> parse(final String text) {
        return new SuiteParser().parse("test.cases", text);
    }
}

package io.posthaste.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.posthaste.policy.RecipientPolicy.Decision;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressListTest {
    @TempDir
    private Path directory;

    private AddressList list(final String... lines) {
        try {
            return AddressList.read(Files.write(directory.resolve("list"), List.of(lines)));
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean contains(final AddressList list, final String address, final char delimiter) {
        final String before = "RCPT TO:<";
        final byte[] line = (before + address + ">").getBytes(StandardCharsets.UTF_8);
        int at = line.length;
        while (line[at - 1] != '@') {
            at--;
        }
        return list.contains(ByteBuffer.wrap(line), before.length(), at, line.length - 1, (byte) delimiter);
    }

    private static boolean contains(final AddressList list, final String address) {
        return contains(list, address, (char) 0);
    }

    @Test
    void shouldKnowAddressesInEitherCase() {
        final AddressList list = list("ann@a.example", "Bob.B@B.Example", "a#b@c.example", "x@[192.0.2.1]");
        for (final String listed :
                List.of("ann@a.example", "ANN@A.EXAMPLE", "bob.b@b.example", "a#b@c.example", "x@[192.0.2.1]")) {
            assertTrue(contains(list, listed), listed);
        }
        for (final String other : List.of(
                "an@a.example", "annn@a.example", "ann@b.example", "bob@b.example", "nn@a.example", "ann@a.exampl")) {
            assertFalse(contains(list, other), other);
        }
        assertEquals(4, list.size());
    }

    @Test
    void shouldKnowInternationalisedDomainsInBothForms() {
        final AddressList list = list("ann@b\u00fccher.example", "@xn--mnchen-3ya.example", ".xn--caf-dma.example");
        for (final String listed : List.of(
                "ann@b\u00fccher.example",
                "ann@xn--bcher-kva.example",
                "bob@m\u00fcnchen.example",
                "bob@XN--mnchen-3ya.example")) {
            assertTrue(contains(list, listed), listed);
        }
        assertFalse(contains(list, "bob@xn--bcher-kva.example"));
        final byte[] subdomain = "www.caf\u00e9.example".getBytes(StandardCharsets.UTF_8);
        assertTrue(list.containsSubdomain(ByteBuffer.wrap(subdomain), 0, subdomain.length));
        final byte[] domain = "b\u00fccher.example".getBytes(StandardCharsets.UTF_8);
        assertTrue(list.hasDomain(ByteBuffer.wrap(domain), 0, domain.length));
    }

    @Test
    void shouldKnowWholeDomains() {
        final AddressList list = list("@a.example", "x@b.example");
        assertTrue(contains(list, "anybody@A.example"));
        assertTrue(contains(list, "\"any body\"@a.example"));
        assertFalse(contains(list, "anybody@x.a.example"));
        assertFalse(contains(list, "anybody@b.example"));
    }

    @Test
    void shouldKnowQuotedLocalPartsByWhatTheyQuote() {
        final AddressList list = list("\"a b\"@c.example", "\"plain\"@c.example", "o'x@c.example");
        assertTrue(contains(list, "\"a b\"@c.example"));
        assertTrue(contains(list, "\"a\\ b\"@c.example"));
        assertTrue(contains(list, "plain@c.example"));
        assertTrue(contains(list, "\"p\\lain\"@c.example"));
        assertTrue(contains(list, "\"o'x\"@c.example"));
        assertFalse(contains(list, "\"plain\\\"\"@c.example"));
    }

    @Test
    void shouldKnowOwnersByWhatStandsBeforeTheDelimiter() {
        final AddressList list = list("ann@a.example", "b+c@a.example", "+d@a.example");
        assertTrue(contains(list, "Ann+lists@a.example", '+'));
        assertTrue(contains(list, "ann+x+y@a.example", '+'));
        assertTrue(contains(list, "ann+@a.example", '+'));
        assertTrue(contains(list, "b+c@a.example", '+'));
        assertTrue(contains(list, "+d@a.example", '+'));
        assertFalse(contains(list, "b+x@a.example", '+'));
        assertFalse(contains(list, "+ann@a.example", '+'));
        assertFalse(contains(list, "ann-lists@a.example", '+'));
        assertFalse(contains(list, "ann+lists@a.example"));
    }

    @Test
    void shouldRefuseSubdomainsForRecipients(@TempDir final Path directory) throws IOException {
        final Path file = Files.writeString(directory.resolve("recipients"), "ann@a.example\n.b.example\n");
        final IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> AddressList.readRecipients(file));
        assertTrue(failure.getMessage().contains("'.b.example' is not a recipient"), failure.getMessage());
        assertEquals(2, AddressList.read(file).size(), "senders of subdomains can be listed");
    }

    @Test
    void shouldKnowSubdomains() {
        final AddressList list = list(".pest.example");
        for (final String domain : List.of("a.pest.example", "a.b.PEST.example")) {
            assertTrue(list.containsSubdomain(octets(domain), 0, domain.length()), domain);
        }
        for (final String domain : List.of("pest.example", "apest.example", "a.pest.example.org")) {
            assertFalse(list.containsSubdomain(octets(domain), 0, domain.length()), domain);
        }
    }

    @Test
    void shouldKnowUtf8AsItIs() {
        final AddressList list = list("j\u00f6rg@b\u00fccher.example");
        assertTrue(contains(list, "J\u00f6rg@b\u00fccher.example"));
        assertFalse(contains(list, "J\u00d6rg@b\u00fccher.example"));
    }

    @Test
    void shouldPassOverCommentsAndWhiteSpace() {
        final AddressList list = list(
                "\uFEFF# users", "", "  ann@a.example\t", "bob@a.example # gone soon", "#x@a.example", "ann@a.example");
        assertEquals(2, list.size());
        assertTrue(contains(list, "bob@a.example"));
        assertFalse(contains(list, "x@a.example"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann",
                "postmaster",
                "@",
                ".",
                "ann@",
                "a b@c.example",
                "ann@a..example",
                "ann@a.example NOTIFY=NEVER",
                "ann@a.example> NOTIFY=NEVER",
                "<ann@a.example>",
                "@[x]",
                "ann@a.example,bob@a.example"
            })
    void shouldTellABadLineByItsNumber(final String bad) {
        final String message = assertThrows(
                        IllegalArgumentException.class, () -> list("x@y.example", "# fine", bad, "z@y.example"))
                .getMessage();
        assertTrue(message.contains("line 3: '" + bad + "' is not an address"), message);
    }

    @Test
    void shouldTellWhatItCannotRead() throws IOException {
        final Path missing = directory.resolve("missing");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> AddressList.read(missing))
                .getMessage()
                .contains("there is no file"));
        final Path latin = Files.write(directory.resolve("latin"), new byte[] {'a', '\n', (byte) 0xE4, '\n'});
        assertThrows(IllegalArgumentException.class, () -> AddressList.read(latin));
        assertThrows(IllegalArgumentException.class, () -> AddressList.read(directory));
    }

    // ---- the decision

    private static Decision decide(final RecipientPolicy policy, final String address) {
        final ByteBuffer in = octets(address);
        return policy.decide(in, 0, address.lastIndexOf('@') + 1, address.length());
    }

    @Test
    void shouldTakeTheDomainsOfTheListWithoutOthers() {
        final AddressList list = list("ann@a.example", "@b.example");
        final RecipientPolicy policy = RecipientPolicy.ofList(List.of(), () -> list, (byte) 0);
        assertEquals(Decision.TAKEN, decide(policy, "ann@a.example"));
        assertEquals(Decision.UNKNOWN, decide(policy, "bob@a.example"));
        assertEquals(Decision.TAKEN, decide(policy, "PostMaster@a.example"));
        assertEquals(Decision.TAKEN, decide(policy, "bob@b.example"));
        assertEquals(Decision.RELAY_DENIED, decide(policy, "ann@c.example"));
        assertEquals(Decision.RELAY_DENIED, decide(policy, "postmaster@c.example"));
        final ByteBuffer bare = octets("postmaster");
        assertEquals(Decision.TAKEN, policy.decide(bare, 0, bare.limit(), bare.limit()));
    }

    @Test
    void shouldTakeOnlyWhatBothAllow() {
        final AddressList list = list("ann@a.example", "ann@b.example");
        final RecipientPolicy some = RecipientPolicy.ofList(List.of("a.example", "c.example"), () -> list, (byte) 0);
        assertEquals(Decision.TAKEN, decide(some, "ann@a.example"));
        assertEquals(Decision.RELAY_DENIED, decide(some, "ann@b.example"));
        assertEquals(Decision.UNKNOWN, decide(some, "ann@c.example"));
        final RecipientPolicy any = RecipientPolicy.ofList(List.of("*"), () -> list, (byte) 0);
        assertEquals(Decision.TAKEN, decide(any, "ann@b.example"));
        assertEquals(Decision.UNKNOWN, decide(any, "ann@d.example"));
    }

    @Test
    void shouldFollowTheListThatIsInForce() {
        final AddressList[] current = {list("ann@a.example")};
        final RecipientPolicy policy = RecipientPolicy.ofList(List.of(), () -> current[0], (byte) 0);
        assertEquals(Decision.UNKNOWN, decide(policy, "bob@a.example"));
        current[0] = list("bob@a.example");
        assertEquals(Decision.TAKEN, decide(policy, "bob@a.example"));
        assertEquals(Decision.UNKNOWN, decide(policy, "ann@a.example"));
    }

    // ---- size

    @Test
    void shouldHoldHalfAMillionAddressesInLittleMemoryAndAllocateNothing() throws IOException {
        final int count = 500_000;
        final Path file = directory.resolve("many");
        long octets = 0;
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (int i = 0; i < count; i++) {
                final String address = address(i);
                octets += address.length();
                writer.write(address);
                writer.write('\n');
            }
        }
        final AddressList list = AddressList.read(file);
        assertEquals(count, list.size());
        final long overhead = (list.memoryOctets() - octets) / count;
        assertTrue(overhead <= 17, () -> "octets beside its own that an address takes: " + overhead);
        for (int i = 0; i < count; i++) {
            assertTrue(contains(list, address(i)));
        }
        final RecipientPolicy policy = RecipientPolicy.ofList(List.of(), () -> list, (byte) '+');
        final ByteBuffer[] asked = new ByteBuffer[1000];
        for (int i = 0; i < asked.length; i++) {
            asked[i] = octets(address(i * (i % 2 == 0 ? 1 : 1_000)).toUpperCase(Locale.ROOT));
        }
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        int taken = 0;
        for (int round = 0; round < 20 && least > 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (final ByteBuffer one : asked) {
                final int at = one.limit() - "@d00.example".length() + 1;
                taken += policy.decide(one, 0, at, one.limit()) == Decision.TAKEN ? 1 : 0;
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least, "octets allocated");
        assertTrue(taken >= asked.length / 2);
    }

    private static String address(final int i) {
        return String.format(Locale.ROOT, "some.user%06d@d%02d.example", i, i % 50);
    }

    @Test
    void shouldAgreeWithASetOfStrings() {
        final Random random = new Random(6);
        final Set<String> strings = new HashSet<>();
        final OctetSet.Builder builder = new OctetSet.Builder();
        for (int i = 0; i < 3000; i++) {
            final byte[] entry = new byte[1 + random.nextInt(3)];
            for (int j = 0; j < entry.length; j++) {
                entry[j] = (byte) (random.nextInt(10) == 0 ? random.nextInt(256) : 'a' + random.nextInt(12));
            }
            builder.add(entry, 0, entry.length);
            strings.add(folded(entry));
        }
        final OctetSet set = builder.build();
        assertEquals(strings.size(), set.size());
        for (int i = 0; i < 100_000; i++) {
            final byte[] entry = new byte[1 + random.nextInt(4)];
            for (int j = 0; j < entry.length; j++) {
                entry[j] = (byte) (random.nextInt(10) == 0 ? random.nextInt(256) : 'A' + random.nextInt(12));
            }
            assertEquals(strings.contains(folded(entry)), set.contains(ByteBuffer.wrap(entry), 0, entry.length));
        }
    }

    private static String folded(final byte[] octets) {
        final byte[] folded = octets.clone();
        for (int i = 0; i < folded.length; i++) {
            folded[i] = OctetSet.lower(folded[i]);
        }
        return new String(folded, StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer octets(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}

package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SizeMixTest {
    private static final SizeMix MIX = SizeMix.parse("mix:4k=70,64k=25,2m=5");

    private static List<Integer> picks(long seed, int count) {
        final List<Integer> picks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            picks.add(MIX.pick(seed, i));
        }
        return picks;
    }

    @Test
    void shouldParse() {
        assertEquals(SizeMix.of(4096), SizeMix.parse("4k"));
        assertEquals(65_536, MIX.size(1));
        assertEquals("mix:4096=70,65536=25,2097152=5", MIX.toString());
        assertEquals(MIX, SizeMix.parse(MIX.toString()));
    }

    @Test
    void shouldPickBySequenceAndSeed() {
        assertEquals(picks(1, 1000), picks(1, 1000));
        assertNotEquals(picks(1, 1000), picks(2, 1000));
        assertEquals(0, SizeMix.of(5).pick(1, 99));
    }

    @Test
    void shouldPickByWeight() {
        final int count = 100_000;
        final int[] found = new int[3];
        picks(1, count).forEach(i -> found[i]++);
        assertEquals(0.70, (double) found[0] / count, 0.01);
        assertEquals(0.25, (double) found[1] / count, 0.01);
        assertEquals(0.05, (double) found[2] / count, 0.01);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mix:", "mix:4k", "mix:4k=0", "mix:4k=1,", "mix:=1", "mix:x=1", "mix:4k=-1", "0", "1g"})
    void shouldRefuseWhatIsNoSize(String text) {
        assertThrows(TypeConversionException.class, () -> SizeMix.parse(text));
    }
}

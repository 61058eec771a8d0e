package io.posthaste.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BlockPoolTest {
    @Test
    void shouldTellHowMuchOfItIsInUse() {
        final BlockPool pool = new BlockPool(4L * BlockPool.SLAB);
        assertEquals(0, pool.usedPercent());
        final List<Block> taken = new ArrayList<>();
        while (pool.inUseOctets() < BlockPool.SLAB) {
            taken.add(pool.tryTakeLarge());
        }
        assertEquals(25, pool.usedPercent());
        taken.forEach(pool::release);
        assertEquals(0, pool.usedPercent());
    }

    @Test
    void shouldNeverExceedItsBudget() {
        final BlockPool pool = new BlockPool(3L * BlockPool.SLAB + 1);
        final List<Block> taken = new ArrayList<>();
        final Random random = new Random(1);
        long octets = 0;
        Block block = pool.tryTakeSmall();
        while (block != null) {
            taken.add(block);
            octets += block.capacity();
            assertEquals(octets, pool.inUseOctets());
            assertEquals(pool.budgetOctets() - octets, pool.availableOctets());
            block = random.nextBoolean() ? pool.tryTakeSmall() : pool.tryTakeLarge();
        }

        assertEquals(3L * BlockPool.SLAB, pool.budgetOctets());
        assertEquals(pool.budgetOctets(), octets);
        assertNull(pool.tryTakeSmall());
        assertNull(pool.tryTakeLarge());
        taken.forEach(pool::release);
        assertEquals(0, pool.inUseOctets());
    }

    @Test
    void shouldUseOneSlabAtLeast() {
        assertEquals(BlockPool.SLAB, new BlockPool(0).budgetOctets());
    }

    @Test
    void shouldHandOutTheOtherSizeWhenOneHasRunOut() {
        final BlockPool smallOnly = new BlockPool(BlockPool.SLAB);
        smallOnly.release(smallOnly.tryTakeSmall());
        assertEquals(Block.SMALL, smallOnly.tryTakeLarge().capacity());

        final BlockPool largeOnly = new BlockPool(BlockPool.SLAB);
        largeOnly.release(largeOnly.tryTakeLarge());
        assertEquals(Block.LARGE, largeOnly.tryTakeSmall().capacity());
    }

    @Test
    void shouldRefuseABlockReleasedTwice() {
        final BlockPool pool = new BlockPool(BlockPool.SLAB);
        final Block block = pool.tryTakeSmall();
        pool.release(block);

        assertThrows(IllegalStateException.class, () -> pool.release(block));
        assertEquals(0, pool.inUseOctets());
    }

    @Test
    void shouldHandOutTheBlockLastUsedFirst() {
        final BlockPool pool = new BlockPool(2L * BlockPool.SLAB);
        final Block first = pool.tryTakeSmall();
        final Block second = pool.tryTakeSmall();
        pool.release(first);
        pool.release(second);

        assertSame(second, pool.tryTakeSmall());
        assertSame(first, pool.tryTakeSmall());
    }

    @Test
    void shouldHandOutEachBlockOnce() {
        final BlockPool pool = new BlockPool(2L * BlockPool.SLAB);
        final Set<Block> taken = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 2 * BlockPool.SLAB / Block.SMALL; i++) {
            final Block block = pool.tryTakeSmall();
            assertNotNull(block);
            taken.add(block);
        }

        assertEquals(2 * BlockPool.SLAB / Block.SMALL, taken.size());
    }

    @Test
    void shouldHandOutBlocksEmptyAndUnlinked() {
        final BlockPool pool = new BlockPool(BlockPool.SLAB);
        final Block block = pool.tryTakeSmall();
        block.length(17);
        pool.release(block);

        final Block again = pool.tryTakeSmall();
        assertEquals(0, again.length());
        assertNull(again.next());
        assertEquals(Block.SMALL, again.remaining());
    }

    @Test
    void shouldKeepTheBufferStillWhileTheViewMoves() {
        final Block block = new BlockPool(BlockPool.SLAB).tryTakeSmall();
        block.ioView(100, 200);
        block.ioView(3000, 4000);
        block.ioView(5, 7);

        assertEquals(2, block.ioView(5, 7).remaining());
        assertEquals(0, block.buffer().position());
        assertEquals(Block.SMALL, block.buffer().limit());
    }

    @Test
    void shouldKeepAShareOfTheBudgetForEachSize() {
        final BlockPool pool = new BlockPool(4L * BlockPool.SLAB);
        final List<Block> taken = new ArrayList<>();
        while (pool.availableOctets() > BlockPool.SLAB) {
            taken.add(pool.tryTakeSmall());
        }
        final Block large = pool.tryTakeLarge();
        assertEquals(Block.LARGE, large.capacity());
        pool.release(large);

        // Small ones are still to be had, out of what is left.
        Block block;
        while ((block = pool.tryTakeSmall()) != null) {
            taken.add(block);
        }
        assertEquals(0, pool.availableOctets());
        taken.forEach(pool::release);
        assertEquals(pool.budgetOctets(), pool.availableOctets());
    }
}

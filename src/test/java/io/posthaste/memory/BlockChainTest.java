package io.posthaste.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BlockChainTest {
    private final BlockPool pool = new BlockPool(4L * BlockPool.SLAB);
    private final BlockChain chain = new BlockChain(pool);

    @Test
    void shouldBeEmptyAtFirst() {
        assertEquals(0, chain.length());
        assertNull(chain.head());
        assertNull(chain.tail());
        assertNull(chain.tailForRead());
    }

    @Test
    void shouldAppendAtEverySplitAroundABlocksEnd() {
        final byte[] octets = randomOctets(2 * Block.SMALL + 10);
        final ByteBuffer source = ByteBuffer.wrap(octets);
        for (int split = 0; split <= octets.length; split++) {
            assertTrue(chain.append(source, 0, split));
            assertTrue(chain.append(source, split, octets.length));
            assertArrayEquals(octets, octetsOf(chain), "split at " + split);
            chain.release();
        }
        assertEquals(0, pool.inUseOctets());
    }

    @Test
    void shouldGoOnWithLargeBlocksPastTheSmallOnes() {
        final byte[] octets = randomOctets(BlockChain.SMALL_CHAIN + Block.LARGE + 1);
        assertTrue(chain.append(ByteBuffer.wrap(octets), 0, octets.length));

        final List<Integer> capacities = new ArrayList<>();
        for (Block block = chain.head(); block != null; block = block.next()) {
            capacities.add(block.capacity());
        }
        assertEquals(List.of(Block.SMALL, Block.SMALL, Block.SMALL, Block.SMALL, Block.LARGE, Block.LARGE), capacities);
        assertArrayEquals(octets, octetsOf(chain));
    }

    @Test
    void shouldCountOctetsThatLieInPlaceAndMoveDownThoseThatDoNot() {
        fill(BlockChain.SMALL_CHAIN);
        final Block tail = chain.tailForRead();
        final byte[] read = randomOctets(300);
        tail.buffer().put(0, read);

        // 100 octets in place, 2 left out, the rest moved down over them; overlapping.
        assertTrue(chain.append(tail.buffer(), 0, 100));
        assertTrue(chain.append(tail.buffer(), 102, 300));

        assertSame(tail, chain.tail());
        assertEquals(298, tail.length());
        assertEquals(BlockChain.SMALL_CHAIN + 298, chain.length());
        final byte[] wanted = new byte[298];
        System.arraycopy(read, 0, wanted, 0, 100);
        System.arraycopy(read, 102, wanted, 100, 198);
        final byte[] all = octetsOf(chain);
        assertArrayEquals(wanted, Arrays.copyOfRange(all, BlockChain.SMALL_CHAIN, all.length));
    }

    @Test
    void shouldFillATailToItsLastOctetInPlace() {
        fill(BlockChain.SMALL_CHAIN);
        final Block tail = chain.tailForRead();
        assertTrue(chain.append(tail.buffer(), 0, 10));
        assertTrue(chain.append(tail.buffer(), 11, tail.capacity()));

        assertSame(tail, chain.tail());
        assertEquals(1, tail.remaining());
    }

    @Test
    void shouldOfferNoTailWhileTheChainIsShort() {
        fill(BlockChain.SMALL_CHAIN - 1);
        assertNull(chain.tailForRead());
        fill(1);
        assertEquals(Block.LARGE, chain.tailForRead().remaining());
    }

    @Test
    void shouldOfferTheSameTailWhileItHasRoomAndAFreshOneThen() {
        fill(BlockChain.SMALL_CHAIN);
        final Block tail = chain.tailForRead();
        fill(Block.LARGE - BlockChain.LEAST_READ);
        assertSame(tail, chain.tailForRead());
        fill(1);
        final Block fresh = chain.tailForRead();
        assertEquals(Block.LARGE, fresh.remaining());
        assertSame(fresh, tail.next());
        fill(3);
        assertEquals(BlockChain.LEAST_READ - 1, tail.remaining(), "what is left of a tail is not come back to");
    }

    @Test
    void shouldNotPileUpSmallBlocksWhenThereIsNoLargeOne() {
        final BlockPool small = new BlockPool(BlockPool.SLAB);
        final BlockChain starved = new BlockChain(small);
        final byte[] octets = randomOctets(BlockChain.SMALL_CHAIN);
        assertTrue(starved.append(ByteBuffer.wrap(octets), 0, octets.length));
        assertNull(starved.tailForRead());
        final long inUse = small.inUseOctets();

        for (int i = 0; i < 10; i++) {
            assertNull(starved.tailForRead());
            assertTrue(starved.append(ByteBuffer.wrap(octets), 0, 7));
        }

        assertEquals(inUse, small.inUseOctets());
        assertEquals(octets.length + 70, octetsOf(starved).length);
    }

    @Test
    void shouldTellWhenThePoolRunsOutAndGiveAllBack() {
        final BlockPool little = new BlockPool(BlockPool.SLAB);
        final BlockChain tooLong = new BlockChain(little);
        final ByteBuffer source = ByteBuffer.allocate(BlockPool.SLAB + 1);
        assertFalse(tooLong.append(source, 0, source.capacity()));
        assertEquals(0, little.availableOctets());

        tooLong.release();
        assertEquals(0, little.inUseOctets());
    }

    @Test
    void shouldReleaseTwiceWithoutHarmAndBeUsedAgain() {
        fill(100_000);
        chain.release();
        chain.release();
        assertEquals(0, chain.length());
        assertNull(chain.head());
        assertEquals(0, pool.inUseOctets());

        fill(5);
        assertNotNull(chain.head());
        assertEquals(5, chain.length());
    }

    private void fill(final int count) {
        assertTrue(chain.append(ByteBuffer.allocate(count), 0, count));
    }

    private static byte[] randomOctets(final int count) {
        final byte[] octets = new byte[count];
        new Random(count).nextBytes(octets);
        return octets;
    }

    private static byte[] octetsOf(final BlockChain chain) {
        final byte[] octets = new byte[(int) chain.length()];
        int offset = 0;
        for (Block block = chain.head(); block != null; block = block.next()) {
            block.buffer().get(0, octets, offset, block.length());
            offset += block.length();
        }
        assertEquals(octets.length, offset);
        return octets;
    }
}

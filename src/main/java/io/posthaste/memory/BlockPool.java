package io.posthaste.memory;

import java.nio.ByteBuffer;

/**
 * Blocks of two sizes within a fixed budget of direct memory.
 *
 * <p>The budget is divided into slabs of 1 MiB; a slab is allocated when it is first needed and cut into blocks of one
 * size, which it keeps: of every four slabs neither size gets the last one, so that a time of only small messages
 * cannot leave a server without large blocks. Memory is never given back and the budget never exceeded. Free blocks are stacked, so that the one taken next is the
 * one last used and still in the processor's cache. When blocks of the size asked for have run out, the other size is
 * handed out: callers look at {@link Block#capacity()}.
 *
 * <p>Called on the owning reactor's thread only; {@link #inUseOctets()} may be read by any thread and is then approximate.
 */
public final class BlockPool {
    /** Octets of a slab. */
    public static final int SLAB = 1024 * 1024;

    /** One part in this many of the slabs is kept from either size, for the other. */
    private static final int RESERVED_PART = 4;

    private static final int ALL_PERCENT = 100;

    private final long budgetOctets;
    private final long greatestShare;
    private long unallocatedSlabs;
    private long smallSlabs;
    private long largeSlabs;
    private long allocatedOctets;
    private Block freeSmall;
    private Block freeLarge;
    private long freeOctets;
    private long slabFailures;

    /** @param budgetOctets octets of direct memory this pool may use; rounded down to slabs, at least one */
    public BlockPool(final long budgetOctets) {
        unallocatedSlabs = Math.max(1, budgetOctets / SLAB);
        this.budgetOctets = unallocatedSlabs * SLAB;
        greatestShare = unallocatedSlabs - unallocatedSlabs / RESERVED_PART;
    }

    /** Takes a small block, or a large one when there is no small one; null when the budget is used up. */
    public Block tryTakeSmall() {
        if (freeSmall != null || allocateSlab(Block.SMALL)) {
            return popSmall();
        }
        return freeLarge != null || allocateSlab(Block.LARGE) ? popLarge() : null;
    }

    /** Takes a large block, or a small one when there is no large one; null when the budget is used up. */
    public Block tryTakeLarge() {
        if (freeLarge != null || allocateSlab(Block.LARGE)) {
            return popLarge();
        }
        return freeSmall != null || allocateSlab(Block.SMALL) ? popSmall() : null;
    }

    /** Takes the block back; the caller owns it no longer. */
    public void release(final Block block) {
        block.markFree();
        if (block.capacity() == Block.SMALL) {
            block.next(freeSmall);
            freeSmall = block;
        } else {
            block.next(freeLarge);
            freeLarge = block;
        }
        freeOctets += block.capacity();
    }

    /** Octets that can still be taken, in blocks of whatever size. */
    public long availableOctets() {
        return freeOctets + unallocatedSlabs * SLAB;
    }

    /** Octets in blocks that are taken. Zero when every block is home. */
    public long inUseOctets() {
        return allocatedOctets - freeOctets;
    }

    /** Octets taken from the machine so far: what is in use and what is free. As approximate as {@link #inUseOctets()}. */
    public long allocatedOctets() {
        return allocatedOctets;
    }

    /** Octets this pool may use in all. */
    public long budgetOctets() {
        return budgetOctets;
    }

    /** How much is in use of what can be: of the budget, without the slabs that the machine refused; 0 to 100. */
    public int usedPercent() {
        final long usableOctets = budgetOctets - slabFailures * SLAB;
        return usableOctets == 0 ? ALL_PERCENT : (int) (ALL_PERCENT * inUseOctets() / usableOctets);
    }

    /** Slabs within the budget that the machine refused; each one makes the usable budget smaller for good. */
    public long slabFailures() {
        return slabFailures;
    }

    private Block popSmall() {
        final Block block = freeSmall;
        freeSmall = block.next();
        return taken(block);
    }

    private Block popLarge() {
        final Block block = freeLarge;
        freeLarge = block.next();
        return taken(block);
    }

    private Block taken(final Block block) {
        freeOctets -= block.capacity();
        block.markTaken();
        return block;
    }

    private boolean allocateSlab(final int blockSize) {
        final long slabsOfSize = blockSize == Block.SMALL ? smallSlabs : largeSlabs;
        if (unallocatedSlabs == 0 || slabsOfSize >= greatestShare) {
            return false;
        }
        final ByteBuffer slab;
        try {
            slab = ByteBuffer.allocateDirect(SLAB);
        } catch (final OutOfMemoryError e) {
            // The budget promised more than the machine has: go on with what there is, the rest is refused with 452.
            slabFailures += unallocatedSlabs;
            unallocatedSlabs = 0;
            return false;
        }
        unallocatedSlabs--;
        smallSlabs += blockSize == Block.SMALL ? 1 : 0;
        largeSlabs += blockSize == Block.LARGE ? 1 : 0;
        allocatedOctets += SLAB;
        freeOctets += SLAB;
        for (int offset = SLAB - blockSize; offset >= 0; offset -= blockSize) {
            final Block block = new Block(slab.slice(offset, blockSize));
            if (blockSize == Block.SMALL) {
                block.next(freeSmall);
                freeSmall = block;
            } else {
                block.next(freeLarge);
                freeLarge = block;
            }
        }
        return true;
    }
}

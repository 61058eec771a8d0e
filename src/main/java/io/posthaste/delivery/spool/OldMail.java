package io.posthaste.delivery.spool;

import java.io.IOException;

/**
 * Forgets mail: deletes a segment that the {@link SpoolBudget} lets go, and the large contents that it names. Behind their
 * segment: a reader that misses a large content finds that the segment is gone. The preparer's thread and the parts' thread,
 * each for a segment that it has taken itself, while it is inside ({@link SpoolDirectory#enter}).
 */
final class OldMail {
    private final SpoolDirectory directory;
    private final SpoolFiles files;
    private final SpoolBudget budget;

    OldMail(final SpoolDirectory directory, final SpoolFiles files, final SpoolBudget budget) {
        this.directory = directory;
        this.files = files;
        this.budget = budget;
    }

    /** Deletes a segment that was taken from those with mail; when that fails it is one of them again. */
    void forget(final SpoolBudget.Oldest oldest) throws IOException {
        try {
            files.delete(SegmentFile.path(directory.path(), oldest.number()));
        } catch (final IOException | RuntimeException | Error e) {
            budget.giveOldestBack(oldest);
            throw e;
        }
        budget.deleted(oldest);
        directory.syncNames();
        forgetLarge(oldest.number());
    }

    /** Deletes the large contents of a segment whose name is durably gone. */
    void forgetLarge(final long number) throws IOException {
        if (budget.hasLarge(number)) {
            LargeNames.deleteAllOf(number, directory.path(), files);
            budget.largeDeleted(number);
        }
    }

    /**
     * Deletes the large contents that are left of segments which are gone, because something failed when they went.
     *
     * @return whether there were any
     */
    boolean forgetOrphans() throws IOException {
        boolean isAny = false;
        for (final long number : budget.orphaned()) {
            if (!isAny) {
                directory.syncNames();
                isAny = true;
            }
            forgetLarge(number);
        }
        return isAny;
    }
}

/**
 * The delivery that keeps each message as a file of a Maildir. Runs on a delivery thread, because it waits for the disk.
 * Uses {@code delivery}, {@code envelope} and {@code memory}.
 */
package io.posthaste.delivery.maildir;

/**
 * The delivery that calls the embedding program. Runs on a delivery thread, because the program's handler may block. Uses
 * {@code delivery} and {@code envelope}.
 */
package io.posthaste.delivery.handler;

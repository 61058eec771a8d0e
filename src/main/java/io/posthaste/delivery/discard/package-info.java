/** The delivery that keeps nothing. Runs on the reactor's thread. */
package io.posthaste.delivery.discard;

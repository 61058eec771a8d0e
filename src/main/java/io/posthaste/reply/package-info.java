/**
 * The catalogue of replies: every reply code with its meaning, when it is seen and how to fix it, and the pre-encoded replies themselves. Immutable after class initialisation, shared by all threads.
 *
 * <p>Uses Agrona only.
 */
package io.posthaste.reply;

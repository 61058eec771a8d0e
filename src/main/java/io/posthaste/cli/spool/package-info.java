/** The commands that read a spool: {@code posthaste spool list | show | cat | export | verify | stats}. */
package io.posthaste.cli.spool;

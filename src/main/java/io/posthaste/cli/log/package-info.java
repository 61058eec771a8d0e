/** The log as one JSON object a line: a backend of SLF4J for the runnable jar. Any thread. */
package io.posthaste.cli.log;

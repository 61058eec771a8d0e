package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.server.ServerConfig;
import io.posthaste.server.SmtpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What nobody says to {@code serve} is what nobody sets in a builder, whatever the options call it. */
final class ServeDefaultsTest {
    @Test
    void shouldBeThoseOfTheBuilder() {
        final CommandLine commandLine = Main.commandLine(
                new String[] {"serve"},
                Map.of(),
                new PrintWriter(new StringWriter()),
                new PrintWriter(new StringWriter()));
        commandLine.parseArgs("serve");
        final ServeCommand command = commandLine.getSubcommands().get("serve").getCommand();
        final ServerConfig told = command.builder().config();
        final ServerConfig own = SmtpServer.builder()
                .hostname(told.hostname()) // of the machine, as are the next two
                .reactors(told.reactors())
                .maxConnections(told.maxConnections())
                .logTransactions(true) // for people, as is the next
                .accessLog(100)
                .config();
        assertEquals(own, told);
    }
}

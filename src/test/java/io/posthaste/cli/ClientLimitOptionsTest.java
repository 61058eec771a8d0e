package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** From words to limits of clients. */
final class ClientLimitOptionsTest {
    private static ClientLimits parse(final ClientLimits defaults, final String... arguments) {
        final CommandLine commandLine = new CommandLine(CommandLine.Model.CommandSpec.create());
        final ClientLimitOptions options = new ClientLimitOptions();
        commandLine.getCommandSpec().addMixin("clients", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
        commandLine.parseArgs(arguments);
        return options.limits(defaults);
    }

    private static boolean isExempt(final ClientLimits limits, final String address) throws UnknownHostException {
        final InetAddress octets = InetAddress.getByName(address);
        return limits.exempt().stream().anyMatch(network -> network.contains(octets));
    }

    @Test
    void shouldLeaveTheDefaultsOfTheCommand() throws UnknownHostException {
        assertEquals(ClientLimits.DEFAULTS, parse(ClientLimits.DEFAULTS));
        assertEquals(ClientLimits.NONE, parse(ClientLimits.NONE));
        assertEquals(true, isExempt(parse(ClientLimits.DEFAULTS), "127.9.9.9"));
        assertEquals(true, isExempt(parse(ClientLimits.DEFAULTS), "::1"));
        assertEquals(false, isExempt(parse(ClientLimits.DEFAULTS), "10.0.0.1"));
    }

    @Test
    void shouldTakeWhatIsGiven() throws UnknownHostException {
        final ClientLimits limits = parse(
                ClientLimits.NONE,
                "--max-client-connections=1",
                "--max-client-connection-rate=2",
                "--max-client-message-rate=3",
                "--max-client-recipient-rate=4",
                "--max-client-auth-failure-rate=5",
                "--client-prefix-ipv4=24",
                "--client-prefix-ipv6=56",
                "--client-limits-exempt=10.0.0.0/8,192.0.2.1",
                "--client-limits-exempt=2001:db8::/32");
        assertEquals(new ClientLimits(1, 2, 3, 4, 5, 24, 56, limits.exempt()), limits);
        for (final String address : List.of("10.9.9.9", "192.0.2.1", "2001:db8::9")) {
            assertEquals(true, isExempt(limits, address), address);
        }
        assertEquals(false, isExempt(limits, "127.0.0.1"), "what is given replaces the default");
    }

    @Test
    void shouldExemptNobody() {
        assertEquals(
                ClientLimits.DEFAULTS.withExempt(List.<Network>of()),
                parse(ClientLimits.DEFAULTS, "--client-limits-exempt=none"));
    }

    @Test
    void shouldTurnOffWithZero() {
        assertEquals(
                ClientLimits.NONE,
                parse(
                        ClientLimits.DEFAULTS,
                        "--max-client-connections=0",
                        "--max-client-connection-rate=0",
                        "--max-client-message-rate=0",
                        "--max-client-recipient-rate=0",
                        "--max-client-auth-failure-rate=0"));
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        final ClientLimits none = ClientLimits.NONE;
        assertThrows(IllegalArgumentException.class, () -> parse(none, "--max-client-connections=-1"));
        assertThrows(IllegalArgumentException.class, () -> parse(none, "--client-prefix-ipv4=33"));
        assertThrows(IllegalArgumentException.class, () -> parse(none, "--client-prefix-ipv6=0"));
        assertThrows(IllegalArgumentException.class, () -> parse(none, "--client-limits-exempt=10/8"));
        assertThrows(ParameterException.class, () -> parse(none, "--max-client-message-rate=many"));
    }
}

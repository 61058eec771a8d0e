package io.posthaste.jmh;

import io.posthaste.policy.RecipientPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Whether mail for a domain is taken, asked for each RCPT; half of the domains asked for are. The baseline is a hash set of
 * strings in lower case.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecipientPolicyBenchmark {
    /** Domains that mail is taken for; those that are asked for and taken are the first of them. */
    @Param({"128", "10000"})
    public int domains;

    private final CommandLines asked = CommandLines.of(LineWriter::domain);
    private RecipientPolicy policy;
    private Set<String> strings;

    /** Both must take the same half. */
    @Setup
    public void fill() {
        final List<String> taken = new ArrayList<>();
        for (int i = 0; i < CommandLines.count(); i++) {
            asked.advance();
            if (i % 2 == 0) {
                taken.add(domain());
            }
        }
        while (taken.size() < domains) {
            taken.add("host" + taken.size() + ".example.org");
        }
        policy = RecipientPolicy.ofDomains(taken);
        strings = new HashSet<>(taken);
        for (int i = 0; i < CommandLines.count(); i++) {
            final boolean isTaken = accepted();
            if (isTaken != strings.contains(domain()) || isTaken != (i % 2 == 0)) {
                throw new IllegalStateException("the sets differ on " + domain());
            }
        }
    }

    /** One operation: one domain. */
    @Benchmark
    public boolean accepted() {
        asked.advance();
        return policy.decide(asked.buffer(), asked.from(), asked.from(), asked.to()) == RecipientPolicy.Decision.TAKEN;
    }

    /** One operation: as {@link #accepted}, by way of a String. */
    @Benchmark
    public boolean baselineAcceptedHashSet() {
        asked.advance();
        return strings.contains(domain().toLowerCase(Locale.ROOT));
    }

    private String domain() {
        return Octets.asString(asked.buffer(), asked.from(), asked.to());
    }
}

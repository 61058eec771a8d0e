import java.time.Duration;
import java.util.function.Supplier;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;
import org.reactivestreams.Publisher;

/** James asks for metrics; these count nothing, so that they cost nothing. */
final class NoMetrics implements MetricFactory {
    @Override
    public Metric generate(final String name) {
        return new NoMetric();
    }

    @Override
    public TimeMetric timer(final String name) {
        return new NoTimer(name);
    }

    @Override
    public <T> T decorateSupplierWithTimerMetric(final String name, final Supplier<T> operation) {
        return operation.get();
    }

    @Override
    public <T> T decorateSupplierWithTimerMetricLogP99(final String name, final Supplier<T> operation) {
        return operation.get();
    }

    @Override
    public <T> Publisher<T> decoratePublisherWithTimerMetric(final String name, final Publisher<T> publisher) {
        return publisher;
    }

    @Override
    public <T> Publisher<T> decoratePublisherWithTimerMetricLogP99(final String name, final Publisher<T> publisher) {
        return publisher;
    }

    private static final class NoMetric implements Metric {
        @Override
        public void increment() {}

        @Override
        public void decrement() {}

        @Override
        public void add(final int value) {}

        @Override
        public void remove(final int value) {}

        @Override
        public long getCount() {
            return 0;
        }
    }

    private static final class NoTimer implements TimeMetric {
        private final String name;

        NoTimer(final String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public ExecutionResult stopAndPublish() {
            return NoTime.INSTANCE;
        }
    }

    private enum NoTime implements TimeMetric.ExecutionResult {
        INSTANCE;

        @Override
        public Duration elasped() { // spelled so in James
            return Duration.ZERO;
        }

        @Override
        public TimeMetric.ExecutionResult logWhenExceedP99(final Duration threshold) {
            return this;
        }
    }
}

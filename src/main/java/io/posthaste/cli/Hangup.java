package io.posthaste.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGHUP, the signal by which people tell a server to load its files anew. */
final class Hangup {
    private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {}

    /**
     * Runs an action at each SIGHUP, on a thread of the Java runtime's, instead of ending the process. Where there is no such
     * signal nothing happens.
     */
    static void onEach(final Runnable action) {
        try {
            // By name: javac warns of these classes, though jdk.unsupported exports them for this very use.
            final Class<?> signal = Class.forName("sun.misc.Signal");
            final Class<?> handler = Class.forName("sun.misc.SignalHandler");
            final InvocationHandler run = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.run();
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "reload at SIGHUP";
            };
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance("HUP"),
                            Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, run));
        } catch (final ReflectiveOperationException | LinkageError e) {
            LOG.debug("no SIGHUP here: {}", e.toString());
        }
    }
}

package io.posthaste.reactor;

import io.posthaste.session.Session;
import java.lang.reflect.Field;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks into a reactor's connections over sockets, which tell nobody else what they wait for. On the reactor's thread. */
final class Inspection {
    private static final Field CONVERSATION = field(Session.class, "conversation");
    private static final Field COURSE = field(CONVERSATION.getType(), "course");
    private static final Field STATE = field(COURSE.getType(), "state");
    private static final Field SESSION = field(Connection.class, "session");
    private static final Field SELECTOR = field(Reactor.class, "selector");

    private Inspection() {}

    /** The names of all states of a session there are. */
    static Set<String> stateNames() {
        return Arrays.stream(STATE.getType().getEnumConstants())
                .map(Object::toString)
                .collect(Collectors.toSet());
    }

    /** The state of each open connection's session. */
    static List<String> states(final Reactor reactor) {
        return connectionKeys(reactor)
                .map(key -> value(value(value(value(key.attachment(), SESSION), CONVERSATION), COURSE), STATE)
                        .toString())
                .toList();
    }

    /** Open connections that are not read from, because the client does not take what was said. */
    static long heldUp(final Reactor reactor) {
        return connectionKeys(reactor)
                .filter(key -> key.interestOps() == SelectionKey.OP_WRITE)
                .count();
    }

    private static Stream<SelectionKey> connectionKeys(final Reactor reactor) {
        return ((Selector) value(reactor, SELECTOR))
                .keys().stream().filter(key -> key.isValid() && key.attachment() instanceof Connection);
    }

    private static Field field(final Class<?> type, final String name) {
        try {
            final Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (final NoSuchFieldException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static Object value(final Object owner, final Field field) {
        try {
            return field.get(owner);
        } catch (final IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}

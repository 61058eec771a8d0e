package io.posthaste.tls;

import java.util.List;

/** The JDK, which is always there. */
final class JdkProvider implements TlsProvider {
    @Override
    public String name() {
        return "the JDK";
    }

    @Override
    public String id() {
        return "jdk";
    }

    @Override
    public String version() {
        return System.getProperty("java.version");
    }

    @Override
    public void load() {}

    @Override
    public TlsEngines newEngines(final List<Identity> identities) {
        return new JdkEngines(identities);
    }
}

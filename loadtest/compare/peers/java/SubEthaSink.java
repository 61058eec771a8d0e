import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.server.SMTPServer;

/** SubEtha SMTP as a sink: reads every message to its end and keeps none. Usage: {@code SubEthaSink PORT CONNECTIONS}. */
public final class SubEthaSink {
    public static void main(final String[] args) throws IOException {
        SMTPServer.port(Integer.parseInt(args[0]))
                .bindAddress(InetAddress.getLoopbackAddress())
                .backlog(1024)
                .maxConnections(Integer.parseInt(args[1]))
                .maxMessageSize(36_700_160)
                .messageHandlerFactory(context -> new Discard())
                .build()
                .start();
    }

    private static final class Discard implements MessageHandler {
        private final byte[] buffer = new byte[8192];

        @Override
        public void from(final String from) {}

        @Override
        public void recipient(final String recipient) {}

        @Override
        public String data(final InputStream content) throws IOException {
            while (content.read(buffer) >= 0) {
                continue;
            }
            return null;
        }

        @Override
        public void done() {}
    }
}

import java.net.InetSocketAddress;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.netty.NettyServer;
import org.apache.james.protocols.smtp.MailEnvelope;
import org.apache.james.protocols.smtp.SMTPConfigurationImpl;
import org.apache.james.protocols.smtp.SMTPProtocol;
import org.apache.james.protocols.smtp.SMTPProtocolHandlerChain;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.MessageHook;
import org.apache.james.protocols.smtp.hook.RcptHook;

/** Apache James protocols on Netty as a sink: takes every recipient, keeps no message. Usage: {@code JamesSink PORT}. */
public final class JamesSink {
    public static void main(final String[] args) throws Exception {
        final SMTPProtocolHandlerChain chain = new SMTPProtocolHandlerChain(new NoMetrics(), new Discard());
        final NettyServer server = new NettyServer.Factory()
                .protocol(new SMTPProtocol(chain, new SMTPConfigurationImpl()))
                .build();
        server.setListenAddresses(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
        server.setBacklog(1024);
        server.bind();
        Thread.currentThread().join();
    }

    private static final class Discard implements RcptHook, MessageHook {
        @Override
        public HookResult doRcpt(final SMTPSession session, final MaybeSender sender, final MailAddress recipient) {
            return HookResult.OK;
        }

        @Override
        public HookResult onMessage(final SMTPSession session, final MailEnvelope envelope) {
            return HookResult.OK;
        }
    }
}

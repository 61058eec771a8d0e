"""All servers that the harness knows, in the order of the report's legend."""

from .managed_peers import Floor, Haraka, James, Posthaste, PosthasteMaildir, SmtpServer, SubEtha
from .native_peers import Aiosmtpd, GoSmtp, SmtpSink
from .postfix import Postfix

FLOOR = "floor"
SINK = "smtp-sink"
OURS = "posthaste"


def known(java):
    return [
        SmtpSink(),
        Floor(java),
        Posthaste(java),
        GoSmtp(),
        SmtpServer(),
        SubEtha(java),
        Haraka(),
        James(java),
        Aiosmtpd(),
        Postfix(),
        PosthasteMaildir(java),
    ]

"""All servers that the harness knows, in the order of the report's legend."""

from .managed_peers import Floor, Haraka, James, LogFloor, Posthaste, PosthasteMaildir, PosthasteOn25
from .managed_peers import PosthasteSpool, SmtpServer, SubEtha
from .native_peers import Aiosmtpd, GoSmtp, SmtpSink
from .postfix import Postfix

FLOOR = "floor"
SINK = "smtp-sink"
OURS = "posthaste"
OURS_25 = "posthaste-25"
LOG_FLOOR = "log-floor"
POSTFIX = "postfix"
SPOOL = "posthaste-spool"


def known(java):
    return [
        SmtpSink(),
        Floor(java),
        Posthaste(java),
        PosthasteOn25(),
        GoSmtp(),
        SmtpServer(),
        SubEtha(java),
        Haraka(),
        James(java),
        Aiosmtpd(),
        Postfix(),
        LogFloor(java),
        PosthasteMaildir(java),
        PosthasteSpool(java),
    ]

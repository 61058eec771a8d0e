"""Peers that run on a JVM or on Node, Posthaste among them."""

import glob
import json
import os
import shutil

from . import cache
from .native_peers import MOST_CONNECTIONS
from .peer import Java, Peer, find, first_line

# Those of ./posthaste, so that it is the code that is compared.
_LAUNCHER_FLAGS = ["-XX:+UseSerialGC", "-XX:-UsePerfData"]


class _OnJava(Peer):
    def __init__(self, java: Java):
        self._java = java

    def environment(self):
        return self._java.environment()


class Floor(_OnJava):
    name = "floor"
    title = "floor (NIO loop, parses nothing)"

    def missing(self):
        return None if find(str(self._java.program("javac"))) else "apt-get install openjdk-17-jdk-headless"

    def prepare(self, directory, port):
        cache.run_quietly([self._java.program("javac"), "--release", "17", "-d", directory, cache.PEERS / "Floor.java"])

    def command(self, directory, port):
        return [self._java.program("java"), *_LAUNCHER_FLAGS, "-cp", directory, "Floor", port]

    def version(self):
        return "loadtest/compare/peers/Floor.java, " + self._java.version()


class LogFloor(Floor):
    name = "log-floor"
    title = "log floor (the same, with a preallocated log)"
    acknowledgement = "fsync"

    def prepare(self, directory, port):
        sources = [cache.PEERS / "Floor.java", cache.PEERS / "LogFloor.java"]
        cache.run_quietly([self._java.program("javac"), "--release", "17", "-d", directory, *sources])

    def command(self, directory, port):
        return [self._java.program("java"), *_LAUNCHER_FLAGS, "-cp", directory, "LogFloor", port, directory / "log"]

    def version(self):
        return "loadtest/compare/peers/LogFloor.java, " + self._java.version()


class Posthaste(_OnJava):
    name = "posthaste"
    title = "posthaste sink"
    is_ours = True

    def missing(self):
        return None if find(str(self._java.program("java"))) else "apt-get install openjdk-17-jdk-headless maven"

    def command(self, directory, port):
        return [cache.HOME / "posthaste", "sink", *self._options(port)]

    @staticmethod
    def _options(port):
        return ["--listen", f"127.0.0.1:{port}", "--reactors", "1", "--max-connections", str(MOST_CONNECTIONS)]

    def version(self):
        return first_line([cache.HOME / "posthaste", "--version"]) + ", " + self._java.version()


class PosthasteOn25(Posthaste):
    """The same on the newer of the two Javas that it is tested on, wherever the others run."""

    name = "posthaste-25"
    title = "posthaste sink, Java 25"

    def __init__(self):
        self._home = _home_of_25()
        super().__init__(Java(self._home))

    def missing(self):
        return None if self._home else "set JAVA_25_HOME to a JDK 25"


def _home_of_25():
    """As .ci/run looks for it."""
    candidates = [os.environ.get("JAVA_25_HOME", ""), *sorted(glob.glob("/usr/lib/jvm/*25*"))]
    return next((home for home in candidates if home and _is_25(home)), None)


def _is_25(home):
    return '"25' in first_line([f"{home}/bin/java", "-version"])


class PosthasteMaildir(Posthaste):
    name = "posthaste-maildir"
    title = "posthaste serve, Maildir"
    acknowledgement = "fsync"

    def command(self, directory, port):
        return [cache.HOME / "posthaste", "serve", *self._options(port), "--deliver", f"maildir:{directory / 'mail'}"]

    def settle(self, directory):
        for path in (directory / "mail" / "new").glob("*"):
            path.unlink()


class PosthasteSpool(Posthaste):
    """Its segments are used again when the spool is full, as when everything has been forwarded."""

    name = "posthaste-spool"
    title = "posthaste serve, spool"
    acknowledgement = "fsync"

    def command(self, directory, port):
        spool = f"spool:{directory / 'spool'}?size=1g&retain=newest"
        return [cache.HOME / "posthaste", "serve", *self._options(port), "--deliver", spool]


class _FromMaven(_OnJava):
    def _home(self):
        return cache.place("java", *(cache.PEERS / "java").iterdir())

    def missing(self):
        return None if self._home().exists() else "--install builds it with Maven (loadtest/compare/peers/java)"

    def install(self):
        if self.missing():
            cache.make(self._home(), self._build)

    def _build(self, directory):
        pom = cache.PEERS / "java" / "pom.xml"
        cache.run(["mvn", "-B", "-ntp", "-q", "-f", pom, f"-Dpeers.build={directory}", "compile"])

    def _run(self, main, *arguments):
        path = f"{self._home() / 'classes'}:{self._home() / 'lib'}/*"
        return [self._java.program("java"), "-cp", path, main, *arguments]

    def _library(self, prefix):
        jar = next((self._home() / "lib").glob(prefix + "-[0-9]*.jar"))
        return f"{jar.stem}, {self._java.version()}"


class SubEtha(_FromMaven):
    name = "subetha"
    title = "SubEtha SMTP"

    def command(self, directory, port):
        return self._run("SubEthaSink", port, str(MOST_CONNECTIONS))

    def version(self):
        return self._library("subethasmtp")


class James(_FromMaven):
    name = "james"
    title = "James protocols (Netty)"

    def command(self, directory, port):
        return self._run("JamesSink", port)

    def version(self):
        return self._library("protocols-smtp")


class _FromNpm(Peer):
    package = ""

    def _home(self):
        return cache.place("npm", cache.PEERS / "npm" / "package.json")

    def missing(self):
        if not find("node"):
            return "apt-get install nodejs npm, then --install"
        return None if self._home().exists() else "--install gets it (npm)"

    def install(self):
        if not self._home().exists():
            cache.make(self._home(), self._build)

    @staticmethod
    def _build(directory):
        shutil.copy(cache.PEERS / "npm" / "package.json", directory)
        cache.run(["npm", "install", "--no-audit", "--no-fund"], directory)

    def environment(self):
        return {"NODE_PATH": str(self._home() / "node_modules")}

    def version(self):
        about = json.loads((self._home() / "node_modules" / self.package / "package.json").read_text())
        return f"{self.package} {about['version']}, Node {first_line(['node', '--version'])}"


class SmtpServer(_FromNpm):
    name = "smtp-server"
    title = "smtp-server (nodemailer)"
    package = "smtp-server"

    def command(self, directory, port):
        return ["node", cache.PEERS / "npm" / "smtp-server.js", port]


class Haraka(_FromNpm):
    name = "haraka"
    title = "Haraka"
    package = "Haraka"

    def prepare(self, directory, port):
        shutil.copytree(cache.PEERS / "haraka", directory, dirs_exist_ok=True)
        settings = directory / "config" / "smtp.ini"
        settings.write_text(settings.read_text().replace("@PORT@", str(port)))
        (directory / "queue").mkdir()
        # As `haraka -i` does: without its own file there it has no greeting, and dies at the first connection.
        shutil.copy(self._home() / "node_modules" / self.package / "config" / "connection.ini", directory / "config")

    def command(self, directory, port):
        return [self._home() / "node_modules" / ".bin" / "haraka", "-c", directory]

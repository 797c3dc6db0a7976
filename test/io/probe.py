#!/usr/bin/env python3
"""MX hosts of every kind on loopback, then the program given: folder of certificates, NAME=PORT ..."""
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import warnings

sys.dont_write_bytecode = True
import certs

warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.1 is what this is about

OFFER = ["mx.example.test greets you", "SIZE 1000", "STARTTLS"]
PLAIN = ["mx.example.test greets you", "SIZE 1000"]
AFTER = ["mx.example.test again", "REQUIRETLS"]


def context(folder, *names, kind="chain"):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for name in names:
        ctx.load_cert_chain("%s/%s.%s" % (folder, name, kind), "%s/%s.key" % (folder, name))
    return ctx


class Host:
    """One connection after the other each in a thread; `talk` is what kind of host it is."""

    def __init__(self, talk, family=socket.AF_INET):
        self.talk = talk
        self.listener = socket.socket(family)
        self.listener.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        try:
            self.talk(Talk(connection))
        except (OSError, EOFError):
            pass
        finally:
            connection.close()


class Talk:
    def __init__(self, connection):
        self.connection = connection
        self.pending = b""

    def say(self, code, *lines):
        self.raw("".join("%d%s%s\r\n" % (code, " " if i == len(lines) - 1 else "-", text)
                         for i, text in enumerate(lines)).encode())

    def raw(self, data):
        self.connection.sendall(data)

    def hear(self):
        while b"\n" not in self.pending:
            more = self.connection.recv(4096)
            if not more:
                raise EOFError
            self.pending += more
        line, self.pending = self.pending.split(b"\n", 1)
        return line.strip().decode()

    def until_quit(self):
        while True:
            line = self.hear()
            if line == "QUIT":
                self.say(221, "bye")
                return
            self.say(550 if line.startswith("RCPT") and "nobody" in line else 250, "2.0.0 ok: " + line)

    def start(self, offer=None):
        self.say(220, "mx.example.test ESMTP")
        assert self.hear().startswith("EHLO ")
        self.say(250, *(offer or OFFER))
        return self.hear()

    def secure(self, ctx):
        self.connection = ctx.wrap_socket(self.connection, server_side=True)

    def secured(self, ctx):
        """All of it, and well."""
        if self.start() == "STARTTLS":
            self.say(220, "go ahead")
            self.pending = b""
            self.secure(ctx)
            self.hear()
            self.say(250, *AFTER)
        self.until_quit()


def hosts(folder):
    def ctx(*names, **more):
        return context(folder, *names, **more)

    good, both, sni, old, new = ctx("good"), ctx("good", "rsa"), ctx("good"), ctx("rsa"), ctx("good")
    sni.sni_callback = lambda _sock, name, _ctx: None if name else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    new.minimum_version = ssl.TLSVersion.TLSv1_3
    silence = threading.Event()

    def offered(answer, then=None):
        def talk(t):
            t.start()
            answer(t)
            if then:
                then(t)
        return talk

    def go(raw=b""):
        return offered(lambda t: t.raw(b"220 go ahead\r\n" + raw), lambda t: silence.wait(8))

    def alert(t):
        t.connection.recv(4096)
        t.raw(b"\x15\x03\x03\x00\x02\x02\x28")

    def drip(t):
        while True:
            t.raw(b"220-wait\r\n")
            time.sleep(0.05)

    def vulnerable(t):
        t.start()
        early, t.pending = t.pending, b""
        t.say(220, "go ahead")
        t.secure(good)
        t.pending = early
        t.until_quit()

    def late(t):
        assert t.start(PLAIN).startswith("EHLO ")
        t.say(250, *OFFER)
        t.hear()
        t.say(220, "go ahead")
        t.secure(good)
        t.until_quit()

    def helo(t):
        t.say(220, "old")
        t.hear()
        t.say(502, "what?")
        t.until_quit()

    def at_once(c):
        def talk(t):
            t.secure(c)
            t.raw(t.connection.recv(100).upper())
        return talk

    def secured(c):
        return lambda t: t.secured(c)

    return {
        "good": secured(good), "rsa": secured(ctx("rsa")), "both": secured(both), "sni": secured(sni),
        "old": secured(old), "new": secured(new), "self": secured(ctx("self")), "mismatch": secured(ctx("mismatch")),
        "strange": secured(ctx("strange")), "nochain": secured(ctx("good", kind="pem")),
        "none": lambda t: (t.start(PLAIN), t.say(221, "bye")),
        "long": lambda t: (t.start(["mx"] + ["X%d" % i for i in range(198)] + ["STARTTLS"]), t.say(454, "no"),
                           t.until_quit()),
        "stripped": lambda t: (t.start(["mx", "XXXXXXXA"]), t.say(221, "bye")),
        "later": offered(lambda t: t.say(454, "4.7.0 TLS not available"), lambda t: t.until_quit()),
        "grey": lambda t: (t.say(450, "4.7.1 greylisted"), t.until_quit()),
        "away": lambda t: (t.say(554, "5.7.1 no dialups"), t.until_quit()),
        "junk": lambda t: t.raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
        "silent": lambda t: silence.wait(8), "drip": drip, "dropped": lambda t: None,
        "closed": offered(lambda t: t.say(220, "go ahead")), "closed_before": offered(lambda t: None),
        "mute": go(), "clear": go(b"250 what else\r\n"),
        "garbage": offered(lambda t: t.say(220, "go ahead"), lambda t: (t.connection.recv(4096), t.raw(b"HTTP/1.1 400 Bad\r\n"))),
        "alert": offered(lambda t: t.say(220, "go ahead"), alert),
        "tls_good": at_once(good), "tls_self": at_once(ctx("self")), "tls_old": at_once(old),
        "vulnerable": vulnerable, "late": late, "helo": helo,
    }


def closed_port():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
    s.close()
    return port


def full():
    """A host that answers no SYN, because nobody takes the connections that wait."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    waiting = [socket.socket() for _ in range(3)]
    for s in waiting:
        s.setblocking(False)
        s.connect_ex(listener.getsockname())
    return listener, waiting


with tempfile.TemporaryDirectory() as folder:
    certs.make(folder)
    ports = {name: Host(talk).port for name, talk in hosts(folder).items()}
    ports["refused"] = closed_port()
    crowd = full()
    ports["full"] = crowd[0].getsockname()[1]
    try:
        good = context(folder, "good")
        ports["six"] = Host(lambda t: t.secured(good), socket.AF_INET6).port
    except OSError:
        ports["six"] = 0
    status = subprocess.run(sys.argv[1:] + [folder] + ["%s=%d" % item for item in ports.items()],
                            check=False).returncode
sys.exit(status)

"""The odd MX hosts: what each kind says, in the order of the dialogue."""
import time

TLS_ALERT = b"\x15\x03\x03\x00\x02\x02"  # fatal; the description follows
HANDSHAKE_FAILURE, UNRECOGNIZED_NAME = b"\x28", b"\x70"

GREETINGS = {  # instead of 220
    "banner554": b"554 5.7.1 no mail from you\r\n",
    "banner421": b"421 4.3.2 too busy, come back later\r\n",
    "banner450": b"450 4.7.1 greylisted, try again in 300 seconds\r\n",
    "junk": b"\x00\x17\xffnot a mail server\xfe\r\n\x80\x81\r\n",
    "http": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "longline": b"220 " + b"x" * 20000 + b"\r\n",
    "nul": b"220 mx \x00\xe4\xf6\xfc ESMTP\r\n",
}
CLOSED_AFTER = ("banner554", "banner421", "banner450", "junk", "http")  # the greeting
NO_STARTTLS = ("nostarttls", "stripped", "heloonly")
ANSWERS = {  # to STARTTLS, instead of 220
    "starttls454": b"454 4.7.0 TLS not available due to local problem\r\n",
    "starttls500": b"500 5.5.1 command unrecognized\r\n",
    "nostarttls": b"502 5.5.1 not implemented\r\n",
    "stripped": b"502 5.5.1 not implemented\r\n",
    "heloonly": b"502 5.5.1 not implemented\r\n",
}


class Talk:
    """Lines in, bytes out, over plain TCP first and TLS later."""
    def __init__(self, sock):
        self.sock, self.bytes = sock, b""

    def say(self, *lines):
        self.sock.sendall(b"".join(lines))

    def line(self):
        """The next line without its end; None when there is none any more."""
        while b"\n" not in self.bytes:
            more = self.sock.recv(4096)
            if not more or len(self.bytes) > 65536:
                return None
            self.bytes += more
        line, _, self.bytes = self.bytes.partition(b"\n")
        return line.rstrip(b"\r")


def greet(talk, kind, host):
    """Say the greeting; False when that was all."""
    if kind == "closeatonce":
        return False
    if kind == "tarpit":
        time.sleep(30)
    if kind == "slowlines":
        for n in range(4):
            talk.say(b"220-%s line %d\r\n" % (host, n))
            time.sleep(1)
    talk.say(GREETINGS.get(kind, b"220 %s ESMTP odd\r\n" % host))
    return kind not in CLOSED_AFTER and kind != "closeafter220"


def ehlo(talk, kind, host, encrypted):
    """Answer EHLO; False to close."""
    if kind == "ehlo451":
        talk.say(b"451 4.7.1 greylisted, try again later\r\n")
        return True
    if kind == "heloonly" or kind == "noehlo2" and encrypted:
        talk.say(b"500 5.5.1 command unrecognized\r\n")
        return True
    lines = [host, b"PIPELINING", b"SIZE 10240000"]
    if kind == "longehlo":
        lines += [b"X-LINE-%d yes" % n for n in range(95)]
    if kind == "endlessehlo":
        for n in range(1000000):
            talk.say(b"250-X-LINE-%d %s\r\n" % (n, b"x" * 60) * 16)
    if kind == "stripped":
        lines.append(b"XXXXXXXA")
    elif kind not in NO_STARTTLS and not encrypted:
        lines.append(b"STARTTLS")
    lines.append(b"8BITMIME")
    talk.say(*(b"250-%s\r\n" % line for line in lines[:-1]), b"250 %s\r\n" % lines[-1])
    return True


def starttls(talk, plan):
    """Answer STARTTLS and do the handshake; False to close."""
    kind = plan["kind"]
    if kind in ANSWERS:
        talk.say(ANSWERS[kind])
        return True
    talk.say(b"220 2.0.0 ready to start TLS\r\n")
    if kind == "tlsdrop":
        talk.sock.recv(1)
        return False
    if kind == "tlsstall":
        while talk.sock.recv(4096):
            pass
        return False
    if kind == "tlsalert":
        talk.sock.recv(4096)
        talk.say(TLS_ALERT + HANDSHAKE_FAILURE)
        return False
    if kind == "tlsjunk":
        talk.sock.recv(4096)
        talk.say(b"500 what is this?\r\n")
        return False
    if kind != "inject":
        talk.bytes = b""
    talk.sock = plan["tls"].wrap_socket(talk.sock, server_side=True)
    return True


def serve(sock, plan):
    kind, host = plan["kind"], plan["host"].encode()
    talk, encrypted, going = Talk(sock), False, True
    if kind == "resetatonce":
        plan["reset"](sock)
        return
    if not greet(talk, kind, host):
        return
    while True:
        line = talk.line()
        if line is None:
            return
        verb = line.split(b" ")[0].upper()
        if verb == b"EHLO":
            going = ehlo(talk, kind, host, encrypted)
        elif verb == b"STARTTLS" and not encrypted:
            going = starttls(talk, plan)
            encrypted = going and kind not in ANSWERS
        elif verb == b"QUIT":
            talk.say(b"221 2.0.0 bye\r\n")
            return
        elif verb == b"DATA":
            talk.say(b"354 go on\r\n")
            while talk.line() not in (b".", None):
                pass
            talk.say(b"250 2.0.0 ok\r\n")
        elif verb in (b"HELO", b"MAIL", b"RCPT", b"RSET", b"NOOP"):
            talk.say(b"250 2.0.0 ok\r\n")
        else:
            talk.say(b"500 5.5.1 command unrecognized\r\n")
        if not going:
            return

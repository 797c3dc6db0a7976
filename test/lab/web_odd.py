"""The odd policy hosts: what each kind does to those who ask it for a policy."""
import time

from smtp_odd import HANDSHAKE_FAILURE, TLS_ALERT

HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def request(sock):
    """Read until the end of the request's head."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = sock.recv(4096)
        if not more:
            return
        got += more


def answer(sock, body, length=None):
    head = HEAD + "Content-Length: %d\r\nConnection: close\r\n\r\n" % (len(body) if length is None else length)
    sock.sendall((head + body).encode("latin-1"))


def before_tls(sock, plan):
    """Kinds that never come to HTTPS; True when that was one."""
    kind = plan["kind"]
    if kind == "stall":
        while sock.recv(4096):
            pass
    elif kind == "alert40":
        sock.recv(4096)
        sock.sendall(TLS_ALERT + HANDSHAKE_FAILURE)
    elif kind == "reset":
        sock.recv(1)
        plan["reset"](sock)
    elif kind == "plainhttp":
        sock.recv(4096)
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    else:
        return False
    return True


def drip(tls, policy):
    tls.sendall((HEAD + "Content-Length: %d\r\n\r\n" % len(policy)).encode())
    for c in policy:
        tls.sendall(c.encode("latin-1"))
        time.sleep(2)


def chunked(tls, policy):
    tls.sendall((HEAD + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n").encode())
    for line in policy.splitlines(keepends=True):
        tls.sendall(("%x\r\n%s\r\n" % (len(line), line)).encode("latin-1"))
    tls.sendall(b"0\r\n\r\n")


def endless(tls, policy):
    tls.sendall((HEAD + "Connection: close\r\n\r\n" + policy).encode("latin-1"))
    for _ in range(100000):
        tls.sendall(b"x-padding: 0123456789\r\n" * 64)


def change(tls, plan):
    plan["n"] += 1
    answer(tls, plan["policy"].replace("max_age: 604800", "max_age: %d" % (604800 + plan["n"])))


def serve(sock, plan):
    if before_tls(sock, plan):
        return
    kind, policy = plan["kind"], plan["policy"]
    tls = plan["tls"].wrap_socket(sock, server_side=True)
    tls.settimeout(150)
    request(tls)
    if kind == "slow":
        time.sleep(120)
        answer(tls, policy)
    elif kind == "slowok":
        time.sleep(7)
        answer(tls, policy)
    elif kind == "drip":
        drip(tls, policy)
    elif kind == "junk":
        tls.sendall(b"\x00\x01\x02 this is no HTTP\r\n" * 3)
    elif kind == "cut":
        answer(tls, policy[:-20], len(policy))
    elif kind == "chunked":
        chunked(tls, policy)
    elif kind == "change":
        change(tls, plan)
    elif kind == "endless":
        endless(tls, policy)
    elif kind != "close":
        answer(tls, policy)

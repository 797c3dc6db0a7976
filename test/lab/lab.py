"""Make the lab's world, start its servers and watch them: process 1 of the lab's own namespaces.

    lab.py CLIENT_FD      an open file that is the client's network namespace

Its files: /lab/src (this folder), /lab/world (made here, kept while nothing it was made from changes),
/lab/log, /lab/run (`ready` when all is up).  SIGHUP: read the zones anew and forget all answers.
"""
import hashlib
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

import certs
import servers
import zones
from world import NS1, World

SRC, MADE, LOG, RUN = "/lab/src", "/lab/world", "/lab/log", "/lab/run"
FRESH_S = 20 * 3600  # then the certificates' dates and the signatures want renewal
FROM = ("world.tbl", "world.py", "certs.py", "zones.py", "servers.py")
CLIENT, SERVER = ("192.0.2.2", "2001:db8::2"), ("192.0.2.1", "2001:db8::1")


def say(text):
    print("lab: " + text, file=sys.stderr, flush=True)


def die(text):
    say(text)
    with open(RUN + "/failed", "w", encoding="utf-8") as f:
        f.write(text + "\n")
    sys.exit(1)  # and with process 1 all others go


# ---- the world's files

def make_world():
    digest = hashlib.sha256(b"".join(certs.read("%s/%s" % (SRC, name)) for name in FROM)).hexdigest()
    stamp = MADE + "/made"
    if os.path.exists(stamp) and time.time() - os.path.getmtime(stamp) < FRESH_S:
        if certs.read(stamp).decode() == digest:
            return
    for entry in os.scandir(MADE):
        shutil.rmtree(entry) if entry.is_dir() else os.unlink(entry)
    world = World()
    servers.extra_certs(world)
    certs.make(world, MADE + "/certs")
    made = zones.Zones(world, MADE + "/zones", MADE + "/certs")
    made.make()
    servers.make(world, made, MADE)
    shutil.copy(MADE + "/certs/root.crt", MADE + "/ca.pem")
    certs.write(stamp, digest.encode())


# ---- the network

def ip(*args, **more):
    subprocess.run(["ip", *args], check=True, **more)


def network(client_fd):
    """A cable between the two namespaces; everything but the client's address is on our side."""
    ip("link", "set", "lo", "up")
    ip("link", "add", "s0", "type", "veth", "peer", "name", "c0", "netns", "/proc/self/fd/%d" % client_fd,
       pass_fds=[client_fd])
    for setting in ("core/somaxconn", "1024"), ("ipv4/ip_forward", "1"), ("ipv6/conf/all/forwarding", "1"):
        with open("/proc/sys/net/" + setting[0], "w", encoding="ascii") as f:  # a router says why it does not
            f.write(setting[1])
    for family in "-4", "-6":  # so that a rule can come before the addresses of one's own
        ip(family, "rule", "add", "pref", "100", "table", "local")
        ip(family, "rule", "del", "pref", "0")
    with open(MADE + "/network", encoding="ascii") as batch:
        ip("-batch", "-", stdin=batch)
    for address, length in zip(SERVER, ("/30", "/64")):
        ip("addr", "add", address + length, "dev", "s0", *(["nodad"] if ":" in address else []))
    ip("link", "set", "s0", "up")
    in_client(client_fd, client_side)


def client_side():
    ip("link", "set", "lo", "up")
    for address, length in zip(CLIENT, ("/30", "/64")):
        ip("addr", "add", address + length, "dev", "c0", *(["nodad"] if ":" in address else []))
    ip("link", "set", "c0", "up")
    for address in SERVER:
        ip(*(["-6"] if ":" in address else []), "route", "add", "default", "via", address)


def in_client(client_fd, do, wait=True):
    """Run `do` in a child that lives in the client's network namespace; its exit status, or its pid."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.setns(client_fd, os.CLONE_NEWNET)
            code = do() or 0
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] if wait else pid


# ---- the servers

def spawn(name, *command, **more):
    with open("%s/%s.log" % (LOG, name), "ab") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **more).pid


def start_unbound(client_fd):
    def run():
        log = os.open(LOG + "/unbound.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.execvp("unbound", ["unbound", "-d", "-p", "-c", MADE + "/unbound.conf"])
    return in_client(client_fd, run, wait=False)


def start(client_fd):
    """{pid: name} of all servers."""
    for folder in ("/run/postfix", "/run/postfix/queue", "/run/postfix/data"):
        os.makedirs(folder)
    os.chown("/run/postfix/data", pwd.getpwnam("postfix").pw_uid, 0)
    weak = dict(os.environ, OPENSSL_CONF=MADE + "/openssl.cnf")
    running = {spawn("nsd%d" % n, "nsd", "-d", "-c", "%s/nsd%d.conf" % (MADE, n)): "nsd%d" % n for n in (1, 2)}
    running[spawn("nginx", "nginx", "-c", MADE + "/nginx.conf", env=weak)] = "nginx"
    running[spawn("odd", sys.executable, SRC + "/odd.py", MADE + "/odd.json", env=weak)] = "odd"
    running[spawn("postfix", "postfix", "-c", MADE + "/postfix", "start-fg")] = "postfix"
    running[start_unbound(client_fd)] = "unbound"
    return running


def answers(name, server):
    """Does a name server answer the question for this name's SOA, with AD?"""
    question = struct.pack(">6H", 1, 0x0120, 1, 0, 0, 0)
    question += b"".join(bytes([len(x)]) + x.encode() for x in name.split(".")) + b"\0" + struct.pack(">2H", 6, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(1)
        try:
            s.sendto(question, (server, 53))
            flags = struct.unpack(">2H", s.recv(4096)[:4])[1]
        except OSError:
            return False
    return flags & 0x000F == 0 and (flags & 0x0020 or server != "127.0.0.1")


def accepts(address, port):
    try:
        socket.create_connection((address, port), 1).close()
        return True
    except OSError:
        return False


def await_all(client_fd, running, seconds=40):
    """Until each server answers; dies when one has died or the time is over."""
    world = World()
    first = {}
    for service in world.services:
        kind = service.server if service.server in ("nginx", "postfix", "refused", "blackhole", "alert") else "odd"
        first.setdefault(kind, (service.ips[0], 443 if service.host.startswith("mta-sts.") else 25))
    left = {
        "nsd1": lambda: answers("good.test", NS1[0]),
        "unbound": lambda: in_client(client_fd, lambda: 0 if answers("good.test", "127.0.0.1") else 1) == 0,
        "nginx": lambda: accepts(*first["nginx"]), "postfix": lambda: accepts(*first["postfix"]),
        "odd": lambda: accepts(*first["odd"]),
    }
    end = time.monotonic() + seconds
    while left:
        for name in list(left):
            if left[name]():
                del left[name]
        reap(running)
        if left and time.monotonic() > end:
            die("no answer from %s: see the logs in build/lab/log" % ", ".join(left))
        time.sleep(0.1)


def reap(running):
    """Take note of processes that ended; one of the servers is the end of the lab."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if pid in running:
            die("%s ended (status %d): see build/lab/log/%s.log" % (running[pid], status, running[pid]))


def main():
    client_fd = int(sys.argv[1])
    began = time.monotonic()
    make_world()
    made = time.monotonic()
    network(client_fd)
    running = start(client_fd)
    await_all(client_fd, running)
    say("world %.1f s, servers %.1f s" % (made - began, time.monotonic() - made))

    def renew(_signal, _frame):
        for pid, name in list(running.items()):
            if name == "unbound":
                del running[pid]
                os.kill(pid, signal.SIGKILL)
            elif name.startswith("nsd"):
                os.kill(pid, signal.SIGHUP)
        running[start_unbound(client_fd)] = "unbound"

    signal.signal(signal.SIGHUP, renew)
    with open(RUN + "/ready", "w", encoding="ascii"):
        pass
    while os.path.exists(RUN + "/ready"):  # whoever removes build/ ends the lab
        reap(running)
        time.sleep(1)


main()

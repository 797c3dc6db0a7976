"""Serve the lab's odd MX hosts and policy hosts: one thread for each connection, kinds by name.
Each connection is a line on stdout: when, host, address, how many to that host are open now.

    odd.py PLAN.json
"""
import json
import os
import resource
import socket
import ssl
import struct
import sys
import threading
import time

import smtp_odd
import web_odd

VERSIONS = {  # of TLS: lowest, highest
    "tls10": (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1),
    "tls11": (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1),
    "tls13": (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3),
    "alsotls10": (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_3),
}


def context(plan):
    """What its server does in the handshake; None when it has no certificate."""
    if not plan["certs"]:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.set_ciphers("ALL:@SECLEVEL=0")
    lowest, highest = VERSIONS.get(plan["kind"], (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3))
    made.minimum_version, made.maximum_version = lowest, highest
    for pem in plan["certs"]:
        made.load_cert_chain(pem)

    def by_name(_sock, name, _context):
        if plan["kind"] in ("snirequired", "snistrict") and name != plan["host"]:
            if name is not None or plan["kind"] == "snirequired":
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            _sock.context = plan["other"]
        return None

    made.sni_callback = by_name
    return made


def reset(sock):
    """Close with a TCP reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def one(serve, sock, plan):
    plan["open"] += 1
    print("%.3f %s %s open=%d" % (time.time(), plan["host"], sock.getsockname()[0], plan["open"]), flush=True)
    sock.settimeout(150)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        serve(sock, plan)
    except (OSError, ValueError):  # the other went away, or its TLS was not to our taste
        pass
    finally:
        plan["open"] -= 1
        sock.close()


def listen(ip, plan):
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    listening = socket.create_server((ip, plan["port"]), family=family, backlog=256)
    serve = (smtp_odd if plan["port"] == 25 else web_odd).serve

    def accept():
        while True:
            sock, _ = listening.accept()
            threading.Thread(target=one, args=(serve, sock, plan), daemon=True).start()

    threading.Thread(target=accept).start()


def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    threading.stack_size(256 * 1024)
    with open(sys.argv[1], encoding="utf-8") as f:
        plans = json.load(f)
    stranger = os.path.join(os.path.dirname(sys.argv[1]), "certs/mx.badcert.test+self.pem")
    other = context({"kind": "", "certs": [stranger]})
    for plan in plans:
        plan["tls"], plan["other"], plan["reset"] = context(plan), other, reset
        plan["n"] = plan["open"] = 0
        for ip in plan["ips"]:
            listen(ip, plan)


main()

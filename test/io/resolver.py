#!/usr/bin/env python3
"""Run a test program against name servers on loopback that answer as the name asks them to.

resolver.py PROGRAM: starts three servers, runs PROGRAM with their ports (the third is silent).
"""
import socket
import struct
import subprocess
import sys
import threading

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, DS, TLSA, CAA = 1, 2, 5, 6, 12, 15, 16, 28, 43, 52, 257
NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5


def name(text):
    out = b''
    for label in text.rstrip('.').split('.'):
        if label:
            out += bytes([len(label)]) + label.encode()
    return out + b'\0'


def rr(owner, kind, rdata, ttl=300):
    return name(owner) + struct.pack('>HHIH', kind, 1, ttl, len(rdata)) + rdata


def txt(*strings):
    return b''.join(bytes([len(s)]) + s.encode() for s in strings)


def soa(owner, minimum=60):
    return rr(owner, SOA, name('ns.test') + name('mail.test') + struct.pack('>5I', 7, 1, 1, 1, minimum))


def opt(ede=None):
    option = b''
    if ede:
        info = struct.pack('>H', ede[0]) + ede[1]
        option = struct.pack('>HH', 15, len(info)) + info
    return b'\0' + struct.pack('>HHIH', 41, 1232, 0, len(option)) + option


class Server:
    def __init__(self, number):
        self.number = number
        self.asked = {}
        for _ in range(20):
            self.tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self.tcp.bind(('127.0.0.1', 0))
            self.port = self.tcp.getsockname()[1]
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                self.udp.bind(('127.0.0.1', self.port))
                break
            except OSError:
                continue
        self.tcp.listen(16)

    def start(self):
        threading.Thread(target=self.serve_udp, daemon=True).start()
        threading.Thread(target=self.serve_tcp, daemon=True).start()
        return self

    def serve_udp(self):
        while True:
            query, peer = self.udp.recvfrom(4096)
            reply = self.answer(query, False)
            if reply:
                self.udp.sendto(reply, peer)

    def serve_tcp(self):
        while True:
            peer, _ = self.tcp.accept()
            with peer:
                head = peer.recv(2)
                query = peer.recv(struct.unpack('>H', head)[0])
                reply = self.answer(query, True)
                if reply:
                    peer.sendall(struct.pack('>H', len(reply)) + reply)
                peer.recv(1)

    def answer(self, query, is_tcp):
        ident, flags = struct.unpack('>HH', query[:4])
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
            at += 1 + query[at]
        question = query[12:at + 5]
        kind = struct.unpack('>H', query[at + 1:at + 3])[0]
        owner = '.'.join(labels)
        first = labels[0] if labels else ''
        self.asked[owner] = self.asked.get(owner, 0) + 1
        said = self.say(first, owner, kind, flags, is_tcp, self.asked[owner])
        if said is None or isinstance(said, bytes):
            return said and query[:2] + said + question
        rcode, answers, authority, more = said
        out_flags = (0x8080 | (flags & 0x0100) | rcode) ^ more.get('flags', 0)
        counts = more.get('counts', (1, len(answers), len(authority), 1))
        return (struct.pack('>HH4H', ident, out_flags, *counts) + question + b''.join(answers) +
                b''.join(authority) + opt(more.get('ede')))

    def say(self, first, owner, kind, flags, is_tcp, times):
        found = (NOERROR, [rr(owner, TXT, txt('v=STSv1; ', 'id=1'))], [], {})
        denied = [soa('test')]
        if first == 'silent' or self.number == 3:
            return None
        if first == 'here' or (self.number == 2 and first in ('elsewhere', 'half')):
            return found
        if first == 'elsewhere':
            return SERVFAIL, [], [], {}
        if first == 'half':
            return None
        if first == 'nodata':
            return NOERROR, [], denied, {}
        if first == 'bare':
            return NOERROR, [], [], {}
        if first == 'nx':
            return NXDOMAIN, [], denied, {}
        if first == 'servfail':
            return SERVFAIL, [], [], {}
        if first == 'unreachable':
            return SERVFAIL, [], [], {'ede': (22, b'nobody \x1b home')}
        if first == 'refused':
            return REFUSED, [], [], {}
        if first == 'bogus':
            return SERVFAIL, [], [], {'ede': (7, b'expired')}
        if first == 'unsigned':  # only validation fails, and nobody says so
            return found if flags & 0x10 else (SERVFAIL, [], [], {})
        if first == 'flaky':
            return found if times > 1 else (SERVFAIL, [], [], {})
        if first == 'ad':
            return NOERROR, found[1], [], {'flags': flags & 0x20}
        if first == 'adnx':
            return NXDOMAIN, [], denied, {'flags': flags & 0x20}
        if first == 'large':
            if not is_tcp:
                return NOERROR, [], [], {'flags': 0x0200}
            return NOERROR, [rr(owner, TXT, txt('%05d' % i + 'x' * 200)) for i in range(200)], [], {}
        if first == 'cuttcp':
            return NOERROR, [], [], {'flags': 0x0200}
        if first == 'junk':
            return b'\x80\x80\0\1\0\7\0\0\0\0'
        if first == 'counts':
            return NOERROR, found[1], [], {'counts': (1, 2, 0, 1)}
        if first == 'other':
            return NOERROR, [rr('x.test', TXT, txt('v=STSv1; id=1;'))], denied, {}
        if first == 'lame':
            return NOERROR, [], [rr('test', NS, name('ns.test'))], {'flags': 0x80}
        if first.startswith('chain'):
            n = int(first[5:])
            links = [rr('l%d.test' % i if i else owner, CNAME, name('l%d.test' % (i + 1)), 300 - i)
                     for i in range(n)]
            return NOERROR, links + [rr('l%d.test' % n, TXT, txt('end'))], [], {}
        if first == 'dangling':
            return NXDOMAIN, [rr(owner, CNAME, name('gone.provider.test'))], denied, {}
        if first == 'loop':
            return NOERROR, [rr(owner, CNAME, name('b.test')), rr('b.test', CNAME, name(owner))], [], {}
        if first == 'cname':
            return NOERROR, [rr(owner, CNAME, name('Target.Test'))], [], {}
        if first == 'brief':
            return NOERROR, [rr(owner, TXT, txt('brief'), 1)], [], {}
        if first == 'count':
            return NOERROR, [rr(owner, TXT, txt(str(times)), 0 if 'zero' in owner else 300)], [], {}
        if first == 'rd':
            return NOERROR, [rr(owner, TXT, txt('rd' if flags & 0x100 else 'no rd'))], [], {'flags': 0x400}
        if first == 'slow':
            threading.Event().wait(0.05)
            return NOERROR, [rr(owner, TXT, txt(str(times)))], [], {}
        if first == 'bulk':
            return NOERROR, [rr(owner, TXT, txt(owner))], [], {}
        return {
            MX: (NOERROR, [rr(owner, MX, b'\0\x0a' + name('MX1.Test')), rr(owner, MX, b'\0\0\0')], [], {}),
            A: (NOERROR, [rr(owner, A, bytes([192, 0, 2, 1]), 9)], [], {}),
            AAAA: (NOERROR, [rr(owner, AAAA, b'\x20\x01\x0d\xb8' + bytes(11) + b'\1')], [], {}),
            TLSA: (NOERROR, [rr(owner, TLSA, b'\3\1\1' + bytes(32))], [], {}),
            CAA: (NOERROR, [rr(owner, CAA, b'\0\5issueca.test')], [], {}),
            SOA: (NOERROR, [soa(owner)], [], {}),
            NS: (NOERROR, [rr(owner, NS, name('ns.test'))], [], {}),
            PTR: (NOERROR, [rr(owner, PTR, name('host.test'))], [], {}),
            DS: (NOERROR, [rr(owner, DS, b'\0\1\x0d\2' + bytes(32))], [], {}),
        }.get(kind, (NOERROR, [], denied, {}))


servers = [Server(i).start() for i in (1, 2, 3)]
dead = Server(4)
dead.udp.close()
dead.tcp.close()
sys.exit(subprocess.run(sys.argv[1:] + [str(s.port) for s in servers + [dead]], check=False).returncode)

#!/usr/bin/env python3
"""Run a test program against a policy host on loopback that answers as its name asks it to.

fetch.py PROGRAM: makes a CA and certificates, then runs PROGRAM CA-FILE and the ports of servers that
speak TLS, speak TLS 1.1, want a client's certificate, speak plain HTTP, hang up, are silent, are not there, and take no connection.
"""
import gzip
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import warnings

warnings.simplefilter("ignore", DeprecationWarning)  # old TLS is the point
POLICY = b'version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmax_age: 604800\r\n'
GOOD = ['good', 'http10', 'chunked', '404', '204', '301', 'large', 'exact', 'endless', 'drip', 'stall', 'html', 'gzip',
        'short', 'gone', 'junk', 'fields', 'heads', 'interim', '500', 'odd', 'none', 'alert', 'client', 'tls11', 'quiet',
        'closed']
CONF = """
[ca]
default_ca = here
[here]
dir = .
database = index
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = optional
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:true
"""


def openssl(*words):
    subprocess.run(('openssl',) + words, check=True, capture_output=True)


class Certificates:
    def __init__(self, folder):
        os.chdir(folder)
        with open('conf', 'w', encoding='ascii') as f:
            f.write(CONF)
        open('index', 'w', encoding='ascii').close()
        with open('serial', 'w', encoding='ascii') as f:
            f.write('1000\n')
        openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'ca.key')
        openssl('req', '-x509', '-new', '-key', 'ca.key', '-subj', '/CN=Test CA', '-days', '3650', '-config', 'conf',
                '-extensions', 'root', '-out', 'ca.pem')
        openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'host.key')

    def context(self, what, names, begin='20200101000000Z', end='20490101000000Z', common='host'):
        extra = ['-addext', 'subjectAltName=' + ','.join('DNS:' + n for n in names)] if names else []
        openssl('req', '-new', '-key', 'host.key', '-subj', '/CN=' + common, '-config', 'conf', '-out', what + '.csr',
                *extra)
        openssl('ca', '-batch', '-config', 'conf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-in', what + '.csr',
                '-startdate', begin, '-enddate', end, '-notext', '-out', what + '.pem')
        return self.load(what + '.pem')

    def self_signed(self, name):
        openssl('req', '-x509', '-new', '-key', 'host.key', '-subj', '/CN=' + name, '-days', '30', '-config', 'conf',
                '-addext', 'subjectAltName=DNS:' + name, '-out', 'self.pem')
        return self.load('self.pem')

    @staticmethod
    def load(path):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path, 'host.key')
        return context


def host(what):
    return 'mta-sts.%s.test' % what


def contexts(made):
    good = made.context('good', [host(g) for g in GOOD])
    by_name = {host(g): good for g in GOOD}
    old = made.context('tls11', [host('tls11')])
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers('ALL:@SECLEVEL=0')
    client = made.context('client', [host('client')])
    client.verify_mode = ssl.CERT_REQUIRED
    client.load_verify_locations('ca.pem')
    by_name.update({
        host('tls11'): old,
        host('client'): client,
        host('wrong'): made.context('wrong', ['www.wrong.test', 'wrong.test']),
        host('expired'): made.context('expired', [host('expired')], end='20210101000000Z'),
        host('notyet'): made.context('notyet', [host('notyet')], begin='20480101000000Z'),
        host('both'): made.context('both', ['www.both.test'], end='20210101000000Z'),
        host('self'): made.self_signed(host('self')),
        host('cnonly'): made.context('cnonly', [], common=host('cnonly')),
        host('wild'): made.context('wild', ['*.wild.test']),
        host('partial'): made.context('partial', ['mta*.partial.test']),
        host('deep'): made.context('deep', ['*.test']),
    })
    return by_name


def reply(status, body=b'', fields=(), length=True):
    lines = ['HTTP/1.1 ' + status] + list(fields) + ['Connection: close']
    if length:
        lines.append('Content-Length: %d' % len(body))
    return '\r\n'.join(lines).encode() + b'\r\n\r\n' + body


def taken(peer, lines, fields, rest):
    """The answer to a report: 201 when it is asked for well and nothing is in the gzip file."""
    while len(rest) < int(fields.get('content-length', 0)):
        rest += peer.recv(4096)
    well = (lines[0] == 'POST /v1/reports?k=1 HTTP/1.1' and fields.get('content-type') == 'application/tlsrpt+gzip' and
            'expect' not in fields and gzip.decompress(rest) == b'')
    return reply('201 Created' if well else '400 Bad')


def answer(peer, name, request):
    what = name.split('.')[1] if name else ''
    plain = ['Content-Type: text/plain; charset=utf-8']
    head, _, rest = request.partition(b'\r\n\r\n')
    lines = head.decode('latin-1').split('\r\n')
    fields = {k.lower(): v for k, _, v in (line.partition(': ') for line in lines[1:])}
    asked_well = (lines[0] == 'GET /.well-known/mta-sts.txt HTTP/1.1' and fields.get('host') == (name or host('good')) and
                  'accept-encoding' not in fields and 'cookie' not in fields and
                  fields.get('user-agent') == 'postseal-test')
    simple = {
        '404': reply('404 Not Found', b'x' * 9000, ['Content-Type: text/html']),
        '204': reply('204 No Content', length=False),
        '301': reply('301 Moved', b'', ['Location: https://www.301.test/\x1b[31m']),
        '500': reply('500 Oops', b'no', plain),
        'large': reply('200 OK', b'#' * 65537, plain),
        'exact': reply('200 OK', b'#' * 65536, plain),
        'html': reply('200 OK', POLICY, ['Content-Type: text/html']),
        'none': reply('200 OK', POLICY),
        'gzip': reply('200 OK', gzip.compress(POLICY), plain + ['Content-Encoding: gzip']),
        'short': reply('200 OK', POLICY, plain).replace(b'Length: ', b'Length: 9'),
        'fields': reply('200 OK', POLICY, plain + ['Age: 3600', 'CACHE-CONTROL:  max-age=86400 ']),
        'heads': b'HTTP/1.1 200 OK\r\n' + b'X-Fill: ' + b'y' * 1000 + b'\r\n' + (b'X: ' + b'z' * 996 + b'\r\n') * 99,
        'interim': b'HTTP/1.1 103 Early Hints\r\nContent-Type: text/html\r\nAge: 1\r\n\r\n' +
                   reply('200 OK', POLICY, plain),
        'odd': b'HTTP/1.1 20 OK\r\n\r\n',
        'junk': b'220 mail.example.com ESMTP\r\n',
        'chunked': b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n' +
                   b'%x\r\n' % len(POLICY) + POLICY + b'\r\n0\r\n\r\n',
        'http10': b'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n' + POLICY,
    }
    if lines[0].startswith('POST'):
        peer.sendall(taken(peer, lines, fields, rest))
    elif what in simple:
        peer.sendall(simple[what])
    elif what == 'endless':
        peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n')
        while True:
            peer.sendall(b'#' * 4096)
    elif what == 'drip':
        peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n')
        while True:
            peer.sendall(b'#')
            time.sleep(0.02)
    elif what == 'stall':
        time.sleep(5)
    elif what == 'gone':
        pass
    else:
        peer.sendall(reply('200 OK' if asked_well else '400 Bad', POLICY, plain))


class Policies:
    def __init__(self, by_name, first):
        self.by_name = by_name
        self.base = by_name[host(first)]
        if first == 'good':
            self.base.sni_callback = self.choose
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def choose(self, sock, name, _):
        sock.policy_name = name
        if name == host('alert'):
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        if name in self.by_name:
            sock.context = self.by_name[name]
        return None

    def serve(self):
        while True:
            peer, _ = self.listener.accept()
            threading.Thread(target=self.talk, args=(peer,), daemon=True).start()

    def talk(self, peer):
        try:
            secure = self.base.wrap_socket(peer, server_side=True)
            request = b''
            while b'\r\n\r\n' not in request:
                got = secure.recv(4096)
                if not got:
                    return
                request += got
            answer(secure, getattr(secure, 'policy_name', ''), request)
            try:
                secure.unwrap()
            except (OSError, ValueError):
                pass
        except (OSError, ValueError):
            pass
        finally:
            peer.close()


class Plain:
    """Accepts, perhaps says something, and hangs up or is silent."""

    def __init__(self, text):
        self.text = text
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.peers = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer, _ = self.listener.accept()
            if self.text is None:
                self.peers.append(peer)
                continue
            if self.text:
                request = peer.recv(4096)
                asked = request.startswith(b'GET /ca/issuer.der?v=1 HTTP/1.1\r\nHost: mta-sts.good.test:%d\r\n'
                                           % self.port)
                text = reply('200 OK', b'a certificate') if asked else self.text
                peer.sendall(reply('200 OK', b'#' * 70000) if request.startswith(b'GET /large ') else text)
            peer.close()


def full():
    """A listener whose queue is full: SYNs get no answer."""
    listener = socket.socket()
    listener.bind(('127.0.0.1', 0))
    listener.listen(0)
    peers = []
    for _ in range(4):
        peer = socket.socket()
        peer.setblocking(False)
        try:
            peer.connect(listener.getsockname())
        except BlockingIOError:
            pass
        peers.append(peer)
    return listener, peers


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        by_name = contexts(Certificates(folder))
        ports = [Policies(by_name, 'good').port, Policies(by_name, 'tls11').port,
                 Policies(by_name, 'client').port, Plain(b'HTTP/1.1 400 Bad\r\n\r\n').port,
                 Plain(b'').port, Plain(None).port]
        dead = socket.create_server(('127.0.0.1', 0))
        ports.append(dead.getsockname()[1])
        dead.close()
        stuck, _peers = full()
        ports.append(stuck.getsockname()[1])
        env = dict(os.environ, https_proxy='http://127.0.0.1:1', HTTPS_PROXY='http://127.0.0.1:1')
        code = subprocess.run([program, 'ca.pem'] + sys.argv[2:] + [str(p) for p in ports], check=False,
                              env=env).returncode
        os.chdir('/')
    sys.exit(code)


main()

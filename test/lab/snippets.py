#!/usr/bin/env python3
"""Ask a web server on loopback for the policies of one.test and two.test, and for everything else.  TAP.

snippets.py SERVER ROOT CA: ROOT/DOMAIN/.well-known/mta-sts.txt is what it must serve; CA are the
certificates.  One line "ok" or "not ok" for the server, with what was wrong.
"""
import socket
import ssl
import sys
import time
import warnings

warnings.simplefilter('ignore', DeprecationWarning)  # old TLS is to be refused
PATH = '/.well-known/mta-sts.txt'
server, root, ca = sys.argv[1:4]
wrong = []


def connect(port, seconds=10):
    end = time.monotonic() + seconds
    while True:
        try:
            return socket.create_connection(('127.0.0.1', port), timeout=5)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def ask(domain, path, port=443, method='GET', more='', version=None):
    """(status, header fields, body) of one request, as bytes come."""
    host = 'mta-sts.' + domain
    stream = connect(port)
    if port == 443:
        context = ssl.create_default_context(cafile=ca)
        if version:
            context.minimum_version = context.maximum_version = version
            context.set_ciphers('DEFAULT:@SECLEVEL=0')
        stream = context.wrap_socket(stream, server_hostname=host)
    with stream:
        stream.sendall(('%s %s HTTP/1.1\r\nHost: %s\r\n%sConnection: close\r\n\r\n' % (method, path, host, more)).encode())
        reply = b''
        while True:
            try:
                part = stream.recv(65536)
            except ssl.SSLEOFError:
                break
            if not part:
                break
            reply += part
    head, _, body = reply.partition(b'\r\n\r\n')
    lines = head.decode().split('\r\n')
    fields = {k.strip().lower(): v.strip() for k, _, v in (line.partition(':') for line in lines[1:])}
    if not lines[0].startswith('HTTP/1.1 '):
        raise OSError('no HTTP/1.1: ' + lines[0])
    return int(lines[0].split()[1]), fields, body


def expect(what, got, want):
    if got != want:
        wrong.append('%s: %r, not %r' % (what, got, want))


def policy_of(domain):
    with open('%s/%s%s' % (root, domain, PATH), 'rb') as f:
        return f.read()


def judge(domain):
    for more in ('', 'Accept-Encoding: gzip, br, zstd\r\n', 'User-Agent: x\r\n'):
        status, fields, body = ask(domain, PATH, more=more)
        expect(domain + ' status', status, 200)  # [STS-3.3-f]
        expect(domain + ' body', body, policy_of(domain))
        expect(domain + ' type', fields.get('content-type', '').split(';')[0], 'text/plain')
        expect(domain + ' encoding', fields.get('content-encoding'), None)
        expect(domain + ' length', fields.get('content-length'), str(len(body)))
        expect(domain + ' cache', fields.get('cache-control'), 'max-age=60')  # [STS-8.2-b]
    expect(domain + ' HEAD', ask(domain, PATH, method='HEAD')[::2], (200, b''))
    for path in ('/', '/.well-known/', '/.well-known', '/mta-sts.txt', PATH + '/', PATH + 'x', PATH.upper(),
                 '/.well-known/acme-challenge/token', '/x' + PATH):
        expect(domain + path, ask(domain, path)[0], 404)
    expect(domain + ' TLS 1.2', ask(domain, PATH, version=ssl.TLSVersion.TLSv1_2)[0], 200)
    expect(domain + ' TLS 1.3', ask(domain, PATH, version=ssl.TLSVersion.TLSv1_3)[0], 200)
    try:
        ask(domain, PATH, version=ssl.TLSVersion.TLSv1_1)
        wrong.append(domain + ' speaks TLS 1.1')
    except (ssl.SSLError, ConnectionError):
        pass
    for path in (PATH, '/', '/.well-known/acme-challenge/nothing'):  # nothing is redirected [STS-3.3-g]
        expect(domain + ' port 80 ' + path, ask(domain, path, port=80)[0], 404)
    if server != 'caddy':  # does ACME by itself
        expect(domain + ' port 80 token', ask(domain, '/.well-known/acme-challenge/token', port=80)[::2],
               (200, b'token of %s\n' % domain.encode()))


try:
    connect(443).close()
    for name in ('one.test', 'two.test'):
        judge(name)
except OSError as e:
    wrong.append('%s: %s' % (type(e).__name__, e))
print('%sok - %s serves policies as its snippet says' % ('not ' if wrong else '', server))
for line in wrong:
    print('#   ' + line)
sys.exit(bool(wrong))

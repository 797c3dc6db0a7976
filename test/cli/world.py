#!/usr/bin/env python3
"""Run a .cli script in a small world of its own: name server, policy host and mail server on loopback.

world.py POSTSEAL SCRIPT: enters a network namespace, serves the domains below, and gives the script
$W (the options that lead there), $TMP (a folder; $TMP/web/DOMAIN/.well-known/mta-sts.txt is what the
policy host serves) and $KEY (a TSIG key that the name server takes updates with).
"""
import base64
import fcntl
import hashlib
import hmac
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

A, CNAME, SOA, MX, TXT, AAAA, TLSA, TSIG, ANY = 1, 5, 6, 15, 16, 28, 52, 250, 255
SECRET = hashlib.sha256(b'world').digest()
POLICY = 'version: STSv1\r\nmode: %s\r\n%smax_age: %d\r\n'

# name: {type: [values]}; the rest of a good domain is added below
ZONES = {
    'good.test': {MX: [(10, 'mx.good.test'), (20, 'mx2.good.test')]},
    '_mta-sts.good.test': {TXT: ['v=STSv1; id=2026;']},
    '_smtp._tls.good.test': {TXT: ['v=TLSRPTv1;rua=mailto:tlsrpt@good.test']},
    '_25._tcp.mx.good.test': {TLSA: [bytes([3, 1, 1]) + bytes(32)]},
    'new.test': {MX: [(10, 'mx.new.test')]},
    'null.test': {MX: [(0, '')]},
    'noaddr.test': {MX: [(10, 'mx.noaddr.test'), (20, 'nothere.noaddr.test')]},
    'two.test': {MX: [(10, 'mx.two.test')]},
    '_mta-sts.two.test': {TXT: ['v=STSv1; id=1;', 'v=STSv1; id=2;', 'google-site-verification=x']},
    'alias.test': {MX: [(10, 'mx.alias.test')]},
    '_mta-sts.alias.test': {CNAME: ['_mta-sts.good.test']},
    '_smtp._tls.alias.test': {CNAME: ['_smtp._tls.good.test']},
    'mta-sts.alias.test': {CNAME: ['mta-sts.good.test']},
    'push.test': {MX: [(10, 'mx.push.test')]},
    '_mta-sts.push.test': {TXT: ['v=STSv1; id=1;', 'kept "as is"']},
    'fail.test': {},
}
for _domain in ('good', 'new', 'two', 'noaddr', 'alias', 'push'):
    ZONES.setdefault('mta-sts.%s.test' % _domain, {A: ['127.0.0.1']})
    ZONES['mx.%s.test' % _domain] = {} if _domain == 'noaddr' else {A: ['127.0.0.1']}
ZONES['mx2.good.test'] = {A: ['127.0.0.1']}


def name(text):
    return b''.join(bytes([len(x)]) + x.encode() for x in text.split('.') if x) + b'\0'


def take_name(data, at):
    labels = []
    while data[at]:
        labels.append(data[at + 1:at + 1 + data[at]].decode().lower())
        at += 1 + data[at]
    return '.'.join(labels), at + 1


def rdata(kind, value):
    if kind == A:
        return socket.inet_aton(value)
    if kind == AAAA:
        return socket.inet_pton(socket.AF_INET6, value)
    if kind == MX:
        return struct.pack('>H', value[0]) + name(value[1])
    if kind == CNAME:
        return name(value)
    if kind == TXT:
        raw = value.encode('latin-1')
        parts = [raw[k:k + 255] for k in range(0, len(raw), 255)]
        return b''.join(bytes([len(p)]) + p for p in parts)
    return value


def value_of(kind, raw):
    if kind == TXT:
        text, at = b'', 0
        while at < len(raw):
            text += raw[at + 1:at + 1 + raw[at]]
            at += 1 + raw[at]
        return text.decode('latin-1')
    if kind == A:
        return socket.inet_ntoa(raw)
    if kind == AAAA:
        return socket.inet_ntop(socket.AF_INET6, raw)
    return take_name(raw, 0)[0] if kind == CNAME else raw


def rr(owner, kind, raw):
    return name(owner) + struct.pack('>HHIH', kind, 1, 300, len(raw)) + raw


def answer(query):
    ident, flags = struct.unpack('>HH', query[:4])
    if flags >> 11 & 15 == 5:
        return update(query)
    owner, at = take_name(query, 12)
    kind = struct.unpack('>H', query[at:at + 2])[0]
    apex, rcode, records = '.'.join(owner.split('.')[-2:]), 0, []
    here = ZONES.get(owner, {})
    while CNAME in here and kind != CNAME:
        records.append(rr(owner, CNAME, name(here[CNAME][0])))
        owner = here[CNAME][0]
        here = ZONES.get(owner, {})
    found = [rr(owner, kind, rdata(kind, v)) for v in here.get(kind, [])]
    records += found
    if apex == 'fail.test':
        rcode = 2
    elif not found and not any(n == owner or n.endswith('.' + owner) for n in ZONES):
        rcode = 3
    denial = [] if found or rcode == 2 else [rr(apex, SOA, name('ns.test') + name('x.test') + struct.pack('>5I', 1, 1, 1, 1, 1))]
    return struct.pack('>HHHHHH', ident, 0x84a0 | rcode, 1, len(records), len(denial), 0) + \
        query[12:at + 4] + b''.join(records + denial)


def variables(raw, at):
    """The TSIG record at: where it begins, and what of it is signed beside the message."""
    key, end = take_name(raw, at)
    algorithm, after = take_name(raw, end + 10)
    size = struct.unpack('>H', raw[after + 8:after + 10])[0]
    tail = after + 10 + size
    signed = name(key) + struct.pack('>HI', ANY, 0) + name(algorithm) + raw[after:after + 8] + raw[tail + 2:]
    return key, raw[after + 10:tail], signed


def update(query):
    """RFC 2136 2.5 as far as needed, RFC 8945 in full."""
    ident, _, _, _, changes, _ = struct.unpack('>6H', query[:12])
    at, todo = take_name(query, 12)[1] + 4, []
    for _ in range(changes):
        owner, at = take_name(query, at)
        kind, klass, _, size = struct.unpack('>HHIH', query[at:at + 10])
        todo.append((owner, kind, klass, query[at + 10:at + 10 + size]))
        at += 10 + size
    head = struct.pack('>HH', ident, 0xa800)
    key, mac, signed = variables(query, at)
    plain = query[:10] + b'\0\0' + query[12:at]
    if key != 'world' or not hmac.compare_digest(mac, hmac.digest(SECRET, plain + signed, 'sha256')):
        rest = name('hmac-sha256') + struct.pack('>6xHHHHH', 300, 0, ident, 16 if key == 'world' else 17, 0)
        return struct.pack('>HH4H', ident, 0xa809, 0, 0, 0, 1) + name(key) + \
            struct.pack('>HHIH', TSIG, ANY, 0, len(rest)) + rest
    for owner, kind, klass, raw in todo:
        here = ZONES.setdefault(owner, {})
        if klass == ANY:
            here.pop(kind, None)
        else:
            here.setdefault(kind, []).append(value_of(kind, raw))
    body = head + struct.pack('>4H', 0, 0, 0, 0)
    now = struct.pack('>Q', int(time.time()))[2:] + struct.pack('>H', 300)
    mine = name('world') + struct.pack('>HI', ANY, 0) + name('hmac-sha256') + now + bytes(4)
    sign = hmac.digest(SECRET, struct.pack('>H', len(mac)) + mac + body + mine, 'sha256')
    rest = name('hmac-sha256') + now + struct.pack('>H', len(sign)) + sign + struct.pack('>HHH', ident, 0, 0)
    return body[:10] + b'\0\1' + name('world') + struct.pack('>HHIH', TSIG, ANY, 0, len(rest)) + rest


def serve_udp():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(('127.0.0.1', 53))
    while True:
        query, peer = s.recvfrom(4096)
        s.sendto(answer(query), peer)


def listen(port, call):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('127.0.0.1', port))
    s.listen(16)

    def run():
        while True:
            peer, _ = s.accept()
            threading.Thread(target=guard, args=(call, peer), daemon=True).start()
    threading.Thread(target=run, daemon=True).start()


def guard(call, peer):
    with peer:
        try:
            call(peer)
        except (OSError, ValueError, IndexError, struct.error):
            pass


def serve_dns(peer):
    query = peer.recv(struct.unpack('>H', peer.recv(2))[0])
    reply = answer(query)
    peer.sendall(struct.pack('>H', len(reply)) + reply)


def serve_https(peer):
    with CONTEXT.wrap_socket(peer, server_side=True) as tls:
        request = tls.recv(4096).decode()
        host = request.split('Host: ')[1].split('\r\n')[0]
        try:
            with open('web/%s/.well-known/mta-sts.txt' % host.removeprefix('mta-sts.'), 'rb') as f:
                body, status = f.read(), '200 OK'
        except OSError:
            body, status = b'none', '404 Not Found'
        tls.sendall(('HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n' %
                     (status, len(body))).encode() + body)


def serve_smtp(peer):
    peer.sendall(b'220 mx.test ESMTP\r\n')
    peer.recv(1000)
    peer.sendall(b'250-mx.test\r\n250 STARTTLS\r\n')
    peer.recv(1000)
    peer.sendall(b'220 go\r\n')
    with CONTEXT.wrap_socket(peer, server_side=True) as tls:
        while tls.recv(1000):
            tls.sendall(b'250 mx.test\r\n')


def certificate():
    with open('conf', 'w', encoding='ascii') as f:
        f.write('[req]\ndistinguished_name=n\n[n]\n[x]\nbasicConstraints=CA:true\nsubjectAltName=' +
                ','.join('DNS:*.%s' % d for d in ZONES if d.count('.') == 1) + '\n')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj',
                    '/CN=world', '-days', '30', '-config', 'conf', '-extensions', 'x', '-keyout', 'key.pem', '-out',
                    'cert.pem'], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain('cert.pem', 'key.pem')
    return context


def put(domain, mode, hosts, age):
    os.makedirs('web/%s/.well-known' % domain)
    with open('web/%s/.well-known/mta-sts.txt' % domain, 'w', encoding='ascii', newline='') as f:
        f.write(POLICY % (mode, ''.join('mx: %s\r\n' % h for h in hosts), age))


def skip(reason):
    print('1..0 # SKIP ' + reason)
    sys.exit(77)


if 'WORLD_INSIDE' not in os.environ:
    enter = ['unshare', '--map-root-user', '--net']
    if not shutil.which('unshare') or subprocess.run(enter + ['true'], capture_output=True, check=False).returncode:
        skip('this system lets nobody make network namespaces')
    if not shutil.which('openssl'):
        skip('the openssl command is not installed')
    os.environ['WORLD_INSIDE'] = 'yes'
    os.execvp(enter[0], enter + [sys.executable] + sys.argv)

postseal, script = (os.path.realpath(a) for a in sys.argv[1:3])
up = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(up, 0x8914, struct.pack('16sH14x', b'lo', 0x49))  # SIOCSIFFLAGS: up, loopback, running
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    CONTEXT = certificate()
    put('good.test', 'enforce', ['mx.good.test', '*.good.test'], 604800)
    put('two.test', 'testing', ['mx.two.test'], 604800)
    with open('key', 'w', encoding='ascii') as f:
        f.write('key "world" {\n\talgorithm hmac-sha256;\n\tsecret "%s";\n};\n' % base64.b64encode(SECRET).decode())
    with open('wrong', 'w', encoding='ascii') as f:
        f.write('hmac-sha256:world:%s\n' % base64.b64encode(bytes(32)).decode())
    threading.Thread(target=serve_udp, daemon=True).start()
    for port, call in ((53, serve_dns), (443, serve_https), (25, serve_smtp)):
        listen(port, call)
    os.environ.update(TMP=folder, KEY=folder + '/key', W='--resolver 127.0.0.1 --allow-private --ehlo test.test '
                      '--timeout 20 --ca-file %s/cert.pem' % folder)
    done = subprocess.run([os.path.join(os.path.dirname(script), 'run.sh'), postseal, script], check=False).returncode
    os.chdir('/')
sys.exit(done)

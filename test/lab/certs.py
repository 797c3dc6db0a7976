"""Make the certificates of the lab's world: a root and an intermediate authority, another authority
that nobody trusts, and one certificate of the asked kind for each host."""
import datetime
import hashlib
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

NOW = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
AIA = "http://ca.lab.test/%s.der"
CRL = "http://ca.lab.test/issuing.crl"
LIFETIME = {  # days from now: from, until
    "expired": (-100, -10), "rsaexpired": (-100, -10), "notyet": (10, 100), "near": (-87, 3),
}
EC, RSA, RSA1024 = (["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], ["rsa:2048"], ["rsa:1024"])
KEYS = {"rsa": RSA, "rsaexpired": RSA, "weak": RSA1024}


def stamp(days):
    return (NOW + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")


def openssl(*args, stdin=None):
    done = subprocess.run(["openssl", *args], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit("openssl %s: %s" % (" ".join(args), done.stderr.decode()))
    return done.stdout


def read(path):
    with open(path, "rb") as f:
        return f.read()


def write(path, text):
    with open(path, "wb") as f:
        f.write(text)


class Authority:
    """Makes keys and certificates in one folder."""
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)

    def path(self, name, ending):
        return os.path.join(self.folder, "%s.%s" % (name, ending))

    def issue(self, name, subject, extensions, days=(-30, 60), by=None, key=None, digest="sha256"):
        """NAME.key and NAME.crt, signed by another of this folder or by itself."""
        lines = ["[req]", "prompt=no", "distinguished_name=dn", "x509_extensions=ext", "[dn]", subject, "[ext]"]
        config = self.path(name, "cnf")
        write(config, "\n".join(lines + extensions + [""]).encode())
        signer = ["-CA", self.path(by, "crt"), "-CAkey", self.path(by, "key")] if by else []
        openssl("req", "-x509", "-config", config, "-newkey", *(key or EC), "-nodes", "-" + digest,
                "-keyout", self.path(name, "key"), "-out", self.path(name, "crt"),
                "-not_before", stamp(days[0]), "-not_after", stamp(days[1]), *signer)
        os.unlink(config)

    def authorities(self):
        ca = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash"]
        below = ["basicConstraints=critical,CA:TRUE,pathlen:0", "authorityKeyIdentifier=keyid"] + ca[1:]
        for root, issuing, name in (("root", "issuing", "Lab"), ("elseroot", "elsewhere", "Elsewhere")):
            self.issue(root, "CN=%s Root CA" % name, ca, (-1000, 3000))
            self.issue(issuing, "CN=%s Issuing CA" % name, below, (-900, 2000), by=root)
            write(self.path(issuing, "der"), openssl("x509", "-in", self.path(issuing, "crt"), "-outform", "DER"))

    def leaf(self, cert):
        """The certificate that `cert` describes, as a PEM file with key, leaf and chain."""
        kind, host = cert.kind, cert.host
        label, _, parent = host.partition(".")
        name = cert.id
        part = label[:max(1, label.rfind("-") + 1)]
        names = {
            "name": cert.names, "wild": ["*." + parent], "partial": [part + "*." + parent],
            "apex": [cert.domain, "www." + cert.domain], "cnonly": [],
        }.get(kind, [host])
        usage = "clientAuth" if kind == "clientonly" else "serverAuth"
        extensions = ["basicConstraints=critical,CA:FALSE", "extendedKeyUsage=" + usage, "subjectKeyIdentifier=hash"]
        extensions += ["keyUsage=critical,digitalSignature"]
        if kind == "muststaple":
            extensions.append("tlsfeature=status_request")
        if names:
            extensions.append("subjectAltName=" + ",".join("DNS:" + n for n in names))
        by = None if kind == "self" else "elsewhere" if kind == "unknown" else "issuing"
        if by:
            extensions += ["authorityKeyIdentifier=keyid", "authorityInfoAccess=caIssuers;URI:" + AIA % by]
        if by == "issuing":
            extensions.append("crlDistributionPoints=URI:" + CRL)
        self.issue(name, "CN=" + (names[0] if names else host)[:64], extensions, LIFETIME.get(kind, (-30, 60)), by,
                   KEYS.get(kind), "sha1" if kind == "sha1" else "sha256")
        chain = read(self.path(by, "crt")) if by and kind != "nochain" else b""
        write(self.path(name, "pem"), read(self.path(name, "key")) + read(self.path(name, "crt")) + chain)

    def revoke(self, names):
        """issuing.crl, which names these certificates."""
        index = ""
        for name in names:
            serial = openssl("x509", "-in", self.path(name, "crt"), "-noout", "-serial").decode().strip()
            index += "R\t%s\t%s\t%s\tunknown\t/CN=%s\n" % (stamp(60)[2:], stamp(-5)[2:], serial.split("=")[1], name)
        write(self.path("index", "txt"), index.encode())
        write(self.path("crl", "cnf"), b"[ca]\ndefault_ca=d\n[d]\ndatabase=%s\ndefault_md=sha256\n"
              % self.path("index", "txt").encode())
        openssl("ca", "-config", self.path("crl", "cnf"), "-gencrl", "-crldays", "30",
                "-cert", self.path("issuing", "crt"), "-keyfile", self.path("issuing", "key"), "-out", self.path("crl", "pem"))
        write(self.path("issuing", "crl"), openssl("crl", "-in", self.path("crl", "pem"), "-outform", "DER"))


def expand(world):
    """All single certificates: those of two kinds are two."""
    parts = {"dual": ("rsa", "ok"), "dualbad": ("rsaexpired", "ok")}
    wanted = {}
    for cert in list(world.certs.values()):
        for kind in parts.get(cert.kind, (None,)):
            one = cert if kind is None else type(cert)(cert.host, kind, cert.domain)
            wanted[one.id] = one
    return wanted


def make(world, folder):
    authority = Authority(folder)
    authority.authorities()
    wanted = expand(world)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(authority.leaf, wanted.values()))
    authority.revoke([name for name, cert in wanted.items() if cert.kind == "revoked"])


def tlsa(folder, cert, record):
    """The data of a TLSA record: of the host's certificate, its issuer, or of none."""
    host, usage, selector, matching, (of, *given) = record
    if of == "hex":
        return "%d %d %d %s" % (usage, selector, matching, given[0])
    if of == "other":
        return "%d %d %d %s" % (usage, selector, matching, hashlib.sha256(host.encode()).hexdigest())
    if of == "issuer":
        path = os.path.join(folder, "issuing.crt")
    else:
        kinds = {"dual": "ok", "dualbad": "ok"}
        path = os.path.join(folder, "%s+%s.crt" % (host, kinds.get(cert.kind, cert.kind)))
    if selector:
        pem = openssl("x509", "-in", path, "-noout", "-pubkey")
        data = openssl("pkey", "-pubin", "-outform", "DER", stdin=pem)
    else:
        data = openssl("x509", "-in", path, "-outform", "DER")
    digest = {0: bytes.hex, 1: lambda d: hashlib.sha256(d).hexdigest(), 2: lambda d: hashlib.sha512(d).hexdigest()}
    return "%d %d %d %s" % (usage, selector, matching, re.sub(r"\s", "", digest[matching](data)))

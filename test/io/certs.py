"""Certificates for the tests, made by the openssl command: make(folder) fills it.

NAME.pem and NAME.key, NAME.der, NAME.spki (the public key in DER); inter.p7c;
NAME.chain (what a server sends, PEM).  CERTS says who
signed whom.
"""
import os
import subprocess

CA = "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
HOST = "basicConstraints=CA:false\nkeyUsage=digitalSignature\n"
SERVER = "extendedKeyUsage=serverAuth\n"
MX = "subjectAltName=DNS:mx.example.test\n"
AIA = "authorityInfoAccess=caIssuers;URI:http://ca.example.test/inter.cer\n"

# name: (issuer or None, common name, extensions, key, digest)
EC, RSA, RSA_WEAK = ["ec", "ec_paramgen_curve:P-256"], ["rsa", "rsa_keygen_bits:2048"], ["rsa", "rsa_keygen_bits:1024"]
CERTS = {
    "root": (None, "Test Root", CA, EC, "sha256"),
    "inter": ("root", "Test Intermediate", CA + "authorityInfoAccess=caIssuers;URI:http://ca.example.test/root.cer\n",
              EC, "sha256"),
    "inter2": ("inter", "Test Lower Intermediate", CA + AIA, EC, "sha256"),
    "narrow": ("root", "Test Constrained", CA + "nameConstraints=critical,permitted;DNS:allowed.test\n", EC, "sha256"),
    "stranger": (None, "Strange Root", CA, EC, "sha256"),
    "good": ("inter", "mx.example.test",
             HOST + SERVER + AIA + "subjectAltName=DNS:mx.example.test,DNS:*.wild.example.test,DNS:m*.part.example.test,"
             "DNS:b\xfccher.test,IP:192.0.2.1\ntlsfeature=status_request\n", EC, "sha256"),
    "rsa": ("inter", "mx.example.test", HOST + SERVER + AIA + MX, RSA, "sha256"),
    "plain": ("inter", "mx.example.test", HOST + SERVER + MX, EC, "sha256"),
    "low": ("inter2", "mx.example.test", HOST + SERVER + AIA.replace("inter", "inter2") + MX, EC, "sha256"),
    "cnonly": ("inter", "mx.example.test", HOST + SERVER, EC, "sha256"),
    "cnother": ("inter", "other.example.test", HOST + SERVER, EC, "sha256"),
    "mismatch": ("inter", "mx.example.test", HOST + SERVER + "subjectAltName=DNS:other.example.test\n", EC, "sha256"),
    "weak": ("inter", "mx.example.test", HOST + SERVER + MX, RSA_WEAK, "sha256"),
    "sha1": ("inter", "mx.example.test", HOST + SERVER + MX, EC, "sha1"),
    "client": ("inter", "mx.example.test", HOST + "extendedKeyUsage=clientAuth\n" + MX, EC, "sha256"),
    "outside": ("narrow", "mx.example.test", HOST + SERVER + MX, EC, "sha256"),
    "strange": ("stranger", "mx.example.test", HOST + SERVER + MX, EC, "sha256"),
    "self": (None, "mx.example.test", MX, EC, "sha256"),
    "many": ("inter", "many.test", HOST + "subjectAltName=" + ",".join("DNS:n%d.test" % i for i in range(150)) + "\n", EC,
             "sha256"),
}


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, "OPENSSL_CONF": "/dev/null"})


def make(folder):
    def path(name):
        return os.path.join(folder, name)

    with open(path("req.cnf"), "w", encoding="ascii") as f:
        f.write("[req]\ndistinguished_name=dn\n[dn]\n")
    for serial, (name, (issuer, cn, extensions, key, digest)) in enumerate(CERTS.items(), 1):
        with open(path(name + ".ext"), "w", encoding="latin-1") as f:
            f.write(extensions)
        openssl("genpkey", "-algorithm", key[0], "-pkeyopt", key[1], "-out", path(name + ".key"))
        openssl("req", "-new", "-key", path(name + ".key"), "-subj", "/O=Test/CN=" + cn, "-out", path(name + ".csr"),
                "-config", path("req.cnf"))
        signer = ["-signkey", path(name + ".key")] if issuer is None else \
            ["-CA", path(issuer + ".pem"), "-CAkey", path(issuer + ".key")]
        openssl("x509", "-req", "-in", path(name + ".csr"), *signer, "-set_serial", str(serial), "-days", "365",
                "-" + digest, "-extfile", path(name + ".ext"), "-out", path(name + ".pem"))
        openssl("x509", "-in", path(name + ".pem"), "-outform", "DER", "-out", path(name + ".der"))
        sent = [name, issuer] if issuer and CERTS[issuer][0] else [name]
        with open(path(name + ".chain"), "w", encoding="ascii") as out:
            for part in sent:
                with open(path(part + ".pem"), encoding="ascii") as pem:
                    out.write(pem.read())
        openssl("pkey", "-in", path(name + ".key"), "-pubout", "-outform", "DER", "-out", path(name + ".spki"))
    openssl("crl2pkcs7", "-nocrl", "-certfile", path("inter.pem"), "-outform", "DER", "-out", path("inter.p7c"))

"""Read world.tbl: what each domain of the mail lab publishes, who serves it, at which addresses.

Used by the other files here; `world.py` alone prints `DOMAIN<tab>what is special`.
"""
import hashlib
import os
import re
import shlex

HERE = os.path.dirname(os.path.abspath(__file__))
NS1, NS2 = ("192.0.2.53", "2001:db8:53::1"), ("203.0.113.53", "2001:db8:53::2")
DEAD_NS, SERVFAIL_NS = "192.0.2.54", "192.0.2.55"
NGINX = {"nginx": ("203.0.113.1", "2001:db8:443::1"), "nginx2": ("203.0.113.2", "2001:db8:443::2")}
RUA = "v=TLSRPTv1; rua=mailto:tlsrpt@rua.test"


class Cert:
    """A certificate to make: for a host name, of a kind."""
    def __init__(self, host, kind, domain):
        self.host, self.domain = host, domain
        self.kind, _, names = kind.partition("=")
        self.names = names.split(",") if names else []
        self.id = "%s+%s" % (host, self.kind)

    def files(self):
        """What a server loads; two for `dual` and `dualbad`."""
        two = {"dual": ("rsa", "ok"), "dualbad": ("rsaexpired", "ok")}.get(self.kind, (self.kind,))
        return ["/lab/world/certs/%s+%s.pem" % (self.host, kind) for kind in two]


class Service:
    """Something at addresses: an MX host (port 25) or a policy host (port 443)."""
    def __init__(self, server, host, cert, domain, keys=None):
        self.server, self.host, self.cert, self.domain = server, host, cert, domain
        self.keys = keys or []
        self.ips = []

    def key(self, name, default=None):
        return next((v for k, v in self.keys if k == name), default)


class Domain:
    def __init__(self, name, about):
        self.name, self.about = name, about
        self.zone, self.inside = "", name  # how it is served; the zone that holds its records
        self.mx, self.no_mx = [], False  # (preference, host)
        self.txt = {"sts": [], "rpt": []}  # (which name server or 0, text); None: no record
        self.ttl, self.pad = 300, 0
        self.web, self.no_web = [], False
        self.policy = {"version": "STSv1", "mode": "enforce", "allow": None, "age": "604800"}
        self.eol, self.added, self.fill, self.body = "\r\n", [], 0, None
        self.tlsa, self.rr, self.badsig = [], [], []

    def fqdn(self, host):
        """`mx` -> mx.NAME, `@` -> NAME, `a.b.test` and `a.` as they are."""
        if host == "@":
            return self.name
        if host.endswith("."):
            return host[:-1]
        return host if host.count(".") >= 2 else "%s.%s" % (host, self.name)

    def policy_text(self, old=False):
        """The policy as bytes; `old`: as another address still serves it."""
        if self.body is not None:
            return self.body
        allow = self.policy["allow"]
        if allow is None:
            allow = [host for _, host in self.mx] or [self.name]
        lines = []
        for field in ("version", "mode"):
            if self.policy[field] != "-":
                lines.append("%s: %s" % (field, self.policy[field]))
        lines += ["mx: " + pattern for pattern in allow if pattern != "-"]
        if old:
            lines.append("mx: mx-before.%s" % self.name)
        if self.policy["age"] != "-":
            lines.append("max_age: " + self.policy["age"])
        lines += self.added
        lines += ["x-padding-%04d: %s" % (n, "0123456789" * 7) for n in range(self.fill)]
        return "".join(line + self.eol for line in lines).encode()

    def sts_records(self):
        """[(which name server or 0, bytes of the TXT)]"""
        if self.txt["sts"] == [None]:
            return []
        usual = "v=STSv1; id=%s;" % hashlib.sha256(self.policy_text()).hexdigest()[:16]
        return self.txt["sts"] or [(0, usual.encode())]

    def rpt_records(self):
        return [] if self.txt["rpt"] == [None] else self.txt["rpt"] or [(0, RUA.encode())]


def unescape(text):
    """Bytes of a TEXT of the table."""
    plain = {"n": b"\n", "r": b"\r", "t": b"\t"}
    out = b""
    for part in re.split(r"(\\x[0-9a-f]{2}|\\[nrt])", text):
        if part.startswith("\\x"):
            out += bytes([int(part[2:], 16)])
        elif part[:1] == "\\" and part[1:] in plain:
            out += plain[part[1:]]
        else:
            out += part.encode()
    return out


class World:
    """All domains, and all services with their addresses."""
    def __init__(self, path=os.path.join(HERE, "world.tbl")):
        self.domains, self.services = [], []
        self.certs = {}
        self.dead = [DEAD_NS]  # addresses that swallow everything
        self.addresses = {}  # host name -> [address]
        self.aliases = {}  # policy host -> target
        self._mx_n = self._web_n = 9
        with open(path, encoding="utf-8") as table:
            self._read(table)
        for domain in self.domains:
            if not domain.mx and not domain.no_mx:
                domain.mx = [(10, "mx1.shared.test")]
            if not domain.web and not domain.no_web:
                self._web(domain, "nginx")

    def _read(self, table):
        domain = None
        for line in table:
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            if line.startswith("\t"):
                parts = line[1:].split(" | ")
            else:
                name, about, *parts = line.split(" | ")
                domain = Domain(name, about)
                self.domains.append(domain)
            for part in parts:
                verb, _, rest = part.partition(" ")
                try:
                    self._tell(domain, verb, rest)
                except (KeyError, ValueError) as e:
                    raise SystemExit("world.tbl: %s: %s: %r" % (domain.name, part, e)) from None

    def _tell(self, d, verb, rest):
        if verb == "plain":
            d.txt["sts"], d.no_web = [None], True
        elif verb == "zone":
            d.zone, d.inside = ("in", rest[3:]) if rest.startswith("in ") else (rest, d.name)
        elif verb in ("mx", "host"):
            self._mx(d, verb, rest.split())
        elif verb == "web":
            self._web(d, rest)
        elif verb in ("sts", "sts1", "sts2", "rpt"):
            d.txt[verb[:3]].append(None if rest == "-" else (int(verb[3:] or 0), unescape(rest)))
        elif verb in ("rr", "rr1", "rr2"):
            d.rr.append((int(verb[2:] or 0), rest))
        elif verb in ("mode", "age", "version"):
            d.policy[verb] = rest
        elif verb == "allow":
            d.policy["allow"] = rest.split()
        elif verb in ("ttl", "pad", "fill"):
            setattr(d, verb, int(rest))
        elif verb == "eol":
            d.eol = unescape(rest).decode()
        elif verb == "add":
            d.added.append(unescape(rest).decode())
        elif verb == "body":
            d.body = unescape(rest)
        elif verb == "tlsa":
            host, usage, selector, matching, *of = rest.split()
            d.tlsa.append((d.fqdn(host), int(usage), int(selector), int(matching), of))
        elif verb == "badsig":
            owner, kind = rest.split()
            d.badsig.append((owner, kind))
        else:
            raise ValueError("no such word")

    def cert(self, host, kind, domain):
        made = Cert(host, kind, domain)
        return self.certs.setdefault(made.id, made)

    def _mx(self, d, verb, words):
        if words[0] == "-":
            d.no_mx = True
            return
        host = "." if words[-1] == "." else d.fqdn(words[verb == "mx"])
        if verb == "mx":
            d.mx.append((int(words[0]), host))
        server, *more = words[1 + (verb == "mx"):] or [""]
        if not server or server == "noaddr":
            return
        kinds = [w for w in more if w not in ("+6", "6", "-")]
        cert = self.cert(host.lower(), kinds[0], d.name) if kinds else None
        service = Service(server, host.lower(), cert, d)
        self._mx_n += 1
        v4, v6 = "198.51.100.%d" % self._mx_n, "2001:db8:25::%x" % self._mx_n
        self._place(service, [v6] if "6" in more else [v4, v6] if "+6" in more else [v4])

    def _place(self, service, ips):
        """Give the service its addresses, and its name them."""
        if service.server.startswith("ip="):
            ips = [service.server[3:]]
        else:
            service.ips = ips
            self.services.append(service)
        if service.server == "blackhole":
            self.dead += ips
        self.addresses.setdefault(service.host, []).extend(ips)

    def _web(self, d, rest):
        if rest == "-":
            d.no_web = True
            return
        server, *words = shlex.split(rest)
        host = "mta-sts." + d.name
        if server == "cname":
            self.aliases[host] = words.pop(0)
            server = "nginx" if words else "alert"
        keys = [w.partition("=")[::2] for w in words if "=" in w and not w.startswith("name=")]
        kinds = [w for w in words if "=" not in w or w.startswith("name=")] or ["ok"]
        bare = server in ("alert", "refused", "blackhole", "alert40", "reset", "plainhttp", "stall")
        service = Service(server, host, None if bare else self.cert(host, kinds[0], d.name), d, keys)
        d.web.append(service)
        if host in self.aliases:
            service.ips = list(NGINX["nginx"])
            self.services.append(service)
            return
        if server in ("nginx", "nginx2", "alert"):
            ips = list(NGINX.get(server, NGINX["nginx"]))
        else:
            self._web_n += 1
            ips = ["203.0.113.%d" % self._web_n, "2001:db8:443::%x" % self._web_n]
            if not service.key("only"):
                ips = ips[:1]
        only = service.key("only")
        self._place(service, ips[:1] if only == "4" else ips[1:] if only == "6" else ips)


if __name__ == "__main__":
    for each in World().domains:
        print("%s\t%s" % (each.name, each.about))

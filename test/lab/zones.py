"""Write the zones of the lab's world: root, test and every domain, for both name servers, signed where
the table says so.  Made in FOLDER/ns1 and FOLDER/ns2, with the root's trust anchor beside them."""
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import certs
from world import DEAD_NS, NGINX, NS1, NS2, SERVFAIL_NS

NEGATIVE_S = 5
SIGNED = ("signed", "badds", "sigexpired")
SERVERS = {"dead": ("dead", "dead2"), "half": ("ns1", "dead"), "servfail": ("servfail",)}


def txt(data):
    """A TXT's data as in a zone file: strings of at most 255 bytes."""
    parts = [data[at:at + 255] for at in range(0, len(data), 255)] or [b""]
    plain = ("".join(chr(c) if 32 <= c < 127 and c not in b'"\\' else "\\%03d" % c for c in part) for part in parts)
    return " ".join('"%s"' % part for part in plain)


def head(name, servers, ttl=300):
    lines = ["$TTL %d" % ttl, "%s SOA ns1.lab.test. hostmaster.lab.test. 1 3600 600 86400 %d" % (dot(name), NEGATIVE_S)]
    return lines + ["%s NS %s.lab.test." % (dot(name), server) for server in servers]


def dot(name):
    return name.rstrip(".") + "."


def address(name, ip):
    return "%s %s %s" % (dot(name), "AAAA" if ":" in ip else "A", ip)


class Zones:
    def __init__(self, world, folder, cert_folder):
        self.world, self.folder, self.cert_folder = world, folder, cert_folder
        self.missing = set()  # zones that the servers shall have and cannot read: SERVFAIL
        self.texts = {}  # zone -> (lines of ns1, lines of ns2)
        self.hosts = {}  # zone -> host names whose addresses it holds
        for n in (1, 2):
            os.makedirs("%s/ns%d" % (folder, n), exist_ok=True)

    def _host_zones(self):
        """Each service's name stands in the zone of the domain that names it first."""
        owner = {}
        for service in self.world.services:
            owner.setdefault(service.host, service.domain.inside)
        for d in self.world.domains:
            for host in self.world.addresses:
                if host not in owner and (host == d.name or host.endswith("." + d.name)):
                    owner[host] = d.inside
        for host, zone in owner.items():
            self.hosts.setdefault(zone, []).append(host)

    def _domain(self, d, server):
        """The domain's records as name server 1 or 2 has them."""
        at = dot(d.name)
        lines = ["%s MX %d %s" % (at, pref, dot(host)) for pref, host in d.mx]
        lines += ["%s %d TXT %s" % (dot("_mta-sts." + d.name), d.ttl, txt(text))
                  for where, text in d.sts_records() if where in (0, server)]
        lines += ["%s %d TXT %s" % (dot("_mta-sts." + d.name), d.ttl, txt(b"verification-%d=" % n + b"0123456789" * 20))
                  for n in range(d.pad)]
        lines += ["%s TXT %s" % (dot("_smtp._tls." + d.name), txt(text)) for _, text in d.rpt_records()]
        if d.web and "mta-sts." + d.name in self.world.aliases:
            lines.append("%s CNAME %s" % (dot("mta-sts." + d.name), dot(self.world.aliases["mta-sts." + d.name])))
        for where, text in d.rr:
            if where in (0, server):
                lines.append(self._record(d, text))
        for record in d.tlsa:
            cert = next((s.cert for s in self.world.services if s.host == record[0] and s.cert), None)
            lines.append("%s TLSA %s" % (dot("_25._tcp." + record[0]), certs.tlsa(self.cert_folder, cert, record)))
        return lines

    def _record(self, d, text):
        owner, kind, data = text.split(" ", 2)
        if kind == "NS" and data == "servfail.lab.test.":
            self.missing.add("%s.%s" % (owner, d.name))
        name = d.name if owner == "@" else "%s.%s" % (owner, d.name)
        if kind == "CNAME" and not data.endswith("."):
            data = "%s.%s." % (data, d.name)
        return "%s %s %s" % (dot(name), kind, data)

    def _plain(self):
        """All domains' zones, not yet signed."""
        self._host_zones()
        for d in self.world.domains:
            if d.zone in ("nowhere", "dead"):
                continue
            if d.zone == "servfail":
                self.missing.add(d.name)
                continue
            for server in (1, 2):
                zone = self.texts.setdefault(d.inside, ([], []))[server - 1]
                if d.inside == d.name:
                    zone += head(d.name, SERVERS.get(d.zone, ("ns1", "ns2")))
                zone += self._domain(d, server)
        for zone, hosts in self.hosts.items():
            for host in hosts:
                if host in self.world.aliases or zone not in self.texts:
                    continue
                for ip in sorted(set(self.world.addresses[host]), key=self.world.addresses[host].index):
                    for lines in self.texts[zone]:
                        lines.append(address(host, ip))
        for lines in self.texts["lab.test"]:
            lines += self._servers() + [address("ca.lab.test", NGINX["nginx"][0])]
        for lines in self.texts["rua.test"]:
            lines += [address(name + ".rua.test", ip) for name in ("reports", "expired") for ip in NGINX["nginx"]]

    @staticmethod
    def _servers():
        lines = [address("ns1.lab.test", ip) for ip in NS1] + [address("ns2.lab.test", ip) for ip in NS2]
        return lines + [address("dead.lab.test", DEAD_NS), address("dead2.lab.test", DEAD_NS),
                        address("servfail.lab.test", SERVFAIL_NS)]

    def _write(self, zone, server, lines):
        path = "%s/ns%d/%s.zone" % (self.folder, server, zone or "root")
        with open(path, "w", encoding="ascii") as f:
            f.write("\n".join(lines) + "\n")
        return path

    def _sign(self, zone, how="signed", bad=()):
        """Sign the zone on both servers with one key; returns its DS."""
        keys = "%s/keys" % self.folder
        os.makedirs(keys, exist_ok=True)
        key = self._run(keys, "ldns-keygen", "-r", "/dev/urandom", "-a", "ECDSAP256SHA256", "-k", dot(zone)).strip()
        when = ["-i", "20250101", "-e", "20250201"] if how == "sigexpired" else ["-i", certs.stamp(-2)[:14]]
        for server in (1, 2):
            path = "%s/ns%d/%s.zone" % (self.folder, server, zone or "root")
            self._run(keys, "ldns-signzone", *when, "-o", dot(zone), "-f", path + ".signed", path, key)
            with open(path + ".signed", encoding="ascii") as f:
                text = f.read()
            for owner, kind in bad:
                text, n = re.subn(r"(?m)^(%s\s+\d+\s+IN\s+RRSIG\s+%s\s.*\s)(\S{8})(\S+)$"
                                  % (re.escape(owner), kind), r"\1AAAAAAAA\3", text)
                if not n:
                    raise SystemExit("%s: no signature of %s %s to spoil" % (zone, owner, kind))
            with open(path, "w", encoding="ascii") as f:
                f.write(text)
            os.unlink(path + ".signed")
        with open("%s/%s.ds" % (keys, key), encoding="ascii") as f:
            ds = f.read().split(";")[0].strip()
        if how == "badds":
            ds = ds[:-16] + "0123456789abcdef"
        return ds

    def _sign_domain(self, d):
        owners = ((d.name if owner == "@" else "%s.%s" % (owner, d.name), kind) for owner, kind in d.badsig)
        return self._sign(d.name, d.zone, [(dot(owner), kind) for owner, kind in owners])

    @staticmethod
    def _run(folder, *command):
        done = subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False)
        if done.returncode:
            raise SystemExit("%s: %s" % (" ".join(command), done.stderr))
        return done.stdout

    def make(self):
        self._plain()
        for zone, both in self.texts.items():
            for server in (1, 2):
                self._write(zone, server, both[server - 1])
        signed = [d for d in self.world.domains if d.zone in SIGNED]
        with ThreadPoolExecutor(2) as pool:
            ds = list(pool.map(self._sign_domain, signed))
        top = head("test", ("ns1", "ns2")) + self._servers() + ds
        for d in self.world.domains:
            if d.zone != "nowhere" and d.inside == d.name:
                top += ["%s NS %s.lab.test." % (dot(d.name), s) for s in SERVERS.get(d.zone, ("ns1", "ns2"))]
        root = head("", ("ns1", "ns2")) + ["test. NS ns1.lab.test.", "test. NS ns2.lab.test."] + self._servers()
        for server in (1, 2):
            self._write("test", server, top)
        root.append(self._sign("test"))
        for server in (1, 2):
            self._write("", server, root)
        with open(self.folder + "/anchor.ds", "w", encoding="ascii") as f:
            f.write(self._sign("") + "\n")

    def names(self):
        """Zone names with the file of each, as one server has them: (zone, file below FOLDER/nsN)."""
        found = [(z, z + ".zone") for z in self.texts] + [("test", "test.zone"), (".", "root.zone")]
        return found + [(z, z + ".missing") for z in sorted(self.missing)]

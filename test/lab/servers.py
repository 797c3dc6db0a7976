"""Write the configuration of the lab's servers: NSD, unbound, nginx, Postfix, and the plan of the odd ones."""
import gzip
import json
import os
import shutil

from world import NGINX, NS1, NS2, SERVFAIL_NS

WORLD = "/lab/world"
REAL = ("nginx", "nginx2", "alert", "refused", "blackhole", "postfix", "postfix-sni", "cname")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())


# ---- name servers

def nsd(zones, folder):
    for n, ips in ((1, NS1 + (SERVFAIL_NS,)), (2, NS2)):
        text = "server:\n" + "".join("  ip-address: %s\n" % ip for ip in ips)
        text += """  username: ""
  server-count: 1
  zonesdir: "%s/zones/ns%d"
  pidfile: ""
  xfrdfile: "/run/nsd%d.xfrd"
  xfrdir: "/tmp"
  zonelistfile: "/run/nsd%d.list"
  rrl-ratelimit: 0
  verbosity: 0
  ipv4-edns-size: 1232
  ipv6-edns-size: 1232
remote-control:
  control-enable: no
""" % (WORLD, n, n, n)
        for zone, file in zones.names():
            text += 'zone:\n  name: "%s"\n  zonefile: "%s"\n' % (zone, file)
        write("%s/nsd%d.conf" % (folder, n), text)


def unbound(folder):
    write(folder + "/unbound.conf", """server:
  interface: 127.0.0.1
  interface: ::1
  username: ""
  chroot: ""
  directory: "%(w)s"
  pidfile: ""
  use-syslog: no
  logfile: ""
  do-daemonize: no
  num-threads: 1
  msg-cache-size: 4m
  rrset-cache-size: 4m
  root-hints: "%(w)s/hints"
  trust-anchor-file: "%(w)s/zones/anchor.ds"
  local-zone: "test." nodefault
  ede: yes
  val-log-level: 2
  cache-max-negative-ttl: 5
  val-bogus-ttl: 5
  infra-host-ttl: 5
  num-queries-per-thread: 2048
  outgoing-range: 4096
  so-rcvbuf: 0
remote-control:
  control-enable: no
""" % {"w": WORLD})
    hints = ". 3600 NS ns1.lab.test.\n. 3600 NS ns2.lab.test.\n"
    for name, ips in (("ns1", NS1), ("ns2", NS2)):
        hints += "%s.lab.test. 3600 A %s\n%s.lab.test. 3600 AAAA %s\n" % (name, ips[0], name, ips[1])
    write(folder + "/hints", hints)


# ---- nginx

def listen(ips, port, more=""):
    return "".join("  listen %s:%d%s;\n" % ("[%s]" % ip if ":" in ip else ip, port, more) for ip in ips)


def site(service, folder):
    """One policy host."""
    d, n = service.domain, service.server[5:]
    www = "%s/www/%s%s" % (WORLD, d.name, n)
    text = service.domain.policy_text(old=service.key("body") == "old")
    if service.key("gzip"):
        text = gzip.compress(text)
    write("%s/www/%s%s" % (folder, d.name, n), text)
    status = service.key("status", "200")
    do = "default_type '%s'; alias %s;" % (service.key("type", "text/plain"), www)
    if status == "206":
        do = "default_type text/plain; return 206 '%s';" % text.decode()
    elif service.key("to"):
        do = "return %s %s;" % (status, service.key("to"))
    elif status != "200":
        do = "return %s;" % status
    for name, value in service.keys:
        if name == "header":
            do += " add_header %s '%s';" % tuple(value.split(": ", 1))
    if service.key("gzip"):
        do += " add_header Content-Encoding gzip;"
    if service.key("ua"):
        do = "if ($http_user_agent !~ Mozilla) { return 403; } " + do
    place = "  location = /.well-known/mta-sts.txt { types {} %s }\n" % do
    return server(service.ips, service.host, service.cert, place)


def server(ips, name, cert, inside):
    pems = "".join("  ssl_certificate %s; ssl_certificate_key %s;\n" % (pem, pem) for pem in cert.files())
    return "server {\n%s  server_name %s;\n%s%s}\n" % (listen(ips, 443, " ssl"), name, pems, inside)


def nginx(world, folder):
    text = """daemon off; user www-data; worker_processes 1; pid /run/nginx.pid; error_log stderr error;
events { worker_connections 2048; }
http {
server_names_hash_bucket_size 128; server_names_hash_max_size 4096;
log_format sent '$remote_addr $server_name "$request" $status sent=$bytes_sent';
access_log /lab/log/nginx-access.log sent; keepalive_timeout 5s; server_tokens off;
ssl_protocols TLSv1.2 TLSv1.3; default_type text/plain;
client_body_temp_path /tmp/nginx-body; proxy_temp_path /tmp/nginx-proxy; fastcgi_temp_path /tmp/nginx-fcgi;
uwsgi_temp_path /tmp/nginx-uwsgi; scgi_temp_path /tmp/nginx-scgi;
"""
    text += "".join("server {\n%s  ssl_reject_handshake on;\n}\n" % listen(ips, 443, " ssl default_server")
                    for ips in NGINX.values())
    for service in world.services:
        if service.server in ("nginx", "nginx2"):
            text += site(service, folder)
    posts = "  location = /ok { return 201; }\n  location = /404 { return 404; }\n  location = /500 { return 500; }\n"
    for name in ("reports", "expired"):
        text += server(NGINX["nginx"], name + ".rua.test", world.certs[name + ".rua.test+" + CERTS[name]], posts)
    text += "server {\n%s  server_name ca.lab.test;\n  root %s/ca;\n}\n" % (listen(NGINX["nginx"], 80), WORLD)
    text += "server {\n%s  return 301 https://$host$request_uri;\n}\n" % listen(NGINX["nginx"], 80, " default_server")
    write(folder + "/nginx.conf", text + "}\n")
    for name in ("issuing.der", "elsewhere.der", "issuing.crl"):
        os.makedirs(folder + "/ca", exist_ok=True)
        shutil.copy("%s/certs/%s" % (folder, name), "%s/ca/%s" % (folder, name))


CERTS = {"reports": "ok", "expired": "expired"}


def extra_certs(world):
    """Certificates of hosts that are no domain's policy host or MX host."""
    for name, kind in CERTS.items():
        world.cert(name + ".rua.test", kind, "rua.test")


# ---- Postfix

MAIN = """compatibility_level = 3.10
queue_directory = /run/postfix/queue
data_directory = /run/postfix/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = /lab/log/postfix.log
maillog_file_prefixes = /lab/log
myhostname = mx.lab.test
mydestination =
mynetworks = 127.0.0.0/8
local_transport = discard:
default_transport = discard:
relay_transport = discard:
relay_domains = static:all
relay_recipient_maps =
local_recipient_maps =
alias_maps =
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_recipient_restrictions = check_recipient_access inline:{nobody@rua.test=reject}, permit
smtpd_tls_security_level = may
smtpd_tls_session_cache_database =
smtpd_tls_loglevel = 1
smtputf8_enable = yes
max_idle = 10s
default_process_limit = 40
"""
MASTER = """cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
discard unix - - n - - discard
retry unix - - n - - error
error unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def postfix(world, folder):
    master = MASTER
    for service in world.services:
        if service.server not in ("postfix", "postfix-sni"):
            continue
        pems, more = ",".join(service.cert.files()), ""
        if service.server == "postfix-sni":
            more = " -o tls_server_sni_maps=inline:{%s=%s}" % (service.host, pems)
            pems = ",".join(world.certs["mx.provider.test+dual"].files())
        for ip in service.ips:
            where = "[%s]:25" % ip if ":" in ip else ip + ":25"
            master += "%s inet n - n - 20 smtpd -o myhostname=%s -o smtpd_tls_chain_files=%s%s\n" % (
                where, service.host, pems, more)
    write(folder + "/postfix/main.cf", MAIN)
    write(folder + "/postfix/master.cf", master)


# ---- the odd ones, and the network

def odd(world, folder):
    plan = []
    for s in world.services:
        if s.server in REAL:
            continue
        mail = not s.host.startswith("mta-sts.")
        plan.append({"kind": s.server, "host": s.host, "ips": s.ips, "port": 25 if mail else 443,
                     "certs": s.cert.files() if s.cert else [],
                     "policy": "" if mail else s.domain.policy_text().decode("latin-1")})
    write(folder + "/odd.json", json.dumps(plan, indent=1))


def network(world, folder):
    """For ip(8) in the servers' namespace: IPv6 addresses one by one, IPv4 by the range."""
    ips = {ip for s in world.services for ip in s.ips} | set(NS1 + NS2)
    for pair in NGINX.values():
        ips.update(pair)
    lines = ["addr add %s/128 dev lo nodad" % ip for ip in sorted(ips) if ":" in ip and ip not in world.dead]
    lines += ["route add local %s dev lo" % net for net in ("198.51.100.0/24", "203.0.113.0/24", "192.0.2.32/27")]
    lines += ["route add blackhole %s/32 table local" % ip for ip in world.dead if ":" not in ip]
    lines += ["route add blackhole %s/128" % ip for ip in world.dead if ":" in ip]
    write(folder + "/network", "\n".join(lines) + "\n")


def make(world, zones, folder):
    nsd(zones, folder)
    unbound(folder)
    nginx(world, folder)
    postfix(world, folder)
    odd(world, folder)
    network(world, folder)
    write(folder + "/openssl.cnf", """openssl_conf = c
[c]
ssl_conf = s
[s]
system_default = d
[d]
MinProtocol = TLSv1
CipherString = DEFAULT:@SECLEVEL=0
""")

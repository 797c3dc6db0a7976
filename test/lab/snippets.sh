#!/bin/sh
# snippets.sh - does each web server serve policies with the configuration that postseal prints?  TAP.
#
#   test/lab/snippets.sh POSTSEAL
#
# nginx, Apache and Caddy run as Debian ships them, in a copy-on-write view of the lab's root and a
# network of their own, with certificates where certbot puts them; snippets.py asks them.  Apache and Caddy
# are installed into the lab's root when they are not there.  Nothing else is changed, nothing is left.
# Where that cannot be: one line that says why, and exit 77.
set -eu
umask 022

here=$(cd "$(dirname "$0")" && pwd)
postseal=$(realpath "$1")
lab=$(cd "$here/../.." && pwd)/build/lab
root=${LAB_ROOT:-$lab/root}

skip() { echo "1..0 # SKIP $*"; exit 77; }

# Packages that the lab has no use for.
servers() {
	[ ! -x "$root/usr/sbin/apache2" ] || [ ! -x "$root/usr/bin/caddy" ] || return 0
	echo "snippets: installing Apache and Caddy into $root" >&2
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount sh -euc '
		mount --bind "$(realpath /etc/resolv.conf)" "$1/etc/resolv.conf"
		mount -t proc proc "$1/proc"
		chroot "$1" apt-get -qq update
		chroot "$1" env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq -y --no-install-recommends install apache2 caddy
		rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/*
	' sh "$root" >"$lab/snippets.log" 2>&1
}

if [ "${SNIPPETS_INSIDE-}" != yes ]; then
	[ "$(id -u)" = 0 ] || skip "only root can run web servers in a root of their own"
	unshare --mount --net --pid --fork true 2>/dev/null || skip "this system lets nobody make namespaces"
	command -v python3 >/dev/null || skip "python3 is not installed"
	"$here/root.sh" "$root" || skip "the lab's root cannot be had here: see above"
	exec 8>"$lab/root.lock"
	flock 8
	servers || skip "Apache and Caddy cannot be installed into the lab's root ($lab/snippets.log)"
	exec 8>&-
	SNIPPETS_INSIDE=yes exec unshare --mount --net --pid --fork --kill-child "$0" "$postseal"
fi

# ---- inside: nothing written from here on is seen outside
mount -t tmpfs snippets "$root/mnt"
mkdir "$root/mnt/new" "$root/mnt/work" "$root/mnt/view"
mount -t overlay overlay -o "lowerdir=$root,upperdir=$root/mnt/new,workdir=$root/mnt/work" "$root/mnt/view" 2>/dev/null ||
	skip "this system has no overlay file system"
view=$root/mnt/view
mount -t proc proc "$view/proc"
mkdir -p "$view/run/lock" "$view/var/log/nginx" "$view/var/log/apache2" "$view/var/lib/nginx" "$view/etc/nginx/conf.d"
in_view() { chroot "$view" "$@"; }
in_view ip link set lo up
domains='one.test two.test'

# Two policies, so that one server is not taken for the other; written by the tool, against whatever DNS says.
n=6
for d in $domains; do
	n=$((n + 1))
	printf 'version: STSv1\r\nmode: enforce\r\nmx: mx.%s\r\nmax_age: %s00000\r\n' "$d" $n >"$view/tmp/policy"
	"$postseal" publish --quiet --force --resolver 127.0.0.1 --policy "$view/tmp/policy" --to "$view/var/www/mta-sts" \
		"$d" 2>/dev/null
	mkdir "$view/var/www/mta-sts/$d/.well-known/acme-challenge"
	echo "token of $d" >"$view/var/www/mta-sts/$d/.well-known/acme-challenge/token"
	live=/etc/letsencrypt/live/mta-sts.$d
	mkdir -p "$view$live"
	in_view openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=mta-sts.$d" \
		-addext "subjectAltName=DNS:mta-sts.$d" -keyout "$live/privkey.pem" -out "$live/fullchain.pem" 2>/dev/null
	cat "$view$live/fullchain.pem" >>"$view/tmp/ca.pem"
done
chmod -R a+rX "$view/etc/letsencrypt"

ask() { python3 "$here/snippets.py" "$1" "$view/var/www/mta-sts" "$view/tmp/ca.pem"; }
# shellcheck disable=SC2086 # a list of words
snippet() { "$postseal" publish --snippet "$1" $domains; }
stop() {
	kill "$1"
	while kill -0 "$1" 2>/dev/null; do sleep 0.1; done
}
code=0
echo "1..3"

snippet nginx >"$view/etc/nginx/conf.d/mta-sts.conf"
{ in_view nginx -q -t && in_view nginx && ask nginx && stop "$(cat "$view/run/nginx.pid")"; } || code=1

snippet apache >"$view/etc/apache2/sites-available/mta-sts.conf"
{ in_view a2enmod -q ssl headers && in_view a2ensite -q mta-sts; } >/dev/null
echo 'ServerName localhost' >"$view/etc/apache2/conf-enabled/name.conf"
in_view apachectl configtest 2>"$view/tmp/said" || cat "$view/tmp/said" >&2
{ in_view apachectl start && ask apache && stop "$(cat "$view/run/apache2/apache2.pid")"; } || code=1

# With certbot's certificates, as the comment in it says: there is no authority here to get others from.
snippet caddy | sed 's/^\t# tls /\ttls /' >"$view/etc/caddy/Caddyfile"
in_view env HOME=/tmp caddy validate --config /etc/caddy/Caddyfile >"$view/tmp/said" 2>&1 || cat "$view/tmp/said" >&2
in_view env HOME=/tmp caddy run --config /etc/caddy/Caddyfile >"$view/tmp/said" 2>&1 &
pid=$!
{ ask caddy && stop $pid; } || code=1
exit $code

#!/bin/sh
# root.sh - make the folder in which the mail lab's servers live: Debian 13 with
# Postfix 3.10, nginx, NSD, unbound, Python and OpenSSL 3.5.
#
#   test/lab/root.sh [DIR]      DIR is build/lab/root unless given
#
# Does nothing when it is there already.  Takes about a minute and the system's
# own Debian mirror; installs nothing on this system.  Where it cannot be made:
# one line that says why, and exit 77.
set -eu
umask 022

here=$(cd "$(dirname "$0")/../.." && pwd)
root=${1:-${LAB_ROOT:-$here/build/lab/root}}
suite=trixie
# shellcheck disable=SC2089 # words for apt
packages='postfix libtlsrpt0 nginx-light nsd unbound ldnsutils python3-minimal libpython3-stdlib openssl iproute2'
stamp="$suite $packages v1"

say() { echo "lab root: $*" >&2; }
skip() { say "$*"; exit 77; }

[ "$(cat "$root/lab/made" 2>/dev/null)" != "$stamp" ] || exit 0

[ "$(id -u)" = 0 ] || skip "only root can make it"
command -v debootstrap >/dev/null || skip "debootstrap is not installed (tools/deps.sh test)"
unshare --mount true 2>/dev/null || skip "this system lets nobody make mount namespaces"
key=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r $key ] || skip "package debian-archive-keyring is not installed"
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' 2>/dev/null |
	awk '$2 ~ /^[a-z]+$/ && $3 == "main" && $1 ~ /\/debian\/?$/ { print $1; exit }')
[ -n "$mirror" ] || skip "apt's sources name no Debian mirror"

# Everything is mounted in a mount namespace of its own, so that nothing can be left over.
if [ "${LAB_ROOT_INSIDE-}" != yes ]; then
	LAB_ROOT_INSIDE=yes exec unshare --mount "$0" "$root"
fi

new=$root.new
log=$root.log
rm -rf "$new"
mkdir -p "$new"
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT TERM
broken() { tail -n 3 "$log" >&2; skip "$* ($log)"; }

say "making it from $mirror, about a minute"
debootstrap --variant=minbase --keyring="$key" "$suite" "$new" "$mirror" >"$log" 2>&1 ||
	broken "debootstrap failed"

# No manuals, no start of any server, no waiting for the disk, and the same proxy as apt here.
cat >"$new/etc/dpkg/dpkg.cfg.d/lab" <<-END
	force-unsafe-io
	path-exclude=/usr/share/doc/*
	path-exclude=/usr/share/man/*
	path-exclude=/usr/share/locale/*
	path-exclude=/usr/share/info/*
END
printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
chmod 755 "$new/usr/sbin/policy-rc.d"
apt-config dump 2>/dev/null | grep -i '^Acquire::https\?::Proxy ' >"$new/etc/apt/apt.conf.d/proxy" || true
mount -t proc proc "$new/proc"
echo 'postfix postfix/main_mailer_type select No configuration' | chroot "$new" debconf-set-selections
# shellcheck disable=SC2086,SC2090 # a list of words
chroot "$new" env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq -y --no-install-recommends install $packages \
	>>"$log" 2>&1 || broken "installing the servers failed"
umount "$new/proc"

rm -rf "$new"/var/cache/apt/* "$new"/var/lib/apt/lists/* "$new"/var/cache/debconf/*-old "$new"/var/log/* \
	"$new"/usr/share/doc/* "$new"/usr/share/man/* "$new"/usr/share/locale/* "$new"/etc/resolv.conf
for d in src world log run; do mkdir -p "$new/lab/$d"; done
: >"$new/etc/resolv.conf"
echo "$stamp" >"$new/lab/made"
rm -rf "$root"
mv "$new" "$root"
trap - EXIT
rm -f "$log"
say "done, $(du -sm "$root" | cut -f 1) MB"

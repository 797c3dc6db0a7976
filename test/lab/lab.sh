#!/bin/sh
# lab.sh - the mail lab: name servers, policy hosts and MX hosts of world.tbl, without internet.
#
#   test/lab/lab.sh up               start it (makes build/lab/root when it is not there)
#   test/lab/lab.sh exec CMD...      run CMD as the client: its own network, a validating resolver on 127.0.0.1
#   test/lab/lab.sh down             stop it; nothing is left
#   test/lab/lab.sh status           is it up, and where is what?  Exit 1 when it is down
#   test/lab/lab.sh domains          each domain and what is special about it
#   test/lab/lab.sh flush            read the zones anew, forget what the resolver knows
#   test/lab/lab.sh port25 blocked|rejected|open    the client's provider drops port 25, forbids it, or not
#   test/lab/lab.sh ipv6 off|on       the client has IPv6, or not
#
# All processes live in namespaces of their own (pid, mount, network) below one process, whose pid is in
# build/lab/run/pid: when it dies, for whatever reason, all of it is gone.  Nothing of the system outside
# is changed.  Trust build/lab/ca.pem.  Where the lab cannot be: one line, and exit 77.
set -eu
umask 022

here=$(cd "$(dirname "$0")" && pwd)
lab=$(cd "$here/../.." && pwd)/build/lab
root=${LAB_ROOT:-$lab/root}
run=$lab/run

say() { echo "lab: $*" >&2; }
die() { say "$*"; exit 1; }

# The process below which all lives, if it lives: prints its pid.
holder() {
	pid='' began=''
	[ -r "$run/pid" ] && read -r pid began <"$run/pid"
	[ -n "$began" ] && [ "$(start_of "$pid")" = "$began" ] && echo "$pid"
}

# When a living process began, so that another one with its number is not taken for it.
start_of() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'; }

# The servers' process 1, as seen from outside: the holder's one child.
init() { tr -d ' ' <"/proc/$pid/task/$pid/children"; }

# Run in the client's network and view of files, in this folder.
as_client() {
	# shellcheck disable=SC2016 # for the inner shell
	exec nsenter --net="/proc/$pid/ns/net" --mount="/proc/$pid/ns/mnt" -- \
		sh -c 'cd "$1" && shift && exec "$@"' sh "$PWD" "$@"
}

up() {
	[ "$(id -u)" = 0 ] || { say "only root can have a mail lab"; exit 77; }
	unshare --mount --net --pid --fork true 2>/dev/null || { say "this system lets nobody make namespaces"; exit 77; }
	mkdir -p "$lab"
	exec 8>"$lab/lock"
	flock 8
	if [ -n "$(holder)" ]; then
		[ ! -e "$run/ready" ] || { say "is up already"; return 0; }
	else
		"$here/root.sh" "$root"
		start
	fi
	n=0
	while [ ! -e "$run/ready" ]; do
		n=$((n + 1))
		sleep 0.1
		if { [ $n -gt 20 ] && [ -z "$(holder)" ]; } || [ $n -gt 1200 ]; then
			{ cat "$run/failed" 2>/dev/null || tail -n 5 "$lab/log/lab.log"; } >&2
			down
			die "could not come up"
		fi
	done
	cp "$lab/world/ca.pem" "$lab/ca.pem"
	say "up ($(sed -n 's/^lab: //p' "$lab/log/lab.log"))"
}

start() {
	mkdir -p "$lab/world" "$lab/log" "$run"
	rm -f "$run"/* "$lab"/log/*
	printf 'nameserver 127.0.0.1\noptions edns0 trust-ad\n' >"$run/resolv.conf"
	setsid unshare --mount --net "$here/lab.sh" _client "$root" >"$lab/log/lab.log" 2>&1 </dev/null 8>&- &
}

# Inside, first: the client's namespaces.  This process is the holder.
client() {
	mount --bind "$1" "$1"
	mount --bind "$lab/world" "$1/lab/world"
	mount --bind "$here" "$1/lab/src"
	mount -o remount,bind,ro "$1/lab/src"
	mount --bind "$run/resolv.conf" /etc/resolv.conf
	echo "$$ $(start_of $$)" >"$run/pid"
	exec 9</proc/self/ns/net
	exec unshare --pid --fork --kill-child=KILL -- unshare --mount --net --uts --ipc "$here/lab.sh" _servers "$1"
}

# Inside, second: the servers' namespaces; process 1.
servers() {
	umount /etc/resolv.conf
	mount --bind "$lab/log" "$1/lab/log"
	mount --bind "$run" "$1/lab/run"
	mount -t proc proc "$1/proc"
	mount -t tmpfs tmpfs "$1/run"
	mount -t tmpfs tmpfs "$1/tmp"
	mount -o remount,bind,ro "$1"
	chmod 1777 "$1/tmp"
	cd /
	exec chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C PYTHONDONTWRITEBYTECODE=1 \
		python3 /lab/src/lab.py 9
}

down() {
	pid=$(holder) || true
	if [ -n "$pid" ]; then
		# The holder ends when process 1 of the servers and all others have been cleared away.
		kill -KILL "$(init)" 2>/dev/null || true
		n=0
		while [ -n "$(holder)" ] && [ $n -lt 100 ]; do
			n=$((n + 1))
			[ $n -ne 50 ] || kill -KILL "$pid" 2>/dev/null || true
			sleep 0.1
		done
	fi
	rm -f "$run"/*
}

status() {
	pid=$(holder) || true
	if [ -z "$pid" ] || [ ! -e "$run/ready" ]; then
		echo "down"
		return 1
	fi
	cat <<-END
		up, process $pid
		client      192.0.2.2, 2001:db8::2; resolver on 127.0.0.1 and ::1
		name server 192.0.2.53, 2001:db8:53::1; the second 203.0.113.53, 2001:db8:53::2
		nginx       203.0.113.1, 2001:db8:443::1; the second 203.0.113.2, 2001:db8:443::2; the odd 203.0.113.10 on
		MX hosts    198.51.100.10 on, 2001:db8:25::a on
		trust       $lab/ca.pem
		logs        $lab/log
	END
}

# The holder, or the end.
need() {
	pid=$(holder) || true
	[ -n "$pid" ] && [ -e "$run/ready" ] || die "is down; $0 up"
}

# ip(8) in the network of a process.
ip_of() {
	of=$1
	shift
	nsenter --net="/proc/$of/ns/net" chroot "$root" ip "$@"
}

port25() {
	case ${1-} in
	blocked) action=blackhole ;;
	rejected) action=prohibit ;;
	open) action='' ;;
	*) die "port25 blocked, rejected or open?" ;;
	esac
	for family in -4 -6; do
		ip_of "$(init)" $family rule del pref 50 2>/dev/null || true
		[ -z "$action" ] || ip_of "$(init)" $family rule add pref 50 iif s0 ipproto tcp dport 25 $action
	done
}

ipv6() {
	case ${1-} in
	off) ip_of "$pid" -6 addr flush dev c0 scope global ;;
	on)
		ip_of "$pid" -6 addr replace 2001:db8::2/64 dev c0 nodad
		ip_of "$pid" -6 route replace default via 2001:db8::1
		;;
	*) die "ipv6 off or on?" ;;
	esac
}

verb=${1-}
[ $# = 0 ] || shift
case $verb in
up) up ;;
down) down ;;
status) status ;;
exec)
	need
	[ $# -gt 0 ] || die "exec what?"
	as_client "$@"
	;;
domains) PYTHONDONTWRITEBYTECODE=1 python3 "$here/world.py" ;;
flush)
	need
	kill -HUP "$(init)"
	;;
port25)
	need
	port25 "$@"
	;;
ipv6)
	need
	ipv6 "$@"
	;;
_client) client "$@" ;;
_servers) servers "$@" ;;
*)
	sed -n '3,/^# All/s/^#   //p' "$0"
	exit 2
	;;
esac

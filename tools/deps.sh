#!/bin/sh
# deps.sh - install what postseal needs, from the system's own packages.
#
#   tools/deps.sh build    compiler, meson, libraries
#   tools/deps.sh test     and what `make test` needs
#   tools/deps.sh check    and what `make check-all`, `make fuzz`, `make tidy` need (clang, valgrind)
#
# Does nothing, and needs neither network nor root, when everything is there.
# Never installs a server.
set -eu

say() { echo "deps: $*" >&2; }
die() { say "$*"; exit 1; }

build='gcc libc6-dev make meson ninja-build pkgconf libidn2-dev libdeflate-dev libyyjson-dev
	libevent-dev libssl-dev libcurl4-openssl-dev libc-ares-dev'
test='libcmocka-dev mandoc python3 openssl curl ca-certificates debootstrap'
check='valgrind clang libclang-rt-dev llvm clang-tidy clang-format'

case ${1-} in
build) want=$build ;;
test) want="$build $test" ;;
check) want="$build $test $check" ;;
*) die "usage: tools/deps.sh build|test|check" ;;
esac

# What is not installed, of the packages named.
missing() {
	have=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' "$@" 2>/dev/null || true)"
	for p; do
		case $have in
		*" $p=installed "*) ;;
		*) printf '%s ' "$p" ;;
		esac
	done
}

# Not Debian: everything may still be there under other names.
elsewhere() {
	lack=
	for c in gcc make meson ninja pkg-config; do
		command -v $c >/dev/null || lack="$lack $c"
	done
	libs='yyjson libdeflate libidn2 libevent_core openssl libcurl libcares'
	if [ "$1" != build ]; then
		libs="$libs cmocka"
		for c in python3 openssl mandoc; do
			command -v $c >/dev/null || lack="$lack $c"
		done
	fi
	for l in $libs; do
		pkg-config --exists $l 2>/dev/null || lack="$lack $l"
	done
	if [ "$1" = check ]; then
		for c in valgrind clang clang-tidy clang-format; do
			command -v $c >/dev/null || lack="$lack $c"
		done
	fi
	[ -z "$lack" ] || die "this is not Debian 12 or later, so please install by hand (libraries with" \
		"their headers):$lack"
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		env DEBIAN_FRONTEND=noninteractive "$@"
	elif [ -t 0 ]; then
		sudo env DEBIAN_FRONTEND=noninteractive "$@"
	else
		sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
	fi
}

# Run quietly; what it said is shown when it fails.
quietly() {
	if ! "$@" >"$tmp/log" 2>&1; then
		cat "$tmp/log" >&2
		return 1
	fi
}

# Debian 12 has no libyyjson.  Debian 13's two packages need only libc6; they are
# fetched from the system's own mirror with lists and sources of their own, so
# that apt on this system never hears of another release.
yyjson_from_13() {
	mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
		awk '($2 == "bookworm" || $2 == "oldstable") && $3 == "main" { print $1; exit }')
	[ -n "$mirror" ] || die "apt's sources name no mirror of bookworm main; install libyyjson-dev by hand"
	key=/usr/share/keyrings/debian-archive-keyring.gpg
	[ -r $key ] || die "package debian-archive-keyring is missing"
	say "Debian 12 has no libyyjson: taking libyyjson0 and libyyjson-dev from Debian 13 at $mirror"
	mkdir -p "$tmp/lists/partial" "$tmp/cache/archives/partial" "$tmp/debs"
	echo "deb [signed-by=$key] $mirror trixie main" >"$tmp/sources.list"
	set -- -o Dir::Etc::SourceList="$tmp/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
		-o Dir::State::Lists="$tmp/lists" -o Dir::Cache="$tmp/cache" \
		-o APT::Sandbox::User="$(id -un)" -o APT::Update::Post-Invoke-Success=
	quietly apt-get "$@" -qq update || return 1
	(cd "$tmp/debs" && quietly apt-get "$@" -qq download libyyjson0 libyyjson-dev) || return 1
	quietly as_root dpkg -i "$tmp"/debs/*.deb
}

id=none version=
if [ -r /etc/os-release ]; then
	id=$(. /etc/os-release && echo "${ID-none}")
	version=$(. /etc/os-release && echo "${VERSION_ID-}")
fi
if [ "$id" != debian ] || ! command -v dpkg-query >/dev/null; then
	elsewhere "$1"
	exit 0
fi

# shellcheck disable=SC2086 # a list of words
lack=$(missing $want)
[ -n "$lack" ] || exit 0

[ "${version:-99}" -ge 12 ] || die "Debian $version is too old: Debian 12 or later, please"
if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
	die "missing: ${lack% }; run 'tools/deps.sh $1' as root, there is no sudo here"
fi
if [ "$(id -u)" != 0 ] && [ ! -t 0 ] && ! sudo -n true 2>/dev/null; then
	die "missing: ${lack% }; sudo wants a password and there is no terminal: run 'sudo tools/deps.sh $1'"
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

say "installing ${lack% }"
yyjson=no
if [ "$version" = 12 ]; then
	case " $lack" in
	*' libyyjson-dev '*) yyjson=yes; lack=$(echo "$lack" | sed 's/libyyjson-dev //') ;;
	esac
fi
if [ -n "$lack" ]; then
	quietly as_root apt-get -qq update || say "apt-get update had trouble; trying with the lists that are here"
	# shellcheck disable=SC2086
	quietly as_root apt-get -qq -y -o DPkg::Lock::Timeout=120 install --no-install-recommends $lack ||
		die "could not install: ${lack% }"
fi
[ $yyjson = no ] || yyjson_from_13 || die "could not install libyyjson-dev"
say "done"

#!/bin/sh
# test.sh - build and run the tests; the last line is `N passed, N failed, N skipped`.
#
#   tools/test.sh            every test that is quick                      (build/)
#   tools/test.sh asan       the same under AddressSanitizer and UBSan, without the lab (build-asan/)
#   tools/test.sh valgrind   unit tests and cases under valgrind           (build/)
#   tools/test.sh lab        the mail lab at leisure, as root              (build/)
set -eu
cd "$(dirname "$0")/.."

# meson setup once; later runs only look again when asked for other options.
configure() {
	dir=$1
	shift
	if [ -f "$dir/build.ninja" ]; then
		meson configure "$dir" "$@" >/dev/null
	else
		meson setup "$dir" "$@" >"$dir.log" 2>&1 || { cat "$dir.log"; rm -f "$dir.log"; return 1; }
		rm -f "$dir.log"
	fi
}

# Fails without output of ninja's that nobody reads.
compile() {
	ninja -C "$1" >"$1/compile.log" 2>&1 || { cat "$1/compile.log"; return 1; }
	grep -A5 'warning:' "$1/compile.log" || true
}

# What failed before any test could: that is one failed test.
broken() {
	echo "FAILED   $1"
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}

# The tests themselves; meson's own summary goes to the log, tally.py says what counts.
run() {
	dir=$1
	shift
	rm -f "$dir"/meson-logs/testlog*.json
	meson test -C "$dir" --no-rebuild --no-suite slow "$@" >"$dir/test.log" 2>&1 || true
	grep -qs . "$dir"/meson-logs/testlog*.json || { cat "$dir/test.log"; broken "no tests could be run"; }
	exec python3 tools/tally.py "$dir"
}

case ${1-} in
'')
	tools/deps.sh test || broken "tools/deps.sh test"
	configure build || broken "meson setup"
	compile build || broken "the build"
	run build --no-suite lab-all
	;;
lab)
	tools/deps.sh test || broken "tools/deps.sh test"
	configure build || broken "meson setup"
	compile build || broken "the build"
	run build --suite lab-all
	;;
asan)
	tools/deps.sh test || broken "tools/deps.sh test"
	configure build-asan -Db_sanitize=address,undefined -Db_lundef=false || broken "meson setup"
	compile build-asan || broken "the build"
	export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1
	export UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:print_stacktrace=1
	run build-asan --no-suite house --no-suite lab --no-suite lab-all --timeout-multiplier 5
	;;
valgrind)
	tools/deps.sh check || broken "tools/deps.sh check"
	configure build || broken "meson setup"
	compile build || broken "the build"
	run build --suite unit --suite cases --timeout-multiplier 20 \
		--wrap "valgrind --quiet --error-exitcode=99 --leak-check=full --track-origins=yes"
	;;
*)
	echo "usage: tools/test.sh [asan|valgrind|lab]" >&2
	exit 2
	;;
esac

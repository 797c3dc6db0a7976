#!/bin/bash
# check-all.sh - everything that can be checked; the last line is `N passed, N failed, N skipped`.
#
#   tools/check-all.sh [SECONDS]   begin no further step after that many seconds
#
# Each step is a command that closes with such a line; what it says goes to
# build-check/STEP.log and is shown when it fails.
set -u
cd "$(dirname "$0")/.." || exit 1
limit=${1-100000}
began=$(date +%s)
passed=0 failed=0 skipped=0
mkdir -p build-check

# step NAME SECONDS COMMAND...: SECONDS is what it usually takes; too few left, and it is skipped.
step() {
	local name=$1 takes=$2 log=build-check/$1.log from counts
	shift 2
	from=$(date +%s)
	if [ $((from - began + takes)) -gt "$limit" ]; then
		printf '%-10s skipped: no time left\n' "$name"
		skipped=$((skipped + 1))
		return
	fi
	"$@" >"$log" 2>&1 </dev/null
	local status=$?
	counts=$(grep -a -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -n 1 | tr -dc '0-9 ')
	# shellcheck disable=SC2086 # three numbers
	set -- ${counts:-0 1 0}
	if [ $status != 0 ] && [ "$2" = 0 ]; then
		set -- "$1" 1 "$3"
	fi
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
	printf '%-10s %5s good, %s bad, %s left out (%d s)\n' "$name" "$1" "$2" "$3" $(($(date +%s) - from))
	if [ "$2" != 0 ]; then
		sed 's/^/    /' "$log" | tail -n 200
	else
		grep -a '^skipped ' "$log" | sed 's/^/    /'
	fi
}

# The manual pages, judged by mandoc: a page is a test.
man_lint() {
	local good=0 bad=0 page
	for page in man/*.[1-8]; do
		if mandoc -T lint -W warning "$page"; then
			good=$((good + 1))
		else
			bad=$((bad + 1))
		fi
	done
	echo "$good passed, $bad failed, 0 skipped"
}

# The build of `make`, in which each of gcc's warnings is an error.
werror() {
	if { [ -f build-werror/build.ninja ] || meson setup build-werror -Dwerror=true; } &&
		ninja -C build-werror; then
		echo "1 passed, 0 failed, 0 skipped"
	else
		echo "0 passed, 1 failed, 0 skipped"
	fi
}

tools/deps.sh check || echo "going on without: some steps will fail"
step test 120 make test
step werror 60 werror
step manual 5 man_lint
step lab 420 tools/test.sh lab
step asan 180 tools/test.sh asan
step tidy 180 tools/tidy.sh
step fuzz 420 tools/fuzz.sh 20
step valgrind 300 tools/test.sh valgrind
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]

#!/bin/sh
# fuzz.sh - build the fuzz targets with clang and run them, two at a time.
#
#   tools/fuzz.sh SECONDS [TARGET]
#
# New inputs are kept in build-fuzz/corpus/TARGET and used again next time;
# what made a target crash, hang or break its promise lies in build-fuzz/findings.
# The last line is `N passed, N failed, N skipped`, a target being one.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-300}
only=${2-}
dir=build-fuzz

broken() {
	echo "FAILED   $1"
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}

# One target; its table row goes to its .row file.
one() {
	name=$1
	mkdir -p "$dir/corpus/$name" "$dir/findings" "$dir/log"
	log=$dir/log/$name.log
	if "$dir/test/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
		-print_final_stats=1 -artifact_prefix="$dir/findings/$name-" \
		"$dir/corpus/$name" "test/fuzz/corpus/$name" >"$log" 2>&1; then
		verdict=ok
	else
		verdict=FOUND
	fi
	stat() { sed -n "s/^stat::$1: *//p" "$log"; }
	printf '%-16s %12s %9s %8s  %s\n' "$name" "$(stat number_of_executed_units)" \
		"$(stat average_exec_per_sec)" "$(stat new_units_added)" $verdict >"$dir/log/$name.row"
}

if [ "${FUZZ_ONE-}" ]; then
	one "$FUZZ_ONE"
	exit 0
fi

tools/deps.sh check || broken "tools/deps.sh check"
if [ ! -f $dir/build.ninja ]; then
	CC=clang meson setup $dir -Dfuzzers=true -Db_sanitize=address,undefined -Db_lundef=false \
		-Doptimization=1 >$dir.log 2>&1 || { cat $dir.log; broken "meson setup with clang"; }
	rm -f $dir.log
fi
ninja -C $dir >$dir/compile.log 2>&1 || { cat $dir/compile.log; broken "the build with clang"; }

names=$(find $dir/test/fuzz -maxdepth 1 -type f -name 'fuzz_*' | sed 's,.*/fuzz_,,' | sort)
if [ -n "$only" ]; then
	echo "$names" | grep -qx "$only" || broken "no target '$only'; there are: $(echo $names)"
	names=$only
fi
rm -f $dir/log/*.row
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
echo "$names" | xargs -P 2 -I '{}' env FUZZ_ONE='{}' "$0" "$seconds" || true

printf '%-16s %12s %9s %8s\n' target executions 'a second' 'new'
cat $dir/log/*.row
failed=0
passed=0
for name in $names; do
	if grep -qs ' ok$' "$dir/log/$name.row"; then
		passed=$((passed + 1))
		continue
	fi
	failed=$((failed + 1))
	echo
	echo "!!!!!!!! FOUND by $name; the input: $(ls "$dir"/findings/"$name"-* 2>/dev/null | tail -1)"
	grep -m1 -A12 -E 'ERROR: |runtime error|SUMMARY|Assertion' "$dir/log/$name.log" || tail -20 "$dir/log/$name.log"
	echo
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]

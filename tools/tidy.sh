#!/bin/sh
# tidy.sh - clang-tidy over every source; a file is a test.  The last line is `N passed, N failed, N skipped`.
set -eu
cd "$(dirname "$0")/.."

# One file; silent unless something is found.
if [ "${TIDY_ONE-}" ]; then
	see=--extra-arg=-include$PWD/test/house/analyzer.h
	[ "$TIDY_ONE" != src/base/err.c ] || see=--extra-arg=-Isrc
	if found=$(clang-tidy --quiet -p build --extra-arg=-Isrc --extra-arg=-Wno-unknown-warning-option \
		"$see" "$TIDY_ONE" 2>/dev/null); then
		echo ok
	else
		echo "FAILED   $TIDY_ONE"
		echo "$found"
	fi
	exit 0
fi

tools/deps.sh check
[ -f build/build.ninja ] || meson setup build >/dev/null
ninja -C build build.ninja >/dev/null # compile_commands.json of this moment
# One run a file: several in one confuse the analyzer about va_list.  Only what the build compiles.
log=build/tidy.log
python3 -c 'import json, os
for unit in json.load(open("build/compile_commands.json")):
    print(os.path.relpath(os.path.join(unit["directory"], unit["file"])))' | sort -u |
	xargs -P 2 -I '{}' env TIDY_ONE='{}' "$0" >$log
passed=$(grep -ac '^ok$' $log) || true
failed=$(grep -ac '^FAILED' $log) || true
grep -a -v '^ok$' $log || true
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]

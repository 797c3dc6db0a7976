#!/bin/sh
# manual - what --help says of verbs, kinds and options stands in the man page and the completions too,
# and in the man pages every warning of reports, every member of JSON and every exit code.  TAP out.
set -u
postseal=$(realpath "$1")
top=$2
n=0 bad=0

check() # file, word
{
	n=$((n + 1))
	if sed 's/\\-/-/g; s/Fl Fl /--/g; s/\\(aq/'"'"'/g' "$top/$1" | grep -qF -- "$2"; then
		echo "ok $n - $1 has $2"
	else
		bad=$((bad + 1))
		echo "not ok $n - $1 has $2"
	fi
}

verbs=$("$postseal" --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p')
for verb in $verbs; do
	page=man/postseal-$verb.1
	check man/postseal.1 "$verb"
	for word in $("$postseal" "$verb" --help | sed -n 's/^  \(--[a-z][a-z-]*\) .*/\1/p; s/^  \([a-z][a-z-]*\) [A-Z].*/\1/p'); do
		check "$page" "$word"
		check share/completion/postseal.bash "$word"
		check share/completion/_postseal "$word"
	done
done
for code in $(sed -n 's/.*= *{ *STR("\([a-z0-9:-]*\)".*/\1/p' "$top/src/wire/report_warning.c"); do
	check man/postseal-lint.1 "$code"
done
# members FILE...: the names of JSON members that it writes
members()
{
	sed -n 's/.*first, "\([a-z0-9_]*\)".*/\1/p; s/.*inner, "\([a-z0-9_]*\)".*/\1/p' "$@"
	grep -ho '\\"[a-z0-9_]*\\":' "$@" | tr -d '\\":'
}
for verb in check:check_json.c resolve:resolve.c; do
	for member in $(members "$top/src/app/postseal/${verb#*:}" | sort -u); do
		check "man/postseal-${verb%:*}.1" "$member"
	done
done
for verb in $verbs; do
	for code in $("$postseal" "$verb" --help | sed -n '/^Exit codes:/,$p' | grep -oE '(^|[ ,])[0-9]+ ' | tr -d ' ,'); do
		check "man/postseal-$verb.1" ".It $code"
	done
done
[ "$n" -gt 150 ] || { bad=1; echo "# too few words found: has the form of the tables changed?"; }
echo "1..$n"
[ "$bad" = 0 ]

#!/bin/sh
# cli - run the command as a user would and look at what it says.  TAP out.
#
# A script (*.cli) has commands and what they must do:
#   $ lint mx HOST PATTERN   the arguments of postseal, as a shell reads them
#   < TEXT                   before it: a line of standard input
#   exit N                   the exit code
#   says TEXT                a line of standard output or error contains it
#   never TEXT               no line contains it
set -u
postseal=$(realpath "$1")
script=$2
export NO_COLOR=1 LC_ALL=C
here=$(CDPATH= cd "$(dirname "$script")" && pwd)
cd "$here" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
: >"$work/in"
n=0 bad=0 command=''

check() # result, what
{
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		bad=$((bad + 1))
		echo "not ok $n - $command: $2"
		sed 's/^/#   /' "$work/out"
	fi
}

while IFS= read -r line || [ -n "$line" ]; do
	case $line in
	'#'* | '') ;;
	'< '*) printf '%s\n' "${line#< }" >>"$work/in" ;;
	'$' | '$ '*)
		command=${line#\$}
		eval "\"$postseal\" $command" <"$work/in" >"$work/out" 2>&1
		code=$?
		: >"$work/in"
		;;
	'exit '*) [ "$code" = "${line#exit }" ]; check $? "$line (was $code)" ;;
	'says '*) grep -qF -- "${line#says }" "$work/out"; check $? "$line" ;;
	'never '*) ! grep -qF -- "${line#never }" "$work/out"; check $? "$line" ;;
	*) echo "Bail out! $script: $line"; exit 2 ;;
	esac
done <"$(basename "$script")"
echo "1..$n"
[ "$bad" = 0 ]

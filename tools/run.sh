#!/bin/sh
# run.sh - show what there is so far: `lint`, on real examples.   tools/run.sh [DOMAIN]
set -u
cd "$(dirname "$0")/.."
postseal=build/postseal
report=test/cases/reports/files/rfc/rfc8460_appendix_b_verbatim.json

bold='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
	bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
fi

if [ -n "${1-}" ]; then
	cat <<END
Checking a domain such as $1 comes with the next release; nothing is asked of the network yet.
By hand, with the answers that dig and curl give:

  postseal lint sts-record "\$(dig +short TXT _mta-sts.$1 | tr -d '"')"
  postseal lint tlsrpt-record "\$(dig +short TXT _smtp._tls.$1 | tr -d '"')"
  curl -s https://mta-sts.$1/.well-known/mta-sts.txt | postseal lint policy -
END
	exit 0
fi

# What is shown, then the command as one would type it, then what it says.
show() {
	about=$1
	typed=$2
	shift 2
	printf '\n%s# %s%s\n%s$ %s%s\n' "$dim" "$about" "$plain" "$bold" "$typed" "$plain"
	"$postseal" "$@"
	code=$?
	[ $code = 0 ] || printf '%s(exit code %d)%s\n' "$dim" $code "$plain"
}

cat <<END
$("$postseal" --version): transport security for mail domains.

What exists: ${bold}postseal lint${plain}, which judges what a domain publishes (MTA-STS and TLSRPT
records, the policy file) and what reporters send (TLS reports and their names), without asking the
world.  It is $postseal; nothing needs to be installed.  Eight examples:
END

show 'the record of RFC 8461 3.1' \
	"postseal lint sts-record 'v=STSv1; id=20160831085700Z;'" \
	lint sts-record 'v=STSv1; id=20160831085700Z;'

show 'the policy of RFC 8461 3.2' 'postseal lint policy - <<END
version: STSv1
mode: enforce
mx: mail.example.com
mx: *.example.net
mx: backupmx.example.com
max_age: 604800
END' lint policy - <<END
version: STSv1
mode: enforce
mx: mail.example.com
mx: *.example.net
mx: backupmx.example.com
max_age: 604800
END

show 'one character wrong, and no sender uses the policy' \
	"postseal lint sts-record 'v=STSv1; id=2024-01-01'" \
	lint sts-record 'v=STSv1; id=2024-01-01'

show 'the policy in the DNS instead of in its file' \
	"postseal lint sts-record 'v=STSv1; mode: enforce; mx: mail.example.com; max_age: 604800'" \
	lint sts-record 'v=STSv1; mode: enforce; mx: mail.example.com; max_age: 604800'

show 'the report of RFC 8460 Appendix B, as receivers should read it' \
	"postseal lint report $report" lint report "$report"

show 'the same by the letter of the RFC, which its own example does not keep' \
	"postseal lint report --strict $report" lint report --strict "$report"

show 'the file name of RFC 8460 5.1' \
	"postseal lint report-name 'mail.sndr.example.com!example.net!1470013207!1470186007!001.json.gz'" \
	lint report-name 'mail.sndr.example.com!example.net!1470013207!1470186007!001.json.gz'

show 'a star is exactly one label' \
	"postseal lint mx eu.mail.example.net '*.example.net'" \
	lint mx eu.mail.example.net '*.example.net'

cat <<END

Next: $postseal lint --help, or man -l man/postseal-lint.1 for all of it; make test.
END

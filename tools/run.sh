#!/bin/sh
# run.sh - check a domain, or show what there is so far on real examples.   tools/run.sh [DOMAIN]
set -u
cd "$(dirname "$0")/.."
postseal=build/postseal
report=test/cases/reports/files/rfc/rfc8460_appendix_b_verbatim.json

if [ -n "${1-}" ]; then
	"$postseal" check -- "$1"
	code=$?
	[ $code -gt 1 ] && [ $code != 3 ] && exit $code
	exit 0 # what is wrong with the domain is not wrong with make
fi

bold='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
	bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
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

What exists, all of it in $postseal; nothing needs to be installed:

  ${bold}make run DOMAIN=example.com${plain}    what is wrong with a domain, what senders do with its mail now,
                                 what to publish: postseal check example.com
  ${bold}make demo${plain}                      the same on domains that are broken on purpose, without internet (root)
  ${bold}postseal resolve DOMAIN${plain}        a sender's walk step by step, and what Postfix would be told
  ${bold}postseal policy new, dns,${plain}      a policy from the live MX hosts, the records to publish, files and
  ${bold}publish DOMAIN${plain}                 configurations for web servers
  ${bold}postseal lint${plain}                  judges records, policies and reports without asking the world

Of the last, eight examples:
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

Next: make run DOMAIN=example.com, $postseal check --help, man -l man/postseal-check.1; make test.
END

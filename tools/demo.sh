#!/bin/sh
# demo.sh - checks of telling domains in the mail lab, without internet.  Needs root.
set -eu
cd "$(dirname "$0")/.."
lab=test/lab/lab.sh

if [ "$(id -u)" != 0 ]; then
	echo "demo: its name servers, web servers and mail servers run in namespaces of their own, which only root" \
		"can make: sudo make demo" >&2
	exit 1
fi
tools/deps.sh test
if ! $lab status >/dev/null; then
	trap '$lab down' EXIT
	trap 'exit 130' INT TERM
	$lab up
fi

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi

# check DOMAIN WHAT: what postseal makes of it; a bad verdict is what is to be seen.
check() {
	printf '\n%s# %s%s\n$ postseal check %s\n' "$bold" "$2" "$plain" "$1"
	code=0
	$lab exec build/postseal check --ca-file build/lab/ca.pem "$1" || code=$?
	[ $code -le 1 ] || [ $code = 3 ] || exit $code
	printf '(exit code %d)\n' $code
}

check dane-and-sts.test 'well but for a short max_age: MTA-STS in mode enforce, TLSA records, reports'
check webpki-name.test 'the commonest fault: the certificate of the policy host is for another name'
check policytext.test 'the policy in the DNS instead of in its file'
check testing-nostarttls.test 'mode testing: mail goes out all the same, and senders report'
check mxtypo.test 'a typing error in the policy, and no mail comes any more'
check expired.test 'the certificate of the MX host has expired'
check dane-bad.test 'a new certificate, and the TLSA record still names the old one'
check greylisted.test 'an MX host that lets nobody in whom it does not know: unknown, which is no failure'

cat <<END

These were eight of 301 domains.  To look at others: make lab.  A domain of the real world:
make run DOMAIN=example.com
END

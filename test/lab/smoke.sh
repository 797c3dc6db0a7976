#!/bin/bash
# smoke.sh - is the mail lab what world.tbl says?  Asked with plain tools: drill, openssl, curl.  TAP.
#
#   test/lab/smoke.sh         starts the lab when it is down, and stops it again then
set -u
here=$(cd "$(dirname "$0")" && pwd)
lab=$(cd "$here/../.." && pwd)/build/lab
root=${LAB_ROOT:-$lab/root}
ca=$lab/ca.pem

command -v curl >/dev/null || { echo "1..0 # SKIP curl is not installed (tools/deps.sh test)"; exit 77; }

# ---- outside: up, ask as the client, down; then look that nothing is left.
left() { # of the lab whose pid namespace this was: processes, mounts, files
	local p
	for p in /proc/[0-9]*; do
		[ "$(readlink "$p/ns/pid" 2>/dev/null)" != "$1" ] || echo "# ${p#/proc/} $(cat "$p/comm" 2>/dev/null)"
	done
	grep "$lab" /proc/self/mountinfo
	ls -A "$lab/run"
}
if [ "${LAB_INSIDE-}" != yes ]; then
	"$here/lab.sh" status >/dev/null && was=up || was=down
	if [ $was = down ]; then
		"$here/lab.sh" up >&2
		code=$?
		if [ $code != 0 ]; then
			[ $code = 77 ] && echo "1..0 # SKIP the lab cannot be had here: see above"
			exit $code
		fi
	fi
	read -r pid _ <"$lab/run/pid"
	inside=$(readlink "/proc/$pid/ns/pid_for_children")
	said=$(mktemp)
	LAB_INSIDE=yes "$here/lab.sh" exec "$here/smoke.sh" | tee "$said"
	code=${PIPESTATUS[0]}
	if [ $was = down ]; then
		"$here/lab.sh" down
		rest=$(left "$inside")
		[ -z "$rest" ] || { code=1; printf 'not '; }
		echo "ok - nothing is left of it" | tee -a "$said"
		[ -z "$rest" ] || echo "$rest"
	fi
	echo "1..$(grep -cE '^(not )?ok' "$said")"
	rm -f "$said"
	exit "$code"
fi

# ---- inside
n=0 bad=0
tell() { # tell "$?" SENTENCE [WHAT CAME]
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		echo "${3-}" | tail -n 12 | cut -c -200 | sed 's/^/#   /'
		bad=$((bad + 1))
	fi
}
like() { # like SENTENCE TEXT REGEX
	grep -Eqs -- "$3" <<<"$2"
	tell $? "$1 (/$3/)" "$2"
}
unlike() {
	! grep -Eqs -- "$3" <<<"$2"
	tell $? "$1 (no /$3/)" "$2"
}
# Each question is one process, since many never end by themselves.
drill() { timeout 25 chroot "$root" drill -D "$@" @127.0.0.1 2>&1; }
at() { timeout 5 chroot "$root" drill @"$1" "$2" "$3" 2>&1; }
ip_of() { getent ahosts "$1" | awk '{ print $1; exit }'; }
web() { timeout 12 curl -sS -m 10 -i --cacert "$ca" "${@:2}" "https://mta-sts.$1/.well-known/mta-sts.txt" 2>&1 | tr -d '\0'; }
# STARTTLS [OPTIONS...]: the handshake with the MX host, verified for its name.
tls() {
	local ip
	ip=$(ip_of "$1")
	[[ $ip == *:* ]] && ip="[$ip]"
	[[ $* == *-noservername* ]] || set -- "$@" -servername "$1"
	timeout "${wait_s:-8}" chroot "$root" openssl s_client -starttls smtp -connect "$ip:25" -verify_hostname "$1" \
		-CAfile /lab/world/ca.pem "${@:2}" </dev/null 2>&1
}
# Say lines to port 25, each after an answer, and print all that comes: talk SECONDS HOST [LINE...]
talk() {
	timeout "$1" bash -c 'exec 3<>/dev/tcp/$0/25 || exit
		for say; do IFS= read -r heard <&3; echo "$heard"; printf "%s\r\n" "$say" >&3; done; cat <&3' \
		"${@:2}" 2>&1 | tr -d '\0' | head -c 30000
}
# STARTTLS and NOOP in one segment; is the NOOP answered inside TLS?
inject() {
	timeout 8 chroot "$root" python3 - "$(ip_of "$1")" <<-END 2>&1
		import socket, ssl, sys
		s = socket.create_connection((sys.argv[1], 25), 5)
		s.recv(4096)
		s.sendall(b"EHLO c\r\n")
		s.recv(4096)
		s.sendall(b"STARTTLS\r\nNOOP\r\n")
		print(s.recv(4096))
		c = ssl._create_unverified_context()
		t = c.wrap_socket(s)
		t.settimeout(2)
		print("after TLS:", t.recv(4096).decode())
	END
}

# ---- names
like "AD for a signed name" "$(drill good.test MX)" 'flags:.* ad '
unlike "no AD for an unsigned name" "$(drill shared.test MX)" 'flags:.* ad '
for name in bogus.test sigexpired.test bogusmx.test; do
	like "bogus: $name" "$(drill $name MX)" 'SERVFAIL'
done
like "bogus, with CD" "$(drill -o CD bogus.test MX)" 'NOERROR.*'
like "only the TXT is bogus" "$(drill _mta-sts.bogustxt.test TXT)" 'SERVFAIL'
like "and not the MX" "$(drill bogustxt.test MX)" 'flags:.* ad '
like "only the TLSA is bogus" "$(drill _25._tcp.mx.bogustlsa.test TLSA)" 'SERVFAIL'
like "TLSA, secure" "$(drill _25._tcp.mx.dane.test TLSA)" 'flags:.* ad '
like "NXDOMAIN" "$(drill _mta-sts.plain.test TXT)" 'NXDOMAIN'
like "NODATA" "$(drill _mta-sts.nodata.test TXT)" 'NOERROR.*'
unlike "NODATA has no answer" "$(drill _mta-sts.nodata.test TXT)" 'ANSWER: [1-9]'
like "SERVFAIL of the servers" "$(drill servfail.test MX)" 'SERVFAIL'
like "SERVFAIL of one name" "$(drill _mta-sts.txtservfail.test TXT)" 'SERVFAIL'
unlike "servers that never answer" "$(timeout 2 chroot "$root" drill deaddns.test MX @127.0.0.1)" 'NOERROR'
unlike "a name that never answers" "$(timeout 2 chroot "$root" drill _mta-sts.dnsslow.test TXT @127.0.0.1)" 'NOERROR'
like "eight aliases" "$(drill _mta-sts.chain8.test TXT)" 'v=STSv1'
like "twenty are too many" "$(drill _mta-sts.chain20.test TXT)" 'SERVFAIL'
unlike "aliases that go round" "$(drill _mta-sts.txtloop.test TXT)" 'v=STSv1'
like "an alias of nothing" "$(drill _mta-sts.txtdangling.test TXT)" 'NXDOMAIN'
like "too large for UDP" "$(at 192.0.2.53 _mta-sts.bigtxt.test TXT)" 'flags:.* tc '
like "and whole by TCP" "$(drill -t _mta-sts.bigtxt.test TXT)" 'v=STSv1'
like "ns1 has the new id" "$(at 192.0.2.53 _mta-sts.disagree.test TXT)" '2026new'
like "ns2 has the old id" "$(at 203.0.113.53 _mta-sts.disagree.test TXT)" '2026old'
like "ns2 by IPv6" "$(at 2001:db8:53::2 _mta-sts.disagree.test TXT)" '2026old'
like "SOA gives five seconds for no" "$(drill nothing.good.test A)" 'SOA.* 5$'
like "null MX" "$(drill parked.test MX)" 'MX.0 \.$'
like "non-ASCII is kept" "$(drill _mta-sts.smartquotes.test TXT)" '\\226\\128\\156'

# ---- policy hosts
like "a good policy" "$(web good.test)" '^mode: enforce'
like "by IPv6 only" "$(web v6.test -6)" '^mode: enforce'
like "at the provider" "$(web cname.test)" '^mode: enforce'
for one in 404:nopolicy 500:http500 401:http401 403:http403 429:http429 301:redirect 302:redirect302 308:redirect308 \
	204:http204 206:http206 503:http503 403:botwall; do
	like "status ${one%%:*}" "$(web "${one#*:}.test")" "^HTTP/1.1 ${one%%:*} "
done
like "a browser may" "$(web botwall.test -A Mozilla/5.0)" '^HTTP/1.1 200'
like "wrong type" "$(web wrongtype.test)" '^Content-Type: text/html'
unlike "no type" "$(web notype.test)" '^Content-Type'
like "with a charset" "$(web charset.test)" '^Content-Type: text/plain; charset'
like "gzip" "$(web gzip.test)" '^Content-Encoding: gzip'
like "stale copy" "$(web stalecache.test)" '^Age: 518400'
like "byte order mark" "$(web bom.test)" $'^\xef\xbb\xbfversion'
like "empty" "$(web empty.test)" '^Content-Length: 0'
[ "$(web huge.test | wc -c)" -gt 70000 ]
tell $? "huge"
like "chunks" "$(web chunked.test)" '^max_age'
like "cut" "$(web webcut.test)" 'remaining'
like "drip" "$(web drip.test -m 3)" '\(28\)'
like "slow" "$(web slow.test -m 2)" '\(28\)'
like "stalls after TCP" "$(web stalltcp.test -m 2)" '\(28\)'
like "never answers" "$(web webdead.test -m 2)" '\(28\)'
like "refused" "$(web webdown.test)" '\(7\)'
like "no such name" "$(web webnodns.test)" '\(6\)'
like "reset" "$(web webreset.test)" '\(35\)'
like "alert unrecognized_name" "$(web webalert.test)" 'unrecognized name'
like "alert of a provider" "$(web provgone.test)" 'unrecognized name'
like "alert handshake_failure" "$(web webalert40.test)" 'handshake failure'
like "no TLS" "$(web webplain.test)" 'wrong version|packet length'
like "TLS 1.1 at most" "$(web webtls11.test --tlsv1.2)" 'protocol version'
for one in webpki-invalid:self webpki-expired:expired webnotyet:'not yet' webunknown:'local issuer' webnochain:'local issuer' \
	webpki-name:'no alternative' webapex:'no alternative' webprovcert:'no alternative' webpartial:'.' \
	webweak:'too weak' webclientonly:'purpose'; do
	like "certificate ${one%%:*}" "$(web "${one%%:*}.test")" "\(60\).*${one#*:}"
done
for one in webrsa webwild webnear webrevoked; do
	like "certificate $one" "$(web $one.test)" '^mode'
done
authority() { curl -sS "http://ca.lab.test/$1" | chroot "$root" openssl "${@:2}" -inform DER -noout 2>&1; }
like "AIA gives the intermediate" "$(authority issuing.der x509 -subject)" 'Issuing'
like "the CRL" "$(authority issuing.crl crl -text)" 'Serial Number'
[ "$(web bodychange.test)" != "$(web bodychange.test)" ]
tell $? "body changes"
one=$(ip_of mta-sts.good.test)
like "second address, other policy" "$(web weboneold.test --resolve mta-sts.weboneold.test:443:203.0.113.2)" 'mx-before'
like "second address, other certificate" "$(web webonecert.test --resolve mta-sts.webonecert.test:443:203.0.113.2)" 'expired'
like "reports are taken" "$(curl -sS -i --cacert "$ca" -d x https://reports.rua.test/ok)" '^HTTP/1.1 201'

# ---- MX hosts: Postfix
like "Postfix, ECDSA" "$(tls mx.good.test -sigalgs ECDSA+SHA256)" 'Verify return code: 0'
like "Postfix, RSA" "$(tls mx.good.test -sigalgs RSA-PSS+SHA256)" 'Verify return code: 0'
like "Postfix by IPv6" "$(tls mx.v6.test)" 'Verify return code: 0'
like "TLS 1.3" "$(tls mx1.shared.test)" 'TLSv1.3'
like "right for its SNI" "$(tls mx.snimap.test)" 'Verify return code: 0'
like "another without SNI" "$(tls mx.snimap.test -noservername)" 'CN *= *mx.provider.test'
for one in badcert:18 expired:10 notyet:9 mismatch:62 fordomain:62 untrusted:20 nochain:21 mxclientonly:26 \
	mxrsa:0 mxwild:0 mxnear:0 mxsha1:68 mxweak:66; do
	like "MX certificate ${one%%:*}" "$(tls "mx.${one%%:*}.test" -purpose sslserver -auth_level 2)" "Verify return code: ${one#*:} "
done
unlike "MX certificate cnonly" "$(tls mx.cnonly.test | chroot "$root" openssl x509 -noout -ext subjectAltName 2>&1)" 'DNS:'
like "RSA beside it expired" "$(tls mx.mxdualbad.test -sigalgs RSA-PSS+SHA256)" 'Verify return code: 10'
like "and ECDSA right" "$(tls mx.mxdualbad.test -sigalgs ECDSA+SHA256)" 'Verify return code: 0'
like "mail is taken" "$(talk 3 mx.plain.test 'EHLO c' 'MAIL FROM:<a@lab.test>' 'RCPT TO:<b@plain.test>' QUIT)" '^250 2.1.5'
like "nobody is refused" "$(talk 3 mx.rua.test 'EHLO c' 'MAIL FROM:<a@lab.test>' 'RCPT TO:<nobody@rua.test>' QUIT)" '^554 5.7.1'

# ---- MX hosts: odd ones
unlike "no STARTTLS" "$(talk 2 mx.nostarttls.test 'EHLO c' QUIT)" 'STARTTLS'
like "STARTTLS overwritten" "$(talk 2 mx.stripped.test 'EHLO c' QUIT)" 'XXXXXXXA'
like "454" "$(talk 2 mx.starttls454.test 'EHLO c' STARTTLS QUIT)" '^454'
like "500" "$(talk 2 mx.starttls500.test 'EHLO c' STARTTLS QUIT)" '^500'
like "554" "$(talk 2 mx.banner554.test)" '^554'
like "421" "$(talk 2 mx.banner421.test)" '^421'
like "450" "$(talk 2 mx.greylisted.test)" '^450'
like "451 to EHLO" "$(talk 2 mx.greyehlo.test 'EHLO c')" '^451'
like "only HELO" "$(talk 2 mx.helo.test 'EHLO c' 'HELO c' QUIT)" '^250'
unlike "tarpit" "$(talk 2 mx.tarpit.test)" '220'
like "greeting in slow lines" "$(talk 13 mx.tarpitlines.test QUIT)" '^220 '
like "closed after the greeting" "$(talk 2 mx.closeafter220.test)" '^220'
[ -z "$(talk 2 mx.closeatonce.test)" ]
tell $? "closed at once"
like "reset at once" "$(talk 2 mx.resetatonce.test)" 'reset'
like "refused" "$(talk 2 mx.mxdown.test)" 'refused'
[ -z "$(talk 2 mx.mxdead.test)" ]
tell $? "never answers"
[ "$(talk 2 mx.longehlo.test 'EHLO c' QUIT | grep -c '^250')" = 100 ]
tell $? "EHLO of 100 lines"
[ "$(talk 2 mx.endlessehlo.test 'EHLO c' | wc -c)" = 30000 ]
tell $? "EHLO without end"
unlike "junk" "$(talk 2 mx.junkgreeting.test)" '^220'
like "HTTP" "$(talk 2 mx.http25.test)" '^HTTP'
[ "$(talk 2 mx.longline.test QUIT | head -n 1 | wc -c)" -gt 20000 ]
tell $? "one long line"
like "TLS dropped" "$(tls mx.tlsdrop.test)" 'unexpected eof|errno=|no peer certificate'
like "TLS alert" "$(tls mx.tlsalert.test)" 'handshake failure'
like "no TLS after 220" "$(tls mx.tlsjunk.test)" 'wrong version|packet length'
unlike "TLS stalls" "$(wait_s=2 tls mx.tlsstall.test)" 'Verify'
like "TLS 1.1 at most" "$(tls mx.oldtls.test)" 'protocol version'
like "TLS 1.1 it is" "$(tls mx.oldtls.test -tls1_1 -cipher ALL:@SECLEVEL=0)" 'Protocol *: TLSv1.1|TLSv1.1, Cipher'
like "TLS 1.0 only" "$(tls mx.tls10.test)" 'protocol version'
like "TLS 1.0 too" "$(tls mx.alsotls10.test -tls1 -cipher ALL:@SECLEVEL=0)" 'Verify return code: 0'
like "TLS 1.3 only" "$(tls mx.tls13.test -tls1_2)" 'protocol version'
like "SNI required" "$(tls mx.snirequired.test -noservername)" 'unrecognized name'
like "with SNI all is well" "$(tls mx.snirequired.test)" 'Verify return code: 0'
like "another certificate without SNI" "$(tls mx.snimismatch.test -noservername)" 'CN *= *mx.badcert.test'
like "commands before TLS are taken" "$(inject mx.inject.test)" 'after TLS: 250'
unlike "not by Postfix" "$(inject mx1.shared.test)" 'after TLS: 250'

[ $bad = 0 ]

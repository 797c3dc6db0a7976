#include "core/finding.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/out.h"

#define ALWAYS(severity) FINDING_##severity, FINDING_##severity, FINDING_##severity
#define REFUSING FINDING_FATAL, FINDING_ERROR, FINDING_WARNING /* by mode: enforce, testing, none */
#define NOTHING RESULT_TYPE_OTHER
#define FETCH RESULT_TYPE_STS_POLICY_FETCH_ERROR
#define WEBPKI RESULT_TYPE_STS_WEBPKI_INVALID
#define INVALID RESULT_TYPE_STS_POLICY_INVALID
#define NO_STARTTLS RESULT_TYPE_STARTTLS_NOT_SUPPORTED
#define VALIDATION RESULT_TYPE_VALIDATION_FAILURE
#define EXPIRED RESULT_TYPE_CERTIFICATE_EXPIRED
#define MISMATCH RESULT_TYPE_CERTIFICATE_HOST_MISMATCH
#define UNTRUSTED RESULT_TYPE_CERTIFICATE_NOT_TRUSTED
#define ROW(id) [FINDING_##id] = { #id

static const struct finding_row rows[FINDING_N] = {
	/* the _mta-sts record */
	ROW(T01), "the _mta-sts record is there", "RFC 8461 3.1", FINDING_ERROR, FINDING_ERROR, FINDING_INFO, NOTHING,
	    "Publish one TXT record at _mta-sts.DOMAIN so that senders look for the policy." },
	ROW(T02), "the lookup of the _mta-sts record works", "RFC 8461 3.1", ALWAYS(ERROR), NOTHING,
	    "Mend the name servers for this name; senders with no cached policy treat the domain as having none." },
	ROW(T03), "exactly one record begins with v=STSv1;", "RFC 8461 3.1", ALWAYS(ERROR), NOTHING,
	    "Delete all but one; with two, senders must ignore both." },
	ROW(T04), "the record begins with v=STSv1;", "RFC 8461 3.1", ALWAYS(ERROR), NOTHING,
	    "Start the record with v=STSv1; exactly." },
	ROW(T05), "the id is there, 1 to 32 letters and digits", "RFC 8461 3.1", ALWAYS(ERROR), NOTHING,
	    "Use only letters and digits in id, e.g. a UTC time such as 20261121T101500Z." },
	ROW(T06), "the other fields of the record are legal", "RFC 8461 3.1", ALWAYS(ERROR), NOTHING,
	    "Keep mx, mode and max_age in the HTTPS file, not in DNS." },
	ROW(T07), "no stray characters are in the record", "RFC 8461 3.1", ALWAYS(ERROR), NOTHING,
	    "Retype the value; the DNS panel stored extra characters." },
	ROW(T08), "no other TXT records are at _mta-sts", "RFC 8461 3.1", ALWAYS(INFO), NOTHING,
	    "Harmless for senders, but a wildcard TXT hides typing errors; remove it when it is not meant." },
	ROW(T09), "the record is at its own name", "RFC 8461 3.1", ALWAYS(ERROR), NOTHING,
	    "Move it to _mta-sts.DOMAIN; panels often append the zone themselves." },
	ROW(T10), "an alias of _mta-sts leads to a record", "RFC 8461 8.2", ALWAYS(ERROR), NOTHING,
	    "The alias ends nowhere; recreate its target or publish the TXT record directly." },
	ROW(T11), "the TTL of the record is between a minute and a day", "RFC 8461 8.1", ALWAYS(WARNING), NOTHING,
	    "Choose a TTL between 60 and 86400 seconds, 3600 or less while changing." },
	ROW(T12), "all name servers give the same record", "RFC 8461 8.1", ALWAYS(WARNING), NOTHING,
	    "Wait for the secondary name servers or mend the zone transfer." },
	ROW(T13), "the id changes with the policy", "RFC 8461 3.1", ALWAYS(WARNING), NOTHING,
	    "Derive the id from the policy's text or the clock so that it cannot be forgotten." },

	/* the policy host: name and network */
	ROW(H01), "the policy host has an address", "RFC 8461 3.3", ALWAYS(ERROR), FETCH,
	    "Create mta-sts.DOMAIN pointing at the host that serves the policy." },
	ROW(H02), "an alias of the policy host leads to a host that serves it", "RFC 8461 8.2", ALWAYS(ERROR), FETCH,
	    "Finish the sign-up with the provider or remove both the alias and the _mta-sts record." },
	ROW(H03), "every address of the policy host answers", "RFC 8461 3.3", ALWAYS(ERROR), FETCH,
	    "Make the host answer on this address or remove the address record." },
	ROW(H04), "every address of the policy host serves the same", "RFC 8461 8.1", ALWAYS(WARNING), NOTHING,
	    "Finish the deployment, so that every address serves the same policy and a valid certificate." },
	ROW(H05), "the policy host has public addresses", "", ALWAYS(ERROR), FETCH,
	    "Publish the public address of the policy host instead." },
	ROW(H06), "a served policy is announced by a record", "RFC 8461 3.1", ALWAYS(INFO), NOTHING,
	    "Add the TXT record or remove the file." },
	ROW(H07), "CAA lets the certificate's issuer issue", "RFC 8659 4", ALWAYS(WARNING), NOTHING,
	    "Add the issuer to the CAA record; the next renewal will fail." },
	ROW(H08), "the records are signed with DNSSEC", "RFC 8461 10.2", ALWAYS(INFO), NOTHING,
	    "DNSSEC stops first-contact suppression of the policy; sign the zone." },

	/* the policy host: TLS */
	ROW(W01), "the policy host accepts connections on port 443", "RFC 8461 3.3", ALWAYS(ERROR), FETCH,
	    "Let the web server listen on port 443 of this address and open the firewall for it." },
	ROW(W02), "the policy host completes a handshake for its name", "RFC 8461 7.1", ALWAYS(ERROR), FETCH,
	    "The server has no certificate for mta-sts.DOMAIN; request one (HTTP-01 works once DNS points here)." },
	ROW(W03), "the policy host speaks TLS 1.2 or later", "RFC 8461 7.2", ALWAYS(ERROR), FETCH,
	    "Enable TLS 1.2 or 1.3." },
	ROW(W04), "the policy host's certificate has its name", "RFC 8461 3.3", ALWAYS(ERROR), WEBPKI,
	    "Request a certificate with the DNS name mta-sts.DOMAIN; a common name alone does not count." },
	ROW(W05), "the policy host's certificate has not expired", "RFC 8461 3.3", ALWAYS(ERROR), WEBPKI,
	    "Renew the certificate and mend its automatic renewal." },
	ROW(W06), "the policy host's certificate is valid already", "RFC 8461 3.3", ALWAYS(ERROR), WEBPKI,
	    "Set the server's clock, or use a certificate whose validity has begun." },
	ROW(W07), "the policy host's certificate is not self-signed", "RFC 8461 3.3", ALWAYS(ERROR), WEBPKI,
	    "Use a certificate from a public certificate authority." },
	ROW(W08), "the policy host's certificate leads to a trusted root", "RFC 8461 3.3", ALWAYS(ERROR), WEBPKI,
	    "Use a certificate from a public certificate authority." },
	ROW(W09), "the policy host sends its intermediate certificates", "RFC 8461 3.3", ALWAYS(ERROR), WEBPKI,
	    "Configure the full chain, not the server's certificate alone." },
	ROW(W10), "key and signature of the policy host's certificate are strong", "RFC 9325 4.5", ALWAYS(WARNING),
	    NOTHING, "Re-issue with P-256 or RSA of 2048 bits or more, and SHA-256." },
	ROW(W11), "the policy host's certificate is not revoked", "RFC 8461 10.5", ALWAYS(WARNING), NOTHING,
	    "Request a new certificate with a new key." },
	ROW(W12), "the policy host's certificate is renewed in time", "", ALWAYS(WARNING), NOTHING,
	    "Renewal should already have happened; check the log of the ACME client." },
	ROW(W13), "the policy host answers without SNI too", "RFC 8461 7.1", ALWAYS(INFO), NOTHING,
	    "Nothing needs to be done: every sender sends SNI." },

	/* the policy host: HTTP */
	ROW(P01), "the HTTP status is exactly 200", "RFC 8461 3.3", ALWAYS(ERROR), FETCH,
	    "Put the file at /.well-known/mta-sts.txt (the directory's name begins with a dot)." },
	ROW(P02), "the policy is served without a redirect", "RFC 8461 3.3", ALWAYS(ERROR), FETCH,
	    "Serve the file directly; senders do not follow redirects." },
	ROW(P03), "the media type is text/plain", "RFC 8461 3.2", ALWAYS(ERROR), INVALID, "Send Content-Type: text/plain." },
	ROW(P04), "the policy is short", "RFC 8461 3.3", ALWAYS(ERROR), FETCH, "Shorten the policy." },
	ROW(P05), "the policy comes quickly", "RFC 8461 3.3", ALWAYS(ERROR), FETCH,
	    "Serve the policy as a static file; senders give up after a minute, some much earlier." },
	ROW(P06), "programs get the same answer as browsers", "RFC 8461 3.3", ALWAYS(ERROR), FETCH,
	    "Exempt /.well-known/mta-sts.txt from bot protection and rate limits." },
	ROW(P07), "the policy comes plain and fresh", "RFC 8461 8.2", ALWAYS(WARNING), NOTHING,
	    "Purge the cache; keep Cache-Control at 60 s or less." },
	ROW(P08), "a plain HTTP/1.1 GET works", "RFC 8461 3.3", ALWAYS(ERROR), FETCH,
	    "Answer a plain HTTP/1.1 GET, without authentication." },

	/* the policy: syntax */
	ROW(S01), "the file is a policy", "RFC 8461 3.2", ALWAYS(ERROR), INVALID,
	    "Put a policy into the file: version, mode, mx and max_age, one a line." },
	ROW(S02), "the policy begins with its first field", "RFC 8461 3.2", ALWAYS(ERROR), INVALID,
	    "Save the file as plain ASCII or UTF-8 without byte-order mark, nothing before the first field." },
	ROW(S03), "version is STSv1", "RFC 8461 3.2", ALWAYS(ERROR), INVALID, "Add the line \"version: STSv1\"." },
	ROW(S04), "mode is enforce, testing or none", "RFC 8461 3.2", ALWAYS(ERROR), INVALID,
	    "Write \"mode: testing\", later \"mode: enforce\", in lower case." },
	ROW(S05), "max_age is a number of seconds, at most a year", "RFC 8461 3.2", ALWAYS(ERROR), INVALID,
	    "Write max_age as plain digits, 31557600 at most, e.g. \"max_age: 604800\"." },
	ROW(S06), "there is an mx line", "RFC 8461 3.2", ALWAYS(ERROR), INVALID, "Add one mx line for every MX record." },
	ROW(S07), "every mx is a host name or *. and a domain", "RFC 8461 3.2", ALWAYS(ERROR), INVALID,
	    "Write mx: mail.example.com - no user name, no final dot." },
	ROW(S08), "no field is given twice", "RFC 8461 3.2", ALWAYS(WARNING), NOTHING,
	    "Remove the second line; senders use the first." },
	ROW(S09), "every field is known", "RFC 8461 3.2", ALWAYS(WARNING), NOTHING,
	    "Remove the field or correct its name; senders ignore it." },
	ROW(S10), "every line is a field", "RFC 8461 3.2", ALWAYS(ERROR), INVALID,
	    "Leave nothing but lines of \"name: value\" in the file: no comments, blank lines or leading blanks." },
	ROW(S11), "version is on the first line", "RFC 8461 3.2", ALWAYS(INFO), NOTHING,
	    "Some senders' help pages ask for version on the first line; move it there." },
	ROW(S12), "no text of a template is left", "RFC 8461 3.2", ALWAYS(ERROR), INVALID,
	    "Replace the template's placeholders with your own values." },

	/* the MX records and the policy */
	ROW(X01), "the domain has usable MX records", "RFC 5321 5.1", REFUSING, NOTHING,
	    "Publish MX records that name hosts with addresses." },
	ROW(X02), "every MX host is matched by the policy", "RFC 8461 4.1", REFUSING, VALIDATION,
	    "Add an mx line for the host to the policy or remove its MX record." },
	ROW(X03), "some MX host is matched by the policy", "RFC 8461 4.1", REFUSING, VALIDATION,
	    "List the MX hosts in the policy; until then no sender that honours MTA-STS can deliver." },
	ROW(X04), "every mx line has an MX host behind it", "RFC 8461 10.4", ALWAYS(WARNING), NOTHING,
	    "Remove it when the longest max_age ever served with it has passed." },
	ROW(X05), "why policy and MX records differ", "RFC 8461 4.1", ALWAYS(INFO), NOTHING,
	    "Copy the host names of the MX records into the policy." },
	ROW(X06), "patterns are no wider than needed", "RFC 8461 10.4", ALWAYS(WARNING), NOTHING,
	    "List the MX hosts by name: any host under a wildcard with a certificate may receive the mail." },
	ROW(X07), "backup MX hosts are met in daily traffic", "RFC 8461 8.4", ALWAYS(WARNING), NOTHING,
	    "Senders meet a backup MX only in an outage; test it separately." },
	ROW(X08), "the provider's own patterns are used", "", ALWAYS(INFO), NOTHING, "Use the provider's pattern." },

	/* the MX hosts */
	ROW(Y01), "the MX host can be tested", "", ALWAYS(UNKNOWN), NOTHING,
	    "Test from another network or later; this says nothing about the domain." },
	ROW(Y02), "STARTTLS is offered", "RFC 8461 4.2", REFUSING, NO_STARTTLS,
	    "Enable STARTTLS on this host, and look for a firewall that removes it." },
	ROW(Y03), "STARTTLS is accepted", "RFC 8461 4.2", REFUSING, NO_STARTTLS,
	    "Look into the log of the mail server: it offers STARTTLS and then refuses it." },
	ROW(Y04), "the TLS handshake completes", "RFC 8461 4.2", REFUSING, VALIDATION,
	    "Look into the log of the mail server; certificate or key may be missing or not fit each other." },
	ROW(Y05), "TLS 1.2 or later is spoken", "RFC 8461 7.2", REFUSING, VALIDATION, "Enable TLS 1.2 and 1.3." },
	ROW(Y06), "the MX host's certificate has not expired", "RFC 8461 4.2", REFUSING, EXPIRED,
	    "Renew the certificate and let the mail server load it." },
	ROW(Y07), "the MX host's certificate is valid already", "RFC 8461 4.2", REFUSING, UNTRUSTED,
	    "Set the host's clock, or use a certificate whose validity has begun." },
	ROW(Y08), "the MX host's certificate has the MX name", "RFC 8461 4.2", REFUSING, MISMATCH,
	    "Request a certificate with the MX host's name as a DNS name; a common name alone does not count." },
	ROW(Y09), "the MX host's certificate is not self-signed", "RFC 8461 4.2", REFUSING, UNTRUSTED,
	    "Use a certificate from a public certificate authority." },
	ROW(Y10), "the MX host's certificate leads to a trusted root", "RFC 8461 4.2", REFUSING, UNTRUSTED,
	    "Use a certificate from a public certificate authority." },
	ROW(Y11), "the MX host sends its intermediate certificates", "RFC 8461 4.2", REFUSING, UNTRUSTED,
	    "Configure the full chain, not the server's certificate alone." },
	ROW(Y12), "key, signature and purpose of the MX host's certificate are right", "RFC 9325 4.5", ALWAYS(WARNING),
	    UNTRUSTED, "Re-issue for server authentication with P-256 or RSA of 2048 bits or more, and SHA-256." },
	ROW(Y13), "the MX host's certificate is not revoked", "RFC 8461 10.5", ALWAYS(WARNING), UNTRUSTED,
	    "Request a new certificate with a new key." },
	ROW(Y14), "the MX host's certificate is renewed in time", "", ALWAYS(WARNING), NOTHING,
	    "Renewal should already have happened; check the log of the ACME client." },
	ROW(Y15), "every address of the MX host behaves the same", "RFC 8461 4.2", REFUSING, NOTHING,
	    "Bring the host's addresses into line, or remove the one that fails." },
	ROW(Y16), "RSA and ECDSA certificates are both right", "", ALWAYS(WARNING), NOTHING,
	    "Renew both certificates of the host together." },
	ROW(Y17), "the MX host does not depend on SNI", "RFC 8461 7.1", ALWAYS(WARNING), NOTHING,
	    "Give the MX host's certificate to clients without SNI too." },
	ROW(Y18), "nothing sent before TLS is obeyed inside it", "RFC 3207 4.2", ALWAYS(ERROR), NOTHING,
	    "Update the mail server: it obeys commands that were injected before TLS began." },
	ROW(Y19), "the MX host is reachable by IPv6", "", ALWAYS(INFO), NOTHING,
	    "Make the host answer on its IPv6 address or remove the AAAA record." },
	ROW(Y20), "the key exchange resists quantum computers", "", ALWAYS(INFO), NOTHING,
	    "Update the TLS library when convenient; X25519MLKEM768 is its key exchange." },

	/* the _smtp._tls record */
	ROW(R01), "the _smtp._tls record is there", "RFC 8460 3", FINDING_WARNING, FINDING_ERROR, FINDING_WARNING, NOTHING,
	    "Publish _smtp._tls.DOMAIN TXT \"v=TLSRPTv1; rua=mailto:ADDRESS\" before MTA-STS." },
	ROW(R02), "exactly one record begins with v=TLSRPTv1;", "RFC 8460 3", ALWAYS(ERROR), NOTHING,
	    "Delete all but one; with two, senders send no reports." },
	ROW(R03), "rua is there and names destinations", "RFC 8460 3", ALWAYS(ERROR), NOTHING,
	    "Write rua=mailto:ADDRESS or rua=https://URL; an address needs mailto: before it." },
	ROW(R04), "destinations have no characters that must be encoded", "RFC 8460 3", ALWAYS(ERROR), NOTHING,
	    "Percent-encode \"!\", \",\" and \";\" or drop them; TLSRPT has no size limit as DMARC has." },
	ROW(R05), "the TLSRPT record is spelt right and at its own name", "RFC 8460 3", ALWAYS(ERROR), NOTHING,
	    "The name must be _smtp._tls.DOMAIN and the value begin with v=TLSRPTv1;." },
	ROW(R06), "reports by mail can arrive", "RFC 8460 3", ALWAYS(WARNING), NOTHING,
	    "Name an address in a domain that receives mail." },
	ROW(R07), "reports by HTTPS can arrive", "RFC 8460 3", ALWAYS(WARNING), NOTHING,
	    "Let the endpoint answer POST with a 2xx status over valid HTTPS." },
	ROW(R08), "one destination is named, once", "RFC 8460 3", ALWAYS(WARNING), NOTHING,
	    "Name one destination that is always read: senders may deliver to any or all of them." },
	ROW(R09), "a destination in another domain needs no permission", "RFC 8460 3", ALWAYS(INFO), NOTHING,
	    "Remove the record; TLSRPT needs no authorisation of other domains' reports, unlike DMARC." },
	ROW(R10), "the MX host asks for DANE reports itself", "RFC 8460 1.1", ALWAYS(INFO), NOTHING,
	    "Publish a TLSRPT record at _smtp._tls of the MX host too: DANE reports can name the host as policy domain." },
	ROW(R11), "reports do not depend on the mail they report about", "RFC 8460 3", ALWAYS(WARNING), NOTHING,
	    "Use an address in another domain." },

	/* DANE */
	ROW(D01), "the lookups for DANE succeed and are secure", "RFC 7672 2.2", ALWAYS(ERROR),
	    RESULT_TYPE_DNSSEC_INVALID, "Mend DNSSEC for this name; senders with DANE do not connect until then." },
	ROW(D02), "the TLSA records are usable", "RFC 7672 3.1", ALWAYS(ERROR), RESULT_TYPE_TLSA_INVALID,
	    "Publish 3 1 1 (or 2 1 1) records; usages 0 and 1 are not usable for mail." },
	ROW(D03), "a TLSA record matches the certificate", "RFC 7672 3.1", ALWAYS(FATAL), VALIDATION,
	    "Publish a TLSA record of the certificate in use, or load the certificate that the record names." },
	ROW(D04), "the next key is announced before it is used", "RFC 7671 8.1", ALWAYS(INFO), NOTHING,
	    "Keep the record of the old key for two TTLs after the change." },
	ROW(D05), "the certificate passes DANE and MTA-STS", "RFC 8461 2", ALWAYS(WARNING), VALIDATION,
	    "Use a certificate that passes both: MTA-STS needs a public certificate authority, DANE does not." },
	ROW(D06), "the zone is signed where TLSA records are", "RFC 7672 2.2", ALWAYS(INFO), NOTHING,
	    "Sign the zone and publish its DS record; without them TLSA records have no effect." },

	/* delegation */
	ROW(G01), "record and policy host are delegated together", "RFC 8461 8.2", ALWAYS(WARNING), NOTHING,
	    "Delegate _mta-sts and mta-sts to the same provider, or keep both." },
	ROW(G02), "the provider of the policy is known", "", ALWAYS(INFO), NOTHING,
	    "Before leaving the provider, publish mode none yourself until the old max_age has passed." },
	ROW(G03), "MX hosts and policy are in one hand", "", ALWAYS(INFO), NOTHING,
	    "Tell the policy's provider before every change of the MX records." },
	ROW(G04), "the provider's certificate is for the policy host", "RFC 8461 8.2", ALWAYS(ERROR), WEBPKI,
	    "The certificate must be for mta-sts.DOMAIN, not for the provider's name; ask the provider to issue it." },

	/* scope */
	ROW(K01), "a sub-domain with mail has its own record", "RFC 8461 3.4", ALWAYS(WARNING), NOTHING,
	    "Publish a record and a policy host for the sub-domain too; policies are not inherited." },
	ROW(K02), "a domain without mail enforces nothing", "RFC 7505 3", ALWAYS(WARNING), NOTHING,
	    "Publish mode none or nothing for a domain with a null MX." },
	ROW(K03), "an alias domain has its own policy host", "RFC 8461 3.3", ALWAYS(INFO), NOTHING,
	    "Every domain needs its own mta-sts name and certificate, also when one server receives the mail of several." },
	ROW(K04), "an internationalised name is published as A-label", "RFC 5890 2.3", ALWAYS(INFO), NOTHING,
	    "Use the A-label in DNS, in the certificate and in the policy." },
	ROW(K05), "a policy of a host is for mail routed to it by name", "RFC 8461 3.4", ALWAYS(INFO), NOTHING,
	    "Publish a policy for every recipient domain as well, when the host is meant to serve others." },

	/* mode and max_age */
	ROW(M01), "max_age is long enough for the mode", "RFC 8461 3.2", ALWAYS(WARNING), NOTHING,
	    "Choose weeks or more for mode enforce, e.g. \"max_age: 2592000\"." },
	ROW(M02), "mode testing has reports to look at", "RFC 8461 5", ALWAYS(WARNING), NOTHING,
	    "Mend the TLSRPT record first: mode testing shows nothing without reports." },
	ROW(M04), "mode none has a short max_age", "RFC 8461 8.3", ALWAYS(WARNING), NOTHING,
	    "Choose a day for mode none: \"max_age: 86400\"." },

	/* mail authentication, for information */
	ROW(A01), "SPF", "RFC 7208 3", ALWAYS(INFO), NOTHING,
	    "Publish one TXT record at the domain: \"v=spf1 mx -all\" when only the MX hosts send." },
	ROW(A02), "DMARC", "RFC 7489 6", ALWAYS(INFO), NOTHING,
	    "Publish one TXT record at _dmarc.DOMAIN, first \"v=DMARC1; p=none; rua=mailto:ADDRESS\"." },
	ROW(A03), "DKIM", "RFC 6376 3.6", ALWAYS(INFO), NOTHING,
	    "Publish the public key of the selector that outgoing mail is signed with." },
};

const struct finding_row *finding_row(enum finding_id id)
{
	return &rows[id];
}

str finding_severity_name(enum finding_severity severity)
{
	static const str names[] = {
		[FINDING_INFO] = STR("info"),
		[FINDING_WARNING] = STR("warning"),
		[FINDING_UNKNOWN] = STR("unknown"),
		[FINDING_ERROR] = STR("error"),
		[FINDING_FATAL] = STR("fatal"),
	};

	return names[severity];
}

err finding_list_open(struct finding_list *list, str domain, enum sts_policy_mode mode, struct arena *mem)
{
	*list = (struct finding_list){ .mem = mem, .domain = domain, .mode = mode };
	list->finding = arena_take(mem, FINDING_LIST_N, sizeof *list->finding);
	return list->finding ? OK : E_LIMIT;
}

/* A copy in printable ASCII. */
static str keep(struct finding_list *list, str s)
{
	char *p = arena_take_raw(list->mem, s.n, 1);

	if (!p) {
		list->full = true;
		return (str){ 0 };
	}
	for (size_t k = 0; k < s.n; k++)
		p[k] = s.p[k] >= 0x20 && s.p[k] <= 0x7e ? s.p[k] : '?';
	return (str){ p, s.n };
}

/* A text cut at the room's end is still worth printing. */
static str write_format(char room[FINDING_TEXT_BYTES], const char *fmt, va_list ap)
{
	int n = vsnprintf(room, FINDING_TEXT_BYTES, fmt, ap);

	return (str){ room, n < 0 ? 0 : n < FINDING_TEXT_BYTES ? (size_t)n : FINDING_TEXT_BYTES - 1 };
}

/* A remedy with the domain's name in it. */
static str keep_remedy(struct finding_list *list, str remedy)
{
	char text[FINDING_TEXT_BYTES + 8 * LIMIT_DOMAIN_BYTES];
	struct out out = OUT(text);
	str word = S("DOMAIN");
	size_t at;

	while ((at = str_find(remedy, word)) < remedy.n) {
		out_str(&out, str_head(remedy, at));
		out_str(&out, list->domain);
		remedy = str_skip(remedy, at + word.n);
	}
	out_str(&out, remedy);
	return keep(list, out_done(&out));
}

struct finding *finding_add(struct finding_list *list, enum finding_id id, str subject, const char *fmt, ...)
{
	const enum finding_severity by_mode[] = {
		[STS_POLICY_NONE] = rows[id].none,
		[STS_POLICY_TESTING] = rows[id].testing,
		[STS_POLICY_ENFORCE] = rows[id].enforce,
	};
	struct finding *f = &list->scratch;
	char text[FINDING_TEXT_BYTES];
	va_list ap;

	if (list->finding_n == FINDING_LIST_N || list->full)
		list->dropped_n++;
	else
		f = &list->finding[list->finding_n];
	*f = (struct finding){ .id = id, .severity = by_mode[list->mode], .result_type = rows[id].result_type };
	if (f == &list->scratch)
		return f;
	va_start(ap, fmt);
	f->message = keep(list, write_format(text, fmt, ap));
	va_end(ap);
	f->subject = keep(list, subject);
	f->remedy = keep_remedy(list, str_of(rows[id].remedy));
	if (list->full)
		list->dropped_n++;
	else
		list->finding_n++;
	return f;
}

void finding_remedy(struct finding_list *list, struct finding *finding, const char *fmt, ...)
{
	char text[FINDING_TEXT_BYTES];
	va_list ap;

	if (finding == &list->scratch)
		return;
	va_start(ap, fmt);
	finding->remedy = keep_remedy(list, write_format(text, fmt, ap));
	va_end(ap);
}

static bool comes_before(const struct finding *a, const struct finding *b)
{
	return a->severity != b->severity ? a->severity > b->severity : a->id < b->id;
}

void finding_list_sort(struct finding_list *list)
{
	for (size_t n = 1; n < list->finding_n; n++) {
		struct finding f = list->finding[n];
		size_t at = n;

		for (; at > 0 && comes_before(&f, &list->finding[at - 1]); at--)
			list->finding[at] = list->finding[at - 1];
		list->finding[at] = f;
	}
}

#include "core/judge_caa.h"

#include "core/judge_text.h"

/* By which names issuers know themselves in CAA records: a certificate's issuer begins with one of these words. */
static const struct {
	str issuer;
	const char *names; /* blank between; any of them will do */
	bool whole;        /* digits may follow, nothing else */
} issuers[] = {
	{ STR("Let's Encrypt"), "letsencrypt.org", false },
	{ STR("R"), "letsencrypt.org", true },
	{ STR("E"), "letsencrypt.org", true },
	{ STR("YR"), "letsencrypt.org", true },
	{ STR("YE"), "letsencrypt.org", true },
	{ STR("WR"), "pki.goog", true },
	{ STR("WE"), "pki.goog", true },
	{ STR("GTS CA "), "pki.goog", false },
	{ STR("Google Trust Services"), "pki.goog", false },
	{ STR("ZeroSSL "), "sectigo.com zerossl.com comodoca.com", false },
	{ STR("Sectigo "), "sectigo.com comodoca.com comodo.com usertrust.com trust-provider.com", false },
	{ STR("DigiCert "), "digicert.com", false },
	{ STR("GeoTrust "), "digicert.com geotrust.com", false },
	{ STR("RapidSSL "), "digicert.com rapidssl.com", false },
	{ STR("Thawte "), "digicert.com thawte.com", false },
	{ STR("GlobalSign "), "globalsign.com", false },
	{ STR("AlphaSSL "), "globalsign.com", false },
	{ STR("Amazon RSA "), "amazon.com amazontrust.com awstrust.com amazonaws.com", false },
	{ STR("Amazon ECDSA "), "amazon.com amazontrust.com awstrust.com amazonaws.com", false },
	{ STR("Go Daddy "), "godaddy.com starfieldtech.com", false },
	{ STR("Starfield "), "godaddy.com starfieldtech.com", false },
	{ STR("Buypass "), "buypass.com buypass.no", false },
	{ STR("Actalis "), "actalis.it", false },
	{ STR("SwissSign "), "swisssign.com", false },
	{ STR("Certum "), "certum.pl certum.eu", false },
	{ STR("HARICA "), "harica.gr", false },
};

static bool is_issuer(size_t which, str issuer)
{
	str rest;

	if (!str_starts(issuer, issuers[which].issuer))
		return false;
	rest = str_skip(issuer, issuers[which].issuer.n);
	if (!issuers[which].whole)
		return true;
	for (size_t k = 0; k < rest.n; k++)
		if (!str_is_digit(rest.p[k]))
			return false;
	return rest.n > 0;
}

/* The names of the issuer; NULL: not known. */
static const char *names_of(str issuer)
{
	for (size_t k = 0; k < ARRAY_N(issuers); k++)
		if (is_issuer(k, issuer))
			return issuers[k].names;
	return NULL;
}

/* The domain before any parameters; empty: nobody may issue. */
static str allowed_by(str value)
{
	str name, parameters;

	str_cut(value, ';', &name, &parameters);
	return str_trim(name);
}

static bool is_one_of(str name, const char *names)
{
	str rest = str_of(names), one;

	for (bool more = name.n > 0; more;) {
		more = str_cut(rest, ' ', &one, &rest);
		if (str_eq_nocase(one, name))
			return true;
	}
	return false;
}

static bool has_tag(const struct inspection_lookup *caa, str tag)
{
	for (size_t k = 0; k < caa->record_n; k++)
		if (str_eq_nocase(caa->record[k].tag, tag))
			return true;
	return false;
}

/* A wildcard certificate asks issuewild first.  RFC 8659 4.3 */
static str tag_that_counts(const struct inspection *i, const struct inspection_cert *cert)
{
	if (has_tag(&i->caa, S("issuewild")) && cert->name_n > 0 && str_starts(cert->name[0], S("*.")))
		return S("issuewild");
	return S("issue");
}

static void judge_issuer(const struct inspection *i, const struct inspection_cert *cert, str host,
    struct finding_list *list)
{
	const char *names = names_of(cert->issuer);
	str tag = tag_that_counts(i, cert), allowed = { 0 };
	bool restricted = false;
	struct finding *f;

	for (size_t k = 0; k < i->caa.record_n; k++) {
		str name = allowed_by(i->caa.record[k].text);

		if (!str_eq_nocase(i->caa.record[k].tag, tag))
			continue;
		restricted = true;
		if (name.n > 0 && (!names || is_one_of(name, names)))
			return; /* it may, or we cannot tell */
		allowed = allowed.n > 0 ? allowed : name;
	}
	if (!restricted)
		return;
	f = finding_add(list, FINDING_H07, host,
	    "The CAA records at %.*s do not allow the issuer of the present certificate, %.*s; they allow %.*s.",
	    STR_ARG(i->caa_name), STR_ARG(str_head(cert->issuer, 100)),
	    STR_ARG(allowed.n > 0 ? str_head(allowed, LIMIT_DOMAIN_BYTES) : S("nobody")));
	if (names)
		finding_remedy(list, f, "Add %.*s CAA 0 %.*s \"%.*s\"; otherwise the next renewal will fail.",
		    STR_ARG(i->caa_name), STR_ARG(tag), (int)strcspn(names, " "), names);
}

void judge_caa(const struct inspection *i, struct finding_list *list)
{
	char room[JUDGE_TEXT_NAME_BYTES];
	str host = judge_text_name(room, "mta-sts.", domain_str(&i->domain));
	const unsigned foreign = TLS_FAULT_BIT(TLS_FAULT_SELF_SIGNED) | TLS_FAULT_BIT(TLS_FAULT_UNKNOWN_CA) |
	    TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH) | TLS_FAULT_BIT(TLS_FAULT_NO_DNS_ID);

	if (!i->caa.asked || !i->served || !i->served->cert.there || (i->served->cert.faults & foreign))
		return; /* who will issue the next one is not known */
	if (dns_failed(i->caa.answer.status) && i->caa.answer.status != DNS_TIMEOUT) {
		finding_remedy(list, finding_add(list, FINDING_H07, host,
		    "The CAA lookup at %.*s %s; issuers must refuse until it works.", STR_ARG(i->caa_name),
		    judge_text_failure(i->caa.answer.status)), "Mend the name servers, so that questions for CAA are answered.");
		return;
	}
	judge_issuer(i, &i->served->cert, host, list);
}

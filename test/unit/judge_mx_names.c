#include "test/unit/judge_kit.h"

#include "core/provider.h"

#define P(mode, mx) "version: STSv1\nmode: " mode "\n" mx "max_age: 2592000\n"
#define MISMATCH " validation-failure"

/* MX hosts instead of the kit's, by preference 10. */
static void with_hosts(struct kit *kit, const char *hosts)
{
	kit->i.mx = kit_answer(kit, hosts);
	for (kit->i.host_n = 0; kit->i.host_n < kit->i.mx.record_n; kit->i.host_n++) {
		static char names[4][64];
		str name = kit->i.mx.record[kit->i.host_n].text;

		memcpy(names[kit->i.host_n], name.p, name.n);
		names[kit->i.host_n][name.n] = '\0';
		kit->i.host[kit->i.host_n] = kit_mx(kit, names[kit->i.host_n], "192.0.2.30", "2001:db8::30");
	}
}

/* "hosts;mode;patterns": a whole world. */
static void with(struct kit *kit, const char *argument)
{
	static char hosts[256], body[512];
	str host, rest, mode, patterns, one;
	struct out out = OUT(body);

	str_cut(str_of(argument), ';', &host, &rest);
	str_cut(rest, ';', &mode, &patterns);
	memcpy(hosts, host.p, host.n);
	hosts[host.n] = '\0';
	with_hosts(kit, hosts);
	out_fmt(&out, "version: STSv1\nmode: %.*s\n", STR_ARG(mode));
	for (bool more = patterns.n > 0; more;) {
		more = str_cut(patterns, '|', &one, &patterns);
		out_fmt(&out, "mx: %.*s\n", STR_ARG(one));
	}
	out_str(&out, S("max_age: 2592000\n"));
	out_char(&out, '\0');
	kit_policy(kit, body);
}

static void mx_fails(struct kit *kit, const char *status)
{
	kit->i.mx = kit_status(status[0] == 't' ? DNS_TIMEOUT : status[0] == 'n' ? DNS_NXDOMAIN : DNS_SERVFAIL);
	kit->i.host_n = 0;
}

static void parked(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.null_mx = true;
	kit->i.host_n = 0;
}

static void null_among_others(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.mx.record_n = 3;
}

static void implicit(struct kit *kit, const char *body)
{
	if (body[0])
		kit_policy(kit, body);
	else
		kit_without_sts(kit, "");
	kit->i.mx = kit_answer(kit, "");
	kit->i.implicit_mx = true;
	kit->i.host_n = 1;
	kit->i.host[0] = kit_mx(kit, "example.com", "192.0.2.1", "2001:db8::1");
}

static void implicit_without_address(struct kit *kit, const char *unused)
{
	implicit(kit, unused);
	kit->i.host[0].a = kit->i.host[0].aaaa = kit_answer(kit, "");
}

static void address_as_mx(struct kit *kit, const char *address)
{
	kit->i.host[1].host = str_of(address);
}

static void without_address(struct kit *kit, const char *hosts)
{
	for (size_t k = 0; k < strlen(hosts); k++)
		kit->i.host[k].a = kit->i.host[k].aaaa = hosts[k] == '?' ? kit_status(DNS_SERVFAIL) :
		    kit_answer(kit, "");
}

static void aliased(struct kit *kit, const char *target)
{
	kit_alias(kit, &kit->i.host[1].a, target);
}

static void testing_mismatch(struct kit *kit, const char *mode)
{
	with(kit, mode[0] == 't' ? "mx1.example.com|new.example.com;testing;mx1.example.com"
	                         : "mx1.example.com|new.example.com;enforce;mx1.example.com");
	if (mode[0] == 'u')
		kit->i.fetch[0].fetch.cause = STS_FETCH_CERTIFICATE;
}

static void private_addresses(struct kit *kit, const char *one)
{
	for (size_t k = 0; k < (one[0] ? 1 : 2); k++)
		kit->i.host[k].probe[0].reach = kit->i.host[k].probe[1].reach = INSPECTION_PRIVATE;
}

static void bogus_host(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.host[1].a = kit->i.host[1].aaaa = kit_status(DNS_BOGUS);
	kit->i.host[1].dane.state = DANE_DE;
	kit->i.host[1].dane.error = DNS_BOGUS;
}

static void silent(struct kit *kit, const char *unused)
{
	kit_without_sts(kit, unused);
	kit->i.sts = kit->i.tlsrpt = kit->i.mx = kit_status(DNS_TIMEOUT);
	kit->i.host_n = 0;
}

static void backup(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.host[1].preference = 20;
}

static void names(void **state)
{
	static const struct kit_row rows[] = {
		{ "perfect", NULL, "", "" },
		{ "no policy", kit_without_sts, "", "" },
		{ "mode none", kit_with_policy, P("none", "mx: other.example.com\n"), "" },
		{ "parked", parked, "", "" },
		{ "MX times out", mx_fails, "t", "X01 unknown" },
		{ "MX SERVFAIL", mx_fails, "s", "X01 error" },
		{ "NXDOMAIN", mx_fails, "n", "X01 error" },
		{ "null MX among others", null_among_others, "", "X01 warning" },
		{ "implicit", implicit, "", "X01 warning" },
		{ "implicit, listed", implicit, P("enforce", "mx: example.com\n"), "X01 warning" },
		{ "implicit, not listed", implicit, P("enforce", "mx: mail.example.org\n"),
			"X01 fatal, X02 fatal" MISMATCH ", X03 fatal" MISMATCH ", X05 info" },
		{ "no address at all", implicit_without_address, "", "X01 warning" },
		{ "IPv4 as MX", address_as_mx, "192.0.2.1", "X01 warning, X02 fatal" MISMATCH ", X04 warning" },
		{ "no host name", address_as_mx, "mx_2.example.com",
			"X01 warning, X02 fatal" MISMATCH ", X04 warning, X05 info" },
		{ "one without address", without_address, ".", "X01 warning" },
		{ "none has an address", without_address, "..", "X01 fatal, X01 fatal" },
		{ "one unknown", without_address, "?", "X01 unknown" },
		{ "alias", aliased, "other.example.com", "X01 warning" },
		{ "typo", with, "mx1.example.com|mx2.example.com;enforce;mx1.example.com|mx2.exmaple.com",
			"X02 fatal" MISMATCH ", X04 warning, X05 info" },
		{ "private addresses", private_addresses, "", "X01 error, X01 error" },
		{ "one private", private_addresses, "1", "X01 warning" },
		{ "bogus host", bogus_host, "", "" },
		{ "no DNS at all", silent, "", "" },
		{ "testing", testing_mismatch, "t", "X02 error" MISMATCH ", X05 info" },
		{ "not in force", testing_mismatch, "u", "X02 warning" MISMATCH ", X05 info" },
		{ "none matches", with, "mail.example.com;enforce;mail.example.org",
			"X02 fatal" MISMATCH ", X03 fatal" MISMATCH ", X05 info" },
		{ "the policy host", with, "mail.example.com;enforce;mta-sts.example.com",
			"X02 fatal" MISMATCH ", X03 fatal" MISMATCH ", X05 info" },
		{ "other party", with, "mail.example.net;enforce;a.example.org",
			"X02 fatal" MISMATCH ", X03 fatal" MISMATCH ", X05 info" },
		{ "two labels below", with, "a.b.example.net;enforce;*.example.net",
			"X02 fatal" MISMATCH ", X03 fatal" MISMATCH ", X05 info" },
		{ "no cause to see", with, "inbound.example.net;enforce;other.example.net",
			"X02 fatal" MISMATCH ", X03 fatal" MISMATCH },
		{ "suffix is no match", with, "evilmx1.example.com;enforce;mx1.example.com",
			"X02 fatal" MISMATCH ", X03 fatal" MISMATCH },
		{ "stale", with, "mx1.example.com;enforce;mx1.example.com|old.example.net", "X04 warning" },
		{ "own wildcard", with, "mx1.example.com;enforce;*.example.com", "X06 warning" },
		{ "wildcard over a TLD", with, "example.net;enforce;*.net", "X06 warning" },
		{ "narrow wildcard", with, "a.mx.example.com;enforce;*.mx.example.com", "" },
		{ "backup", backup, "", "X07 warning" },
		{ "provider's lines, all used", with,
			"aspmx.l.google.com|alt1.aspmx.l.google.com;enforce;aspmx.l.google.com|*.aspmx.l.google.com", "" },
		{ "provider's line without a host", with,
			"aspmx.l.google.com;enforce;aspmx.l.google.com|*.aspmx.l.google.com", "" },
	};

	(void)state;
	kit_rows(rows, ARRAY_N(rows), judge_mx_names);
}

static void words(void **state)
{
	struct kit *kit = kit_start();

	(void)state;
	with(kit, "a.example.net|b.example.net|c.example.net;enforce;old.example.org");
	kit_judge(kit, judge_mx_names);
	unit_same(kit_message(kit, FINDING_X03), S("The policy matches none of the MX hosts (a.example.net, b.example.net and "
	    "c.example.net): no sender that honours MTA-STS can deliver."), "X03");
	unit_same(kit_remedy(kit, FINDING_X02),
	    S("Add \"mx: a.example.net\" to the policy and change the id, or remove that MX record."), "X02");
	unit_same(kit_message(kit, FINDING_X05), S("The policy lists hosts of example.org, the MX record names one of "
	    "example.net: was the mail moved without the policy?"), "X05");
}

static void delegated(struct kit *kit, const char *record_and_host)
{
	static char one[64], two[64];
	str a, b;

	str_cut(str_of(record_and_host), ' ', &a, &b);
	memcpy(one, a.p, a.n);
	one[a.n] = '\0';
	memcpy(two, b.p ? b.p : "", b.n);
	two[b.n] = '\0';
	if (a.n > 0)
		kit_alias(kit, &kit->i.sts, one);
	if (b.n > 0)
		kit_alias(kit, &kit->i.host_a, two);
}

static void delegated_with_mx(struct kit *kit, const char *mx)
{
	delegated(kit, "_mta-sts.provider.example mta-sts.provider.example");
	with_hosts(kit, mx);
}

static void providers_certificate(struct kit *kit, const char *names)
{
	delegated(kit, "_mta-sts.provider.example mta-sts.provider.example");
	for (size_t k = 0; k < 2; k++) {
		kit->i.fetch[k].cert = kit_cert(kit, names);
		kit->i.fetch[k].cert.faults = TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH);
		kit->i.fetch[k].fetch.cause = STS_FETCH_CERTIFICATE;
	}
}

static void delegation(void **state)
{
	static const struct kit_row rows[] = {
		{ "perfect", NULL, "", "" },
		{ "both, one party", delegated, "_mta-sts.provider.example mta-sts.provider.example",
			"G02 info" },
		{ "two parties", delegated, "_mta-sts.one.example mta-sts.two.example",
			"G01 warning, G02 info" },
		{ "record only", delegated, "_mta-sts.provider.example", "G01 warning" },
		{ "host only", delegated, " mta-sts.provider.example", "G01 info" },
		{ "inside the domain", delegated, "_mta-sts.dns.example.com www.example.com", "" },
		{ "MX elsewhere", delegated_with_mx, "mx.other.example", "G02 info, G03 info" },
		{ "MX with the same party", delegated_with_mx, "mx.provider.example", "G02 info" },
		{ "provider's name only", providers_certificate, "*.provider.example",
			"G02 info, G04 error sts-webpki-invalid" },
		{ "somebody else's name", providers_certificate, "www.example.com", "G02 info" },
		{ "Exchange, one label short", with, "x.h-v1.mx.microsoft;enforce;*.mx.microsoft", "X08 info" },
		{ "Exchange", with, "x.h-v1.mx.microsoft;enforce;*.h-v1.mx.microsoft", "" },
		{ "Google, half", with, "aspmx.l.google.com;enforce;aspmx.l.google.com", "X08 info" },
		{ "Google, none", with, "aspmx.l.google.com|alt1.aspmx.l.google.com;testing;mx.example.com", "X08 info" },
	};
	struct kit *kit;

	(void)state;
	kit_rows(rows, ARRAY_N(rows), judge_provider);
	kit = kit_start();
	with(kit, "x.h-v1.mx.microsoft;enforce;*.mx.microsoft");
	kit_judge(kit, judge_provider);
	unit_same(kit_remedy(kit, FINDING_X08), S("Use the provider's pattern: \"mx: *.h-v1.mx.microsoft\"."), "X08");
	assert_null(provider_of(S("notgooglemail.com")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(words),
		cmocka_unit_test(delegation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "core/judge_senders.h"

#include "test/unit/judge_kit.h"

#define PLAIN_TLS " All others deliver over TLS, without checking the certificate."
#define STS_CAN "Senders that honour MTA-STS deliver only over TLS with a valid certificate, and can."
#define DANE_CAN " Senders that honour DANE, such as Postfix, deliver only over TLS as the TLSA records demand, and can."
#define HELD "hold mail back and return it in the end, because no MX host passes."

static void without_dane(struct kit *kit, const char *unused)
{
	(void)unused;
	for (size_t k = 0; k < kit->i.host_n; k++)
		kit->i.host[k].dane.state = DANE_DI;
}

static void every_session(struct kit *kit, struct mx_check_session session)
{
	for (size_t k = 0; k < kit->i.host_n; k++)
		kit->i.host[k].probe[0].session = kit->i.host[k].probe[1].session = session;
}

static void in_mode_without_dane(struct kit *kit, const char *mode)
{
	kit_in_mode(kit, mode);
	without_dane(kit, "");
}

static void expired(struct kit *kit, const char *mode)
{
	in_mode_without_dane(kit, mode);
	every_session(kit, (struct mx_check_session){ .outcome = MX_CHECK_TLS,
	    .pkix_faults = TLS_FAULT_BIT(TLS_FAULT_EXPIRED) });
}

static void self_signed_with_dane(struct kit *kit, const char *unused)
{
	(void)unused;
	every_session(kit, (struct mx_check_session){ .outcome = MX_CHECK_TLS, .tlsa = MX_CHECK_TLSA_EE,
	    .pkix_faults = TLS_FAULT_BIT(TLS_FAULT_SELF_SIGNED) });
}

static void tlsa_of_another_key(struct kit *kit, const char *unused)
{
	(void)unused;
	every_session(kit,
	    (struct mx_check_session){ .outcome = MX_CHECK_TLS, .tlsa = MX_CHECK_TLSA_NO_MATCH });
}

static void tls_1_0(struct kit *kit, const char *mode)
{
	in_mode_without_dane(kit, mode);
	for (size_t k = 0; k < 4; k++) {
		kit->i.host[k / 2].probe[k % 2].old_tls = true;
		kit->i.host[k / 2].probe[k % 2].tls = S("TLSv1");
	}
}

static void no_starttls(struct kit *kit, const char *mode)
{
	in_mode_without_dane(kit, mode);
	every_session(kit, (struct mx_check_session){ .outcome = MX_CHECK_STARTTLS_MISSING });
}

static void one_without_starttls(struct kit *kit, const char *mode)
{
	in_mode_without_dane(kit, mode);
	for (size_t k = 0; k < 2; k++)
		kit->i.host[1].probe[k].session.outcome = MX_CHECK_STARTTLS_MISSING;
}

/* One address is enough for a host to get mail. */
static void one_address_expired(struct kit *kit, const char *mode)
{
	in_mode_without_dane(kit, mode);
	kit->i.host[1].probe[0].session.pkix_faults = TLS_FAULT_BIT(TLS_FAULT_EXPIRED);
}

static void blocked(struct kit *kit, const char *mode)
{
	in_mode_without_dane(kit, mode);
	for (size_t k = 0; k < kit->i.host_n; k++)
		kit->i.host[k].probe[0].reach = kit->i.host[k].probe[1].reach = INSPECTION_TIMEOUT;
}

static void one_unmatched(struct kit *kit, const char *unused)
{
	(void)unused;
	without_dane(kit, "");
	kit_policy(kit, "version: STSv1\nmode: enforce\nmx: mx1.example.com\nmax_age: 2592000\n");
}

static void host_certificate(struct kit *kit, const char *unused)
{
	(void)unused;
	without_dane(kit, "");
	for (size_t k = 0; k < 2; k++)
		kit->i.fetch[k].fetch = (struct sts_fetch){ .cause = STS_FETCH_CERTIFICATE };
}

static void nothing_published(struct kit *kit, const char *clear)
{
	kit_without_sts(kit, "");
	without_dane(kit, "");
	if (clear[0])
		every_session(kit, (struct mx_check_session){ .outcome = MX_CHECK_STARTTLS_MISSING });
}

static void dane_alone(struct kit *kit, const char *unused)
{
	kit_without_sts(kit, unused);
}

static void null_mx(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.null_mx = true;
	kit->i.host_n = 0;
}

static void mx_lookup(struct kit *kit, const char *status)
{
	kit->i.mx = kit_status(status[0] == 'n' ? DNS_NXDOMAIN : DNS_SERVFAIL);
	kit->i.host_n = 0;
}

static void records_only(struct kit *kit, const char *unused)
{
	(void)unused;
	kit_without_sts(kit, "");
	kit->i.mx = (struct inspection_lookup){ 0 };
	kit->i.host_n = 0;
}

static void sentences(void **state)
{
	static const struct kit_row rows[] = {
		{ "perfect", NULL, "", STS_CAN DANE_CAN PLAIN_TLS },
		{ "without DANE", without_dane, "", STS_CAN PLAIN_TLS },
		{ "testing", in_mode_without_dane, "testing",
			"Senders that honour MTA-STS check the policy, but insist on nothing (mode testing)." PLAIN_TLS },
		{ "testing, expired", expired, "testing",
			"Senders that honour MTA-STS deliver all the same and report the failures (mode testing)." PLAIN_TLS },
		{ "none", in_mode_without_dane, "none", "Senders that honour MTA-STS find mode none and deliver as without a "
			"policy. They deliver over TLS, without checking the certificate." },
		{ "expired", expired, "enforce", "Senders that honour MTA-STS " HELD PLAIN_TLS },
		{ "TLS 1.0 only", tls_1_0, "enforce",
			"Senders that honour MTA-STS " HELD " All others deliver in clear text." },
		{ "one address expired", one_address_expired, "enforce", STS_CAN PLAIN_TLS },
		{ "self-signed, DANE", self_signed_with_dane, "", "Senders that honour MTA-STS " HELD DANE_CAN
			" A sender that honours both needs both to pass, unless it lets DANE alone suffice." PLAIN_TLS },
		{ "wrong TLSA", tlsa_of_another_key, "",
			STS_CAN " Senders that honour DANE, such as Postfix, " HELD
			" A sender that honours both needs both to pass." PLAIN_TLS },
		{ "no STARTTLS", no_starttls, "enforce",
			"Senders that honour MTA-STS " HELD " All others deliver in clear text." },
		{ "one without STARTTLS", one_without_starttls, "enforce",
			"Senders that honour MTA-STS deliver only over TLS with a "
			"valid certificate and skip mx2.example.com. All others deliver over TLS, and in clear "
			    "text to mx2.example.com." },
		{ "blocked", blocked, "enforce",
			"Senders that honour MTA-STS deliver only over TLS with a valid certificate; whether "
			    "they can was not found out." },
		{ "one unmatched", one_unmatched, "",
			"Senders that honour MTA-STS deliver only over TLS with a valid certificate and skip "
			    "mx2.example.com." PLAIN_TLS },
		{ "no usable policy", host_certificate, "",
			"Senders that honour MTA-STS get no usable policy and deliver as without "
			"one; those that hold an earlier policy go on applying it until it expires. They "
			    "deliver over TLS, without "
			"checking the certificate." },
		{ "nothing", nothing_published, "",
			"Senders find no MTA-STS policy. They deliver over TLS, without checking the certificate." },
		{ "nothing at all", nothing_published, "c", "Senders find no MTA-STS policy. They deliver in clear text." },
		{ "DANE alone", dane_alone, "", "Senders find no MTA-STS policy." DANE_CAN PLAIN_TLS },
		{ "records only", records_only, "", "Senders find no MTA-STS policy." },
		{ "null MX", null_mx, "", "Senders return mail at once: the domain says that it receives none (null MX)." },
		{ "no domain", mx_lookup, "n", "Senders return mail at once: the domain does not exist." },
		{ "MX fails", mx_lookup, "s", "Senders hold mail back and try again: the MX lookup fails." },
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_N(rows); k++) {
		struct kit *kit = kit_start();
		char text[2048];
		struct out out = OUT(text);

		if (rows[k].change)
			rows[k].change(kit, rows[k].argument);
		kit_settle(kit);
		judge_senders_say(&kit->i, &out);
		unit_same(out_done(&out), str_of(rows[k].want), rows[k].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

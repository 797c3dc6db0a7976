#include "core/draft.h"

#include "test/unit/unit.h"

static struct inspection_lookup found(size_t n)
{
	static struct inspection_record records[4];

	return (struct inspection_lookup){
		.asked = true, .answer = { n ? DNS_FOUND : DNS_NODATA, false, 60 }, .record = records, .record_n = n
	};
}

/* mx1 and mx2.example.com, with addresses. */
static struct inspection_mx hosts[2];

static struct inspection live(void)
{
	struct inspection i = { .mx = found(2), .host = hosts, .host_n = 2, .mx_total = 2 };

	assert_int_equal(domain_read(S("example.com"), &i.domain, NULL), OK);
	i.txt.class = STS_TXT_ABSENT;
	hosts[0] = (struct inspection_mx){ .host = S("mx1.example.com"), .a = found(1), .aaaa = found(0), .ip_total = 1 };
	hosts[1] = hosts[0];
	hosts[1].host = S("mx2.example.com");
	return i;
}

static void drafts(void **state)
{
	static const str given[] = { STR("*.example.com"), STR("*.EXAMPLE.com") };
	struct inspection i = live();
	struct draft_wish wish = { .mode = STS_POLICY_TESTING, .max_age_s = 604800 };
	char memory[4096];
	struct arena mem = ARENA(memory);
	struct sts_policy policy;
	struct why why = { 0 };

	(void)state;
	assert_int_equal(draft_of(&i, &wish, &mem, &policy, &why), OK);
	assert_int_equal(policy.mx_n, 2);
	unit_same(policy.mx[1], S("mx2.example.com"), "live host");
	hosts[1].host = S("192.0.2.1");
	assert_int_equal(draft_of(&i, &wish, &mem, &policy, &why), OK);
	assert_int_equal(policy.mx_n, 1);
	wish.mx = given;
	wish.mx_n = 2;
	assert_int_equal(draft_of(&i, &wish, &mem, &policy, &why), OK);
	assert_int_equal(policy.mx_n, 1); /* each once */
	wish.mx_n = 0;
	i.host_n = 0;
	i.null_mx = true;
	unit_err(draft_of(&i, &wish, &mem, &policy, &why), E_ABSENT, &why, "null MX");
	wish.mode = STS_POLICY_NONE;
	assert_int_equal(draft_of(&i, &wish, &mem, &policy, &why), OK);
	wish.mode = STS_POLICY_TESTING;
	i.mx.answer.status = DNS_TIMEOUT;
	unit_err(draft_of(&i, &wish, &mem, &policy, &why), E_TEMP, &why, "no answer");
	for (size_t size = 0; size < 256; size++) {
		struct arena small = { .base = memory, .cap = size };
		err e;

		i = live();
		e = draft_of(&i, &wish, &small, &policy, &why);
		assert_true(e == E_LIMIT || (e == OK && policy.mx_n == 2));
	}
}

/* One thing changed in what is live or wished, and the word in the objection to it. */
static void objections(void **state)
{
	static const struct {
		const char *name, *word;
		enum finding_severity worst;
	} rows[] = {
		{ "nothing", "", FINDING_INFO },
		{ "not covered [STS-4.1-a]", "mx2.example.com is not in the policy", FINDING_ERROR },
		{ "no address", "mx2.example.com has no address", FINDING_ERROR },
		{ "address unknown", "could not be looked up", FINDING_UNKNOWN },
		{ "no host name", "is no host name", FINDING_ERROR },
		{ "matches nothing", "mail.example.org matches no live MX host", FINDING_ERROR },
		{ "an address", "192.0.2.1 is an IP address", FINDING_ERROR },
		{ "too wide", "every name below a top-level domain", FINDING_WARNING },
		{ "no MX answer", "MX records of example.com could not be looked up", FINDING_UNKNOWN },
		{ "no domain", "does not exist", FINDING_ERROR },
		{ "null MX", "null MX", FINDING_ERROR },
		{ "many hosts", "only the first 2", FINDING_UNKNOWN },
		{ "enforce at once", "begin with --mode testing", FINDING_ERROR },
		{ "enforce in the dark", "could not be found out", FINDING_UNKNOWN },
		{ "back to testing", "takes the protection away", FINDING_WARNING },
		{ "short", "below a day", FINDING_WARNING },
		{ "none, long [STS-8.3-a]", "short max_age", FINDING_WARNING },
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_N(rows); k++) {
		struct inspection i = live();
		str mx[] = { S("mx1.example.com"), S("mx2.example.com"), S("mail.example.org") };
		struct sts_policy policy = { STS_POLICY_TESTING, 604800, mx, 2 };
		struct draft_judgement j;
		bool said = *rows[k].word == '\0';

		switch (k) {
		case 1:
			policy.mx_n = 1;
			break;
		case 2:
			hosts[1].a = found(0), hosts[1].ip_total = 0;
			break;
		case 3:
			hosts[1].a.answer.status = DNS_SERVFAIL, hosts[1].ip_total = 0;
			break;
		case 4:
			hosts[1].host = S("mx_2.example.com"), policy.mx_n = 1;
			break;
		case 5:
			policy.mx_n = 3;
			break;
		case 6:
			mx[2] = S("192.0.2.1"), policy.mx_n = 3;
			break;
		case 7:
			mx[1] = S("*.com"), hosts[1].host = S("example.com");
			break;
		case 8:
			i.mx.answer.status = DNS_TIMEOUT, i.host_n = i.mx_total = 0;
			break;
		case 9:
			i.mx.answer.status = DNS_NXDOMAIN, i.host_n = i.mx_total = 0;
			break;
		case 10:
			i.null_mx = true, i.host_n = i.mx_total = 0;
			break;
		case 11:
			i.mx_total = 40;
			break;
		case 12:
			policy.mode = STS_POLICY_ENFORCE;
			break;
		case 13:
			policy.mode = STS_POLICY_ENFORCE, i.txt.class = STS_TXT_ERROR;
			break;
		case 14:
			i.has_policy = true, i.policy.mode = STS_POLICY_ENFORCE;
			break;
		case 15:
			policy.max_age_s = 3600;
			break;
		case 16:
			policy.mode = STS_POLICY_NONE;
			break;
		default:
			break;
		}
		draft_judge(&i, &policy, &j);
		for (size_t n = 0; n < j.objection_n; n++)
			said |= j.objection[n].severity == rows[k].worst &&
			    str_find(str_of(j.objection[n].text), str_of(rows[k].word)) <
				strlen(j.objection[n].text);
		if (!said || j.worst != rows[k].worst)
			fail_msg("%s: worst %d, %zu objections, the first \"%s\"", rows[k].name, (int)j.worst,
			    j.objection_n, j.objection[0].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drafts),
		cmocka_unit_test(objections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "io/dns_message.h"

#include "test/unit/unit.h"

static char memory[LIMIT_DNS_ANSWER_BYTES];

/* Pieces of messages: head (flags, counts), the question a.test TXT, names and records. */
#define ID "\x12\x34"
#define HEAD(flags, qd, an, ns, ar) ID flags "\0" qd "\0" an "\0" ns "\0" ar
#define OK_ "\x81\x80"
#define OK_AD "\x81\xa0"
#define A_TEST "\1a\4test\0"
#define Q(type) A_TEST "\0" type "\0\1"
#define PTR_A "\xc0\x0c"
#define RR(owner, type, ttl, n) owner "\0" type "\0\1\0\0\0" ttl "\0" n
#define TXT "\x10"
#define CNAME "\5"
#define SOA_TEST "\xc0\x0e\0\6\0\1\0\0\1\0\0\x1a\2ns\xc0\x0e\0\0\0\0\7\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\x3c"
#define OPT "\0\0\x29\4\xd0\0\0\0\0\0\0"
#define OPT_EDE(code) "\0\0\x29\4\xd0\0\0\0\0\0\x0a\0\x0f\0\6\0" code "oops"

static struct dns_message read_as(str bytes, enum dns_type type, bool trust_ad)
{
	struct dns_message_question question = { S("A.test."), type, trust_ad };
	struct arena mem = ARENA(memory);
	struct dns_message m;

	dns_message_read(bytes, &question, &mem, &m);
	return m;
}

struct row {
	const char *name;
	str bytes;
	enum dns_status status;
	uint32_t ttl_s;
	int ede;
};

static void check_row(const struct row *row)
{
	struct dns_message m = read_as(row->bytes, DNS_TYPE_TXT, true);

	if (m.answer.status != row->status || m.answer.ttl_s != row->ttl_s || m.ede != row->ede)
		fail_msg("%s: status %d, ttl %u, ede %d (%s)", row->name, m.answer.status,
		    (unsigned)m.answer.ttl_s, m.ede, m.why.text);
	assert_int_equal(m.records_n > 0, row->status == DNS_FOUND);
	assert_int_equal(m.why.text[0] != '\0', dns_failed(row->status)); /* [D-02] */
	unit_same(m.names[0], S("a.test"), row->name);
	assert_false(m.answer.secure);
}

static void statuses(void **state)
{
	static const struct row rows[] = {
		{ "found", STR(HEAD(OK_, "\1", "\1", "\0", "\1") Q(TXT) RR(PTR_A, TXT, "\x3c", "\3") "\2ab" OPT),
		    DNS_FOUND, 60, -1 },
		{ "name in full, other case", STR(HEAD(OK_, "\1", "\1", "\0", "\0") Q(TXT)
		    RR("\1A\4TEST\0", TXT, "\x3c", "\3") "\2ab"), DNS_FOUND, 60, -1 },
		{ "huge TTL", STR(HEAD(OK_, "\1", "\1", "\0", "\0") Q(TXT) PTR_A "\0" TXT "\0\1\x80\0\0\0\0\3\2ab"),
		    DNS_FOUND, 0, -1 },
		{ "other class", STR(HEAD(OK_, "\1", "\1", "\0", "\0") Q(TXT) PTR_A "\0" TXT "\0\3\0\0\0\1\0\3\2ab"),
		    DNS_NODATA, 0, -1 },
		{ "other type", STR(HEAD(OK_, "\1", "\1", "\0", "\0") Q(TXT) RR(PTR_A, "\1", "\1", "\4") "abcd"),
		    DNS_NODATA, 0, -1 },
		{ "other owner", STR(HEAD(OK_, "\1", "\1", "\0", "\0") Q(TXT) RR("\1b\xc0\x0e", TXT, "\1", "\3") "\2ab"),
		    DNS_NODATA, 0, -1 },
		{ "denied", STR(HEAD(OK_, "\1", "\0", "\1", "\0") Q(TXT) SOA_TEST), DNS_NODATA, 60, -1 },
		{ "nxdomain", STR(HEAD("\x81\x83", "\1", "\0", "\1", "\0") Q(TXT) SOA_TEST), DNS_NXDOMAIN, 60, -1 },
		{ "nxdomain with data", STR(HEAD("\x81\x83", "\1", "\1", "\0", "\0") Q(TXT)
		    RR(PTR_A, TXT, "\x3c", "\3") "\2ab"), DNS_NXDOMAIN, 0, -1 },
		{ "servfail", STR(HEAD("\x81\x82", "\1", "\0", "\0", "\0") Q(TXT)), DNS_SERVFAIL, 0, -1 },
		{ "servfail without question", STR(HEAD("\x81\x82", "\0", "\0", "\0", "\0")), DNS_SERVFAIL, 0, -1 },
		{ "servfail, 22", STR(HEAD("\x81\x82", "\1", "\0", "\0", "\1") Q(TXT) OPT_EDE("\x16")),
		    DNS_SERVFAIL, 0, 22 },
		{ "bogus", STR(HEAD("\x81\x82", "\1", "\0", "\0", "\1") Q(TXT) OPT_EDE("\6")), DNS_BOGUS, 0, 6 },
		{ "stale", STR(HEAD(OK_, "\1", "\1", "\0", "\1") Q(TXT) RR(PTR_A, TXT, "\x1e", "\3") "\2ab"
		    OPT_EDE("\3")), DNS_FOUND, 30, 3 },
		{ "badvers", STR(HEAD(OK_, "\1", "\0", "\0", "\1") Q(TXT) "\0\0\x29\4\xd0\1\0\0\0\0\0"),
		    DNS_SERVFAIL, 0, -1 },
		{ "referral", STR(HEAD("\x80\0", "\1", "\0", "\1", "\0") Q(TXT) RR(PTR_A, "\2", "\1", "\2") "\xc0\x0c"),
		    DNS_SERVFAIL, 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++)
		check_row(&rows[i]);
}

static void malformed(void **state)
{
	static const struct {
		const char *name;
		str bytes;
	} rows[] = {
		{ "empty", STR("") },
		{ "cut head", STR(ID OK_ "\0\1\0\0\0\0\0") },
		{ "not an answer", STR(HEAD("\1\0", "\1", "\0", "\0", "\0") Q(TXT)) },
		{ "an update", STR(HEAD("\xa9\x80", "\1", "\0", "\0", "\0") Q(TXT)) },
		{ "no question", STR(HEAD(OK_, "\0", "\0", "\0", "\0")) },
		{ "two questions", STR(HEAD(OK_, "\2", "\0", "\0", "\0") Q(TXT) Q(TXT)) },
		{ "another question", STR(HEAD(OK_, "\1", "\0", "\0", "\0") "\1b\4test\0\0\x10\0\1") },
		{ "another type", STR(HEAD(OK_, "\1", "\0", "\0", "\0") Q("\1")) },
		{ "more records promised", STR(HEAD(OK_, "\1", "\2", "\0", "\0") Q(TXT) RR(PTR_A, TXT, "\1", "\3") "\2ab") },
		{ "bytes behind", STR(HEAD(OK_, "\1", "\0", "\0", "\0") Q(TXT) "x") },
		{ "record cut", STR(HEAD(OK_, "\1", "\1", "\0", "\0") Q(TXT) RR(PTR_A, TXT, "\1", "\4") "\2ab") },
		{ "name points to itself", STR(HEAD(OK_, "\1", "\1", "\0", "\0") Q(TXT)
		    RR("\xc0\x18", TXT, "\1", "\3") "\2ab") },
		{ "name points ahead", STR(HEAD(OK_, "\1", "\1", "\0", "\0") Q(TXT)
		    RR("\xc0\xff", TXT, "\1", "\3") "\2ab") },
		{ "string too long", STR(HEAD(OK_, "\1", "\1", "\0", "\0") Q(TXT) RR(PTR_A, TXT, "\1", "\3") "\3ab") },
		{ "cut short", STR(HEAD("\x83\x80", "\1", "\0", "\0", "\0") Q(TXT)) },
		{ "alias to itself", STR(HEAD(OK_, "\1", "\1", "\0", "\0") Q(TXT) RR(PTR_A, CNAME, "\1", "\2") PTR_A) },
		{ "alias cut", STR(HEAD(OK_, "\1", "\1", "\0", "\0") Q(TXT) RR(PTR_A, CNAME, "\1", "\1") "\xc0") },
		{ "option cut", STR(HEAD(OK_, "\1", "\0", "\0", "\1") Q(TXT) "\0\0\x29\4\xd0\0\0\0\0\0\6\0\x0f\0\6\0\1") },
		{ "SOA cut", STR(HEAD(OK_, "\1", "\0", "\1", "\0") Q(TXT) RR(PTR_A, "\6", "\1", "\4") PTR_A PTR_A) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++)
		check_row(&(struct row){ rows[i].name, rows[i].bytes, DNS_MALFORMED, 0, -1 });
}

static void records(void **state)
{
	static const struct {
		const char *name;
		enum dns_type type;
		str bytes; /* one record's type, class, TTL, length and data */
		bool ok;
		str value, tag;
		uint32_t number;
	} rows[] = {
		{ "A", DNS_TYPE_A, STR("\0\1\0\1\0\0\0\1\0\4abcd"), true, STR("abcd"), STR(""), 0 },
		{ "A of 5", DNS_TYPE_A, STR("\0\1\0\1\0\0\0\1\0\5abcde"), false, STR(""), STR(""), 0 },
		{ "AAAA of 4", DNS_TYPE_AAAA, STR("\0\x1c\0\1\0\0\0\1\0\4abcd"), false, STR(""), STR(""), 0 },
		{ "AAAA", DNS_TYPE_AAAA, STR("\0\x1c\0\1\0\0\0\1\0\x10" "0123456789abcdef"), true,
		    STR("0123456789abcdef"), STR(""), 0 },
		{ "TXT empty", DNS_TYPE_TXT, STR("\0\x10\0\1\0\0\0\1\0\0"), true, STR(""), STR(""), 0 },
		{ "TXT", DNS_TYPE_TXT, STR("\0\x10\0\1\0\0\0\1\0\1\0"), true, STR(""), STR(""), 1 },
		{ "TXT joined", DNS_TYPE_TXT, STR("\0\x10\0\1\0\0\0\1\0\x0b\2ab\0\4c\0de\1f"), true,
		    STR("abc\0def"), STR(""), 4 },
		{ "MX", DNS_TYPE_MX, STR("\0\x0f\0\1\0\0\0\1\0\6\1\2\1M\xc0\x0e"), true, STR("m.test"), STR(""), 258 },
		{ "MX null", DNS_TYPE_MX, STR("\0\x0f\0\1\0\0\0\1\0\3\0\0\0"), true, STR("."), STR(""), 0 },
		{ "MX cut", DNS_TYPE_MX, STR("\0\x0f\0\1\0\0\0\1\0\2\0\0"), false, STR(""), STR(""), 0 },
		{ "MX and more", DNS_TYPE_MX, STR("\0\x0f\0\1\0\0\0\1\0\4\0\0\0\0"), false, STR(""), STR(""), 0 },
		{ "NS odd", DNS_TYPE_NS, STR("\0\2\0\1\0\0\0\1\0\7\4a.\n;\xc0\x0e"), true, STR("a\\.\\010\\;.test"),
		    STR(""), 0 },
		{ "CNAME", DNS_TYPE_CNAME, STR("\0\5\0\1\0\0\0\1\0\2\xc0\x0e"), true, STR("test"), STR(""), 0 },
		{ "TLSA", DNS_TYPE_TLSA, STR("\0\x34\0\1\0\0\0\1\0\5\3\1\1xy"), true, STR("\3\1\1xy"), STR(""), 0 },
		{ "CAA", DNS_TYPE_CAA, STR("\1\1\0\1\0\0\0\1\0\x0d\x80\5issueca.xyz"), true, STR("ca.xyz"), STR("issue"), 128 },
		{ "CAA cut", DNS_TYPE_CAA, STR("\1\1\0\1\0\0\0\1\0\3\0\5i"), false, STR(""), STR(""), 0 },
		{ "SOA", DNS_TYPE_SOA, STR("\0\6\0\1\0\0\0\1\0\x19\1n\xc0\x0e\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
		    true, STR("n.test"), STR("."), 256 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		char bytes[256];
		struct out out = OUT(bytes);
		struct dns_message m;

		out_str(&out, S(HEAD(OK_, "\1", "\1", "\0", "\0") A_TEST));
		out_str(&out, str_head(rows[i].bytes, 2));
		out_str(&out, S("\0\1" PTR_A));
		out_str(&out, rows[i].bytes);
		m = read_as(out_done(&out), rows[i].type, true);
		if ((m.answer.status == DNS_FOUND) != rows[i].ok)
			fail_msg("%s: status %d (%s)", rows[i].name, m.answer.status, m.why.text);
		if (!rows[i].ok)
			continue;
		unit_same(m.records[0].value, rows[i].value, rows[i].name);
		unit_same(m.records[0].tag, rows[i].tag, rows[i].name);
		assert_int_equal(m.records[0].number, rows[i].number);
	}
}

/* a.test -> c1.test -> ... -> cN.test, its TXT last; in what order they come does not matter. */
static str chain(unsigned links, bool backwards, struct out *out)
{
	char numbers[] = { 0, (char)(links + 1) };

	out_str(out, S(ID OK_ "\0\1"));
	out_str(out, (str){ numbers, 2 });
	out_str(out, S("\0\0\0\0" Q(TXT)));
	for (unsigned k = 0; k < links; k++) {
		unsigned i = backwards ? links - 1 - k : k;

		if (i == 0)
			out_str(out, S(PTR_A));
		else
			out_fmt(out, "\2c%u\xc0\x0e", i);
		out_str(out, S("\0" CNAME "\0\1\0\0\0"));
		out_char(out, (char)(50 + i));
		out_str(out, S("\0\5"));
		out_fmt(out, "\2c%u\xc0\x0e", i + 1);
	}
	out_fmt(out, "\2c%u\xc0\x0e", links);
	out_str(out, S("\0" TXT "\0\1\0\0\1\0\0\3\2ab"));
	return out_done(out);
}

/* [STS-3.1-o] */
static void aliases(void **state)
{
	(void)state;
	for (unsigned links = 1; links <= 9; links++) {
		for (int backwards = 0; backwards < 2; backwards++) {
			char bytes[512];
			struct out out = OUT(bytes);
			struct dns_message m = read_as(chain(links, backwards, &out), DNS_TYPE_TXT, false);
			char last[] = { 'c', (char)('0' + links), '.', 't', 'e', 's', 't', '\0' };

			assert_int_equal(m.answer.status, links <= LIMIT_ALIASES_N ? DNS_FOUND : DNS_MALFORMED);
			if (links > LIMIT_ALIASES_N)
				continue;
			assert_int_equal(m.names_n, links + 1);
			unit_same(m.names[links], str_of(last), "last");
			assert_int_equal(m.answer.ttl_s, 50);
		}
	}
}

/* [D-01] */
static void secure(void **state)
{
	str found = S(HEAD(OK_AD, "\1", "\1", "\0", "\0") Q(TXT) RR(PTR_A, TXT, "\x3c", "\3") "\2ab");
	str failed = S(HEAD("\x81\xa2", "\1", "\0", "\0", "\0") Q(TXT));

	(void)state;
	assert_true(read_as(found, DNS_TYPE_TXT, true).answer.secure);
	assert_false(read_as(found, DNS_TYPE_TXT, false).answer.secure);
	assert_false(read_as(failed, DNS_TYPE_TXT, true).answer.secure);
}

static void questions(void **state)
{
	static const struct {
		str name;
		err e;
		str bytes;
	} rows[] = {
		{ STR("a.test"), OK, STR("\1a\4test\0") },
		{ STR("_mta-sts.A.test."), OK, STR("\x8_mta-sts\1A\4test\0") },
		{ STR("."), OK, STR("\0") },
		{ STR(""), OK, STR("\0") },
		{ STR("a..test"), E_SYNTAX, STR("") },
		{ STR(".test"), E_SYNTAX, STR("") },
		{ STR("a.test.."), E_SYNTAX, STR("") },
		{ STR("a\\.test"), E_SYNTAX, STR("") },
		{ STR("a b.test"), E_SYNTAX, STR("") },
		{ STR("a\xc3\xbc.test"), E_SYNTAX, STR("") },
		{ STR("0123456789012345678901234567890123456789012345678901234567890123.test"), E_LIMIT, STR("") },
	};
	char name[LIMIT_DOMAIN_BYTES + 1], bytes[DNS_MESSAGE_QUERY_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct dns_message_question question = { rows[i].name, DNS_TYPE_CAA, false };
		struct out out = OUT(bytes);
		struct why why = { 0 };
		str got;

		unit_err(dns_message_write(&question, 0x1234, DNS_MESSAGE_RD | DNS_MESSAGE_AD, &out, &why), rows[i].e,
		    &why, rows[i].name.p);
		if (rows[i].e != OK)
			continue;
		got = out_done(&out);
		unit_same(str_head(got, 12), S(HEAD("\1\x20", "\1", "\0", "\0", "\1")), "head");
		got = str_skip(got, 12);
		unit_same(str_head(got, rows[i].bytes.n), rows[i].bytes, rows[i].name.p);
		unit_same(str_skip(got, rows[i].bytes.n), S("\1\1\0\1" OPT), "type, class, OPT");
	}
	for (size_t n = 250; n <= sizeof name; n++) {
		struct dns_message_question question = { { name, n }, DNS_TYPE_A, false };
		struct out out = OUT(bytes);

		memset(name, 'a', sizeof name);
		for (size_t i = 60; i < n; i += 60)
			name[i] = '.';
		assert_int_equal(dns_message_write(&question, 0, 0, &out, NULL), n <= LIMIT_DOMAIN_BYTES ? OK : E_LIMIT);
	}
}

static void every_arena_size(void **state)
{
	char bytes[512];
	struct out out = OUT(bytes);
	str text = chain(3, false, &out);
	struct dns_message_question question = { S("a.test"), DNS_TYPE_TXT, true };

	(void)state;
	for (size_t cap = 0; cap < 2048; cap++) {
		struct arena mem = { memory, cap, 0 };
		struct dns_message m;

		dns_message_read(text, &question, &mem, &m);
		assert_true(m.answer.status == DNS_MALFORMED ||
		    (m.answer.status == DNS_FOUND && m.names_n == 4 && m.records[0].value.n == 2));
		assert_true(m.names_n >= 1 && m.names[0].n == 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statuses),
		cmocka_unit_test(malformed),
		cmocka_unit_test(records),
		cmocka_unit_test(aliases),
		cmocka_unit_test(secure),
		cmocka_unit_test(questions),
		cmocka_unit_test(every_arena_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

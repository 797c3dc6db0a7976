/*
 * dns_message: an answer to "a.test", its type chosen by the first byte.
 * Whatever the bytes, the message keeps its promises; what it holds can be asked for again.
 */
#include "io/dns_message.h"

#include "test/fuzz/fuzz.h"

static char mem[LIMIT_DNS_ANSWER_BYTES];

static void must_be_name(str name)
{
	fuzz_must(name.n > 0 && name.n <= 1024);
	for (size_t i = 0; i < name.n; i++)
		fuzz_must(name.p[i] > 0x20 && name.p[i] < 0x7f && !(name.p[i] >= 'A' && name.p[i] <= 'Z'));
}

static bool has_name(enum dns_type type)
{
	return type == DNS_TYPE_MX || type == DNS_TYPE_NS || type == DNS_TYPE_CNAME || type == DNS_TYPE_PTR ||
	    type == DNS_TYPE_SOA;
}

static bool is_escaped(str name)
{
	return name.n > 0 && memchr(name.p, '\\', name.n);
}

/* A name that came can be written into a question, unless it is odd. */
static void must_be_askable(str name)
{
	struct dns_message_question question = { name, DNS_TYPE_A, false };
	char query[DNS_MESSAGE_QUERY_BYTES];
	struct out out = OUT(query);
	err e = dns_message_write(&question, 0, 0, &out, NULL);

	fuzz_must(e == OK || is_escaped(name));
	fuzz_must(e != OK || out.n <= sizeof query);
}

static void must_be_right(const struct dns_message *m, enum dns_type type)
{
	bool failed = dns_failed(m->answer.status);

	fuzz_must(m->names_n >= 1 && m->names_n <= LIMIT_ALIASES_N + 1);
	fuzz_must(str_eq(m->names[0], S("a.test")));
	for (size_t i = 0; i < m->names_n; i++)
		must_be_name(m->names[i]);
	fuzz_must((m->records_n > 0) == (m->answer.status == DNS_FOUND));
	fuzz_must(failed == (m->why.text[0] != '\0'));
	fuzz_must(!failed || (m->answer.ttl_s == 0 && !m->answer.secure)); /* [D-02] */
	fuzz_must(m->answer.ttl_s <= INT32_MAX);
	fuzz_must(m->ede >= -1 && m->ede <= UINT16_MAX);
	for (size_t i = 0; i < m->records_n; i++) {
		fuzz_must(m->records[i].ttl_s >= m->answer.ttl_s);
		if (has_name(type)) {
			must_be_name(m->records[i].value);
			must_be_askable(m->records[i].value);
		}
		fuzz_must(type != DNS_TYPE_A || m->records[i].value.n == 4);
		fuzz_must(type != DNS_TYPE_AAAA || m->records[i].value.n == 16);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const enum dns_type types[] = { DNS_TYPE_TXT, DNS_TYPE_A, DNS_TYPE_AAAA, DNS_TYPE_MX, DNS_TYPE_CNAME,
		DNS_TYPE_TLSA, DNS_TYPE_CAA, DNS_TYPE_NS, DNS_TYPE_SOA, DNS_TYPE_DS, DNS_TYPE_PTR };
	struct arena arena = ARENA(mem), little = { mem, 600, 0 };
	struct dns_message_question question = { S("a.test"), DNS_TYPE_TXT, true };
	struct dns_message m, less;

	if (n == 0)
		return 0;
	question.type = types[bytes[0] % ARRAY_N(types)];
	dns_message_read((str){ (const char *)bytes + 1, n - 1 }, &question, &arena, &m);
	must_be_right(&m, question.type);
	dns_message_read((str){ (const char *)bytes + 1, n - 1 }, &question, &little, &less);
	must_be_right(&less, question.type);
	fuzz_must(less.answer.status == m.answer.status || less.answer.status == DNS_MALFORMED);
	return 0;
}

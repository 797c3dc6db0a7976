#include "io/dns_message.h"

#include <arpa/nameser.h>

#define TYPE_OPT 41
#define OPTION_EDE 15
#define NAME_TEXT_BYTES 1025 /* 255 bytes, each escaped, with the NUL */

/* One resource record as it lies in the message. */
struct raw {
	str owner;
	unsigned type, class;
	uint32_t ttl_s;
	str rdata;
};

struct reader {
	str bytes;
	const struct dns_message_question *question;
	struct arena *mem;
	struct dns_message *message;
	ns_msg msg;
};

/* Bytes that stand for themselves in the text of a name. */
static bool is_plain(str label)
{
	for (size_t i = 0; i < label.n; i++)
		if (label.p[i] <= 0x20 || label.p[i] >= 0x7f || strchr("\"$();@\\", label.p[i]))
			return false;
	return true;
}

static err write_name(str name, struct out *out, struct why *why)
{
	str rest = name, label;
	bool more = true;

	if (name.n > 0 && name.p[name.n - 1] == '.')
		rest.n--;
	if (rest.n > LIMIT_DOMAIN_BYTES)
		return why_set(why, E_LIMIT, "RFC 1035 2.3.4", 0, "a name of %zu bytes", rest.n);
	while (more && rest.n > 0) {
		more = str_cut(rest, '.', &label, &rest);
		if (label.n == 0 || !is_plain(label) || (more && rest.n == 0))
			return why_set(why, E_SYNTAX, "RFC 1035 2.3.1", 0, "not a name: %.*s",
			    STR_ARG(str_head(name, 100)));
		if (label.n > LIMIT_LABEL_BYTES)
			return why_set(why, E_LIMIT, "RFC 1035 2.3.4", 0, "a label of %zu bytes", label.n);
		out_char(out, (char)label.n);
		out_str(out, label);
	}
	out_char(out, '\0');
	return OK;
}

static void write_16(struct out *out, unsigned v)
{
	out_char(out, (char)(v >> 8 & 0xff));
	out_char(out, (char)(v & 0xff));
}

err dns_message_write(const struct dns_message_question *question, uint16_t id, unsigned flags,
    struct out *out, struct why *why)
{
	static const uint8_t counts[] = { 0, 1, 0, 0, 0, 0, 0, 1 }; /* one question, one additional record */

	write_16(out, id);
	write_16(out, flags);
	out_str(out, (str){ (const char *)counts, sizeof counts });
	TRY(write_name(question->name, out, why));
	write_16(out, question->type);
	write_16(out, ns_c_in);
	out_char(out, '\0'); /* RFC 6891 6.1.2: OPT at the root */
	write_16(out, TYPE_OPT);
	write_16(out, LIMIT_DNS_UDP_BYTES);
	out_str(out, (str){ "\0\0\0\0\0\0", 6 }); /* extended rcode, version, flags; no options */
	if (out->full)
		return why_set(why, E_LIMIT, "", 0, "no room for a question");
	return OK;
}

static unsigned get_16(const char *p)
{
	return (unsigned)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

static uint32_t get_32(const char *p)
{
	return (uint32_t)get_16(p) << 16 | get_16(p + 2);
}

static err malformed(struct reader *r, const char *text)
{
	r->message->answer.status = DNS_MALFORMED;
	return why_set(&r->message->why, E_SYNTAX, "RFC 1035 4", 0, "%s", text);
}

static err too_much(struct reader *r)
{
	r->message->answer.status = DNS_MALFORMED;
	return why_set(&r->message->why, E_LIMIT, "", 0, "more in one answer than is held");
}

/* A name's text in lower case; "" is the root. */
static err keep_name(struct reader *r, str text, str *name)
{
	char *p;

	if (text.n == 0) {
		*name = S(".");
		return OK;
	}
	p = arena_take_raw(r->mem, text.n, 1);
	if (!p)
		return too_much(r);
	for (size_t i = 0; i < text.n; i++)
		p[i] = str_lower(text.p[i]);
	*name = (str){ p, text.n };
	return OK;
}

/* The name at *at, which may be compressed, inside RDATA that ends at end. */
static err take_name(struct reader *r, const char **at, const char *end, str *name)
{
	const unsigned char *base = (const unsigned char *)r->bytes.p;
	char text[NAME_TEXT_BYTES];
	int n = ns_name_uncompress(base, base + r->bytes.n, (const unsigned char *)*at, text, sizeof text);

	if (n < 0 || n > end - *at)
		return malformed(r, "a name inside a record is broken");
	*at += n;
	return keep_name(r, strcmp(text, ".") == 0 ? S("") : str_of(text), name);
}

static err take_raw(struct reader *r, ns_sect section, int i, struct raw *raw)
{
	str before = raw->owner;
	ns_rr rr;

	if (ns_parserr(&r->msg, section, i, &rr) != 0)
		return malformed(r, "a record is broken");
	*raw = (struct raw){ before, ns_rr_type(rr), ns_rr_class(rr), ns_rr_ttl(rr), { NULL, 0 } };
	if (section != ns_s_qd)
		raw->rdata = (str){ (const char *)ns_rr_rdata(rr), ns_rr_rdlen(rr) };
	if (raw->ttl_s > INT32_MAX) /* RFC 2181 8 */
		raw->ttl_s = 0;
	if (str_eq_nocase(str_of(rr.name), before) && before.n > 0)
		return OK;
	return keep_name(r, str_of(rr.name), &raw->owner);
}

/* The strings of a TXT record, joined.  [STS-3.1-n] */
static err read_txt(struct reader *r, str rdata, struct dns_message_record *record)
{
	size_t joined = 0;
	char *p;

	for (size_t at = 0; at < rdata.n; record->number++) {
		size_t n = (unsigned char)rdata.p[at];

		if (n > rdata.n - at - 1)
			return malformed(r, "a TXT record is cut short");
		joined += n;
		at += 1 + n;
	}
	if (record->number <= 1) {
		record->value = str_skip(rdata, 1);
		return OK;
	}
	p = arena_take_raw(r->mem, joined, 1);
	if (!p)
		return too_much(r);
	record->value = (str){ p, joined };
	for (size_t at = 0; at < rdata.n; at += 1 + (unsigned char)rdata.p[at]) {
		memcpy(p, rdata.p + at + 1, (unsigned char)rdata.p[at]);
		p += (unsigned char)rdata.p[at];
	}
	return OK;
}

static err read_caa(struct reader *r, str rdata, struct dns_message_record *record)
{
	size_t tag_n;

	if (rdata.n < 2)
		return malformed(r, "a CAA record is cut short");
	tag_n = (unsigned char)rdata.p[1];
	if (tag_n == 0 || tag_n > rdata.n - 2)
		return malformed(r, "a CAA record is cut short");
	record->number = (unsigned char)rdata.p[0];
	record->tag = (str){ rdata.p + 2, tag_n };
	record->value = str_skip(rdata, 2 + tag_n);
	return OK;
}

static err read_soa(struct reader *r, str rdata, struct dns_message_record *record, uint32_t *minimum_s)
{
	const char *at = rdata.p, *end = rdata.p + rdata.n;

	TRY(take_name(r, &at, end, &record->value));
	TRY(take_name(r, &at, end, &record->tag));
	if (end - at != 20)
		return malformed(r, "an SOA record is cut short");
	record->number = get_32(at);
	*minimum_s = get_32(at + 16);
	return OK;
}

static err read_record(struct reader *r, const struct raw *raw, struct dns_message_record *record)
{
	const char *at = raw->rdata.p, *end = at + raw->rdata.n;
	uint32_t minimum_s;

	*record = (struct dns_message_record){ .ttl_s = raw->ttl_s, .value = raw->rdata };
	switch (r->question->type) {
	case DNS_TYPE_A:
		return raw->rdata.n == 4 ? OK : malformed(r, "an A record is not 4 bytes");
	case DNS_TYPE_AAAA:
		return raw->rdata.n == 16 ? OK : malformed(r, "an AAAA record is not 16 bytes");
	case DNS_TYPE_TXT:
		return read_txt(r, raw->rdata, record);
	case DNS_TYPE_CAA:
		return read_caa(r, raw->rdata, record);
	case DNS_TYPE_SOA:
		return read_soa(r, raw->rdata, record, &minimum_s);
	case DNS_TYPE_MX:
		if (raw->rdata.n < 3)
			return malformed(r, "an MX record is cut short");
		record->number = get_16(at);
		at += 2;
		break;
	case DNS_TYPE_NS:
	case DNS_TYPE_CNAME:
	case DNS_TYPE_PTR:
		break;
	case DNS_TYPE_DS:
	case DNS_TYPE_TLSA:
	default:
		return OK;
	}
	TRY(take_name(r, &at, end, &record->value));
	return at == end ? OK : malformed(r, "a record has bytes behind its name");
}

static void lower_ttl(struct reader *r, uint32_t ttl_s)
{
	if (ttl_s < r->message->answer.ttl_s)
		r->message->answer.ttl_s = ttl_s;
}

static const struct raw *find_alias(const struct raw *raws, size_t n, str owner)
{
	for (; n > 0; raws++, n--)
		if (raws->type == DNS_TYPE_CNAME && raws->class == ns_c_in && str_eq(raws->owner, owner))
			return raws;
	return NULL;
}

static bool is_among(const str *names, size_t n, str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

/* From the name asked to the one that should hold the records.  [STS-3.1-o] */
static err follow(struct reader *r, const struct raw *raws, size_t n)
{
	struct dns_message *m = r->message;
	str *names = arena_take(r->mem, LIMIT_ALIASES_N + 1, sizeof *names);
	const struct raw *alias;

	if (!names)
		return too_much(r);
	names[0] = m->names[0];
	m->names = names;
	if (r->question->type == DNS_TYPE_CNAME)
		return OK;
	while ((alias = find_alias(raws, n, names[m->names_n - 1])) != NULL) {
		const char *at = alias->rdata.p, *end = at + alias->rdata.n;
		str next;

		TRY(take_name(r, &at, end, &next));
		if (at != end)
			return malformed(r, "a CNAME record has bytes behind its name");
		if (is_among(names, m->names_n, next))
			return malformed(r, "the aliases go round in a circle");
		if (m->names_n > LIMIT_ALIASES_N)
			return malformed(r, "more than 8 aliases in a row");
		names[m->names_n++] = next;
		lower_ttl(r, alias->ttl_s);
	}
	return OK;
}

static err read_answers(struct reader *r)
{
	struct dns_message *m = r->message;
	size_t all = ns_msg_count(r->msg, ns_s_an), n = 0;
	struct raw *raws = arena_take_raw(r->mem, all, sizeof *raws), raw = { .owner = m->names[0] };
	struct dns_message_record *records;

	if (!raws)
		return too_much(r);
	for (size_t i = 0; i < all; i++) {
		TRY(take_raw(r, ns_s_an, (int)i, &raw));
		raws[i] = raw;
	}
	TRY(follow(r, raws, all));
	for (size_t i = 0; i < all; i++)
		if (raws[i].type == r->question->type && raws[i].class == ns_c_in &&
		    str_eq(raws[i].owner, m->names[m->names_n - 1]))
			raws[n++] = raws[i];
	records = arena_take_raw(r->mem, n, sizeof *records);
	if (!records)
		return too_much(r);
	for (size_t i = 0; i < n; i++) {
		TRY(read_record(r, &raws[i], &records[i]));
		lower_ttl(r, raws[i].ttl_s);
	}
	m->records = records;
	m->records_n = n;
	return OK;
}

/* The SOA of a denial (RFC 2308 5), or the mark of a server that knows nothing. */
static err read_authority(struct reader *r, bool *is_referral)
{
	struct dns_message *m = r->message;
	struct raw raw = { { NULL, 0 }, 0, 0, 0, { NULL, 0 } };
	uint32_t ttl_s = 0, minimum_s = 0;
	bool ns = false;

	for (int i = 0; i < ns_msg_count(r->msg, ns_s_ns) && m->zone.n == 0; i++) {
		struct dns_message_record soa;

		TRY(take_raw(r, ns_s_ns, i, &raw));
		ns |= raw.type == DNS_TYPE_NS;
		if (raw.type != DNS_TYPE_SOA)
			continue;
		TRY(read_soa(r, raw.rdata, &soa, &minimum_s));
		ttl_s = raw.ttl_s < minimum_s ? raw.ttl_s : minimum_s;
		m->zone = raw.owner;
	}
	lower_ttl(r, ttl_s);
	*is_referral = ns && m->zone.n == 0 && !m->authoritative && !ns_msg_getflag(r->msg, ns_f_ra);
	return OK;
}

static err keep_ede(struct reader *r, str option)
{
	struct dns_message *m = r->message;
	char *p;

	if (m->ede >= 0 || option.n < 2)
		return OK;
	m->ede = (int)get_16(option.p);
	option = str_head(str_skip(option, 2), sizeof m->why.text);
	p = arena_take_raw(r->mem, option.n, 1);
	if (!p)
		return too_much(r);
	for (size_t i = 0; i < option.n; i++)
		p[i] = option.p[i] >= 0x20 && option.p[i] < 0x7f ? option.p[i] : '?';
	m->ede_text = (str){ p, option.n };
	return OK;
}

static err read_opt(struct reader *r)
{
	struct raw raw = { { NULL, 0 }, 0, 0, 0, { NULL, 0 } };
	int n = ns_msg_count(r->msg, ns_s_ar), i;
	ns_rr rr;

	for (i = 0; i < n; i++) { /* nothing else in this section is of use */
		if (ns_parserr(&r->msg, ns_s_ar, i, &rr) != 0)
			return malformed(r, "a record is broken");
		if (ns_rr_type(rr) == TYPE_OPT)
			break;
	}
	if (i == n)
		return OK;
	r->message->rcode |= ns_rr_ttl(rr) >> 24 << 4;
	raw.rdata = (str){ (const char *)ns_rr_rdata(rr), ns_rr_rdlen(rr) };
	while (raw.rdata.n >= 4) {
		unsigned option = get_16(raw.rdata.p), size = get_16(raw.rdata.p + 2);

		raw.rdata = str_skip(raw.rdata, 4);
		if (size > raw.rdata.n)
			return malformed(r, "an EDNS0 option is cut short");
		if (option == OPTION_EDE)
			TRY(keep_ede(r, str_head(raw.rdata, size)));
		raw.rdata = str_skip(raw.rdata, size);
	}
	return raw.rdata.n == 0 ? OK : malformed(r, "an EDNS0 option is cut short");
}

static err read_question(struct reader *r)
{
	struct dns_message *m = r->message;
	struct raw raw = { .owner = m->names[0] };

	if (!ns_msg_getflag(r->msg, ns_f_qr) || ns_msg_getflag(r->msg, ns_f_opcode) != ns_o_query)
		return malformed(r, "this is not an answer");
	if (ns_msg_count(r->msg, ns_s_qd) == 0 && m->rcode != ns_r_noerror && m->rcode != ns_r_nxdomain)
		return OK; /* some servers refuse without repeating what they refuse */
	if (ns_msg_count(r->msg, ns_s_qd) != 1)
		return malformed(r, "not one question");
	TRY(take_raw(r, ns_s_qd, 0, &raw));
	if (!str_eq(raw.owner, m->names[0]) || raw.type != r->question->type || raw.class != ns_c_in)
		return malformed(r, "the answer is to another question");
	return OK;
}

/* RFC 8914 4.6 to 4.13: validation failed, or security could not be determined. */
static bool is_bogus(int ede)
{
	return ede >= 5 && ede <= 12;
}

static void refuse(struct reader *r, const char *text)
{
	struct dns_message *m = r->message;

	m->answer.status = is_bogus(m->ede) ? DNS_BOGUS : DNS_SERVFAIL;
	if (m->ede >= 0)
		(void)why_set(&m->why, E_TEMP, "RFC 8914 4", 0, "%s (extended error %d%s%.*s)", text, m->ede,
		    m->ede_text.n > 0 ? ": " : "", STR_ARG(m->ede_text));
	else
		(void)why_set(&m->why, E_TEMP, "RFC 1035 4.1.1", 0, "%s", text);
}

static const char *rcode_text(unsigned rcode)
{
	static const char *const texts[] = {
		"",
		"FORMERR: the server did not understand",
		"SERVFAIL: the server failed",
		"",
		"NOTIMP: the server cannot do this",
		"REFUSED: the server will not answer",
		"YXDOMAIN",
		"YXRRSET",
		"NXRRSET",
		"NOTAUTH: the server is not responsible",
	};

	return rcode < ARRAY_N(texts) ? texts[rcode] : "the server failed in an unusual way";
}

static err judge(struct reader *r)
{
	struct dns_message *m = r->message;
	bool is_referral = false;

	TRY(read_opt(r));
	TRY(read_question(r));
	if (m->rcode != ns_r_noerror && m->rcode != ns_r_nxdomain) {
		refuse(r, rcode_text(m->rcode));
		return OK;
	}
	if (ns_msg_getflag(r->msg, ns_f_tc))
		return malformed(r, "the answer is cut short even by TCP");
	m->answer.ttl_s = UINT32_MAX;
	TRY(read_answers(r));
	if (m->records_n > 0 && m->rcode == ns_r_noerror) {
		m->answer.status = DNS_FOUND;
		return OK;
	}
	m->records_n = 0;
	TRY(read_authority(r, &is_referral));
	m->answer.status = m->rcode == ns_r_nxdomain ? DNS_NXDOMAIN : DNS_NODATA;
	if (is_referral)
		refuse(r, "the server is not responsible for the name and points elsewhere");
	return OK;
}

void dns_message_read(str bytes, const struct dns_message_question *question, struct arena *mem,
    struct dns_message *message)
{
	struct reader r = { .bytes = bytes, .question = question, .mem = mem, .message = message };
	str *asked = arena_take(mem, 1, sizeof *asked), name = question->name;

	*message = (struct dns_message){ .ede = -1, .names = &question->name, .names_n = 1 };
	if (name.n > 0 && name.p[name.n - 1] == '.')
		name.n--;
	if (!asked) {
		(void)too_much(&r);
		return;
	}
	if (keep_name(&r, name, asked) != OK)
		return;
	message->names = asked;
	if (bytes.n > UINT16_MAX || ns_initparse((const unsigned char *)bytes.p, (int)bytes.n, &r.msg) != 0) {
		(void)malformed(&r, "this is not a DNS message");
		return;
	}
	message->rcode = (unsigned)ns_msg_getflag(r.msg, ns_f_rcode);
	message->authoritative = ns_msg_getflag(r.msg, ns_f_aa);
	if (judge(&r) != OK)
		message->records_n = 0;
	if (dns_failed(message->answer.status))
		message->answer.ttl_s = 0;
	else
		message->answer.secure = question->trust_ad && ns_msg_getflag(r.msg, ns_f_ad); /* [D-01] */
}

#include "core/zone.h"

#define STRING_BYTES 255 /* RFC 1035 3.3: of one character-string */

str zone_type_name(enum dns_type type)
{
	switch (type) {
	case DNS_TYPE_A:
		return S("A");
	case DNS_TYPE_AAAA:
		return S("AAAA");
	case DNS_TYPE_CNAME:
		return S("CNAME");
	case DNS_TYPE_TLSA:
		return S("TLSA");
	case DNS_TYPE_TXT:
		return S("TXT");
	case DNS_TYPE_NS:
	case DNS_TYPE_SOA:
	case DNS_TYPE_PTR:
	case DNS_TYPE_MX:
	case DNS_TYPE_DS:
	case DNS_TYPE_CAA:
		break;
	}
	return S("?");
}

/* RFC 1035 5.1: \" and \\, other bytes than printable ASCII as \DDD. */
static void write_string(str s, struct out *out)
{
	out_char(out, '"');
	for (size_t k = 0; k < s.n; k++) {
		unsigned char c = (unsigned char)s.p[k];

		if (c < 0x20 || c > 0x7e) {
			out_fmt(out, "\\%03u", c);
			continue;
		}
		if (c == '"' || c == '\\')
			out_char(out, '\\');
		out_char(out, (char)c);
	}
	out_char(out, '"');
}

void zone_write_value(enum dns_type type, str value, struct out *out)
{
	if (type != DNS_TYPE_TXT) {
		out_str(out, value);
		if (type == DNS_TYPE_CNAME)
			out_char(out, '.');
		return;
	}
	do {
		write_string(str_head(value, STRING_BYTES), out);
		value = str_skip(value, STRING_BYTES); /* [STS-3.1-n] */
		if (value.n > 0)
			out_char(out, ' ');
	} while (value.n > 0);
}

static void write_record(const struct zone *zone, const struct zone_record *r, struct out *out)
{
	out_str(out, r->name);
	out_fmt(out, ".\t%u\tIN\t", zone->ttl_s);
	out_str(out, zone_type_name(r->type));
	out_char(out, '\t');
	zone_write_value(r->type, r->value, out);
	out_char(out, '\n');
}

/* "; differs; live: ...; note" */
static void write_comment(const struct zone_record *r, struct out *out)
{
	out_str(out, S("; "));
	out_str(out, r->name);
	out_str(out, S(": "));
	out_str(out, zone_state_name(r->state));
	if (r->state == ZONE_DIFFERS) {
		out_str(out, S(", live is "));
		zone_write_value(r->type, r->live, out);
	}
	if (r->outside)
		out_str(out, S("; in another zone"));
	if (r->note.n > 0) {
		out_str(out, S("; "));
		out_str(out, r->note);
	}
	out_char(out, '\n');
}

void zone_write_file(const struct zone *zone, struct out *out)
{
	out_fmt(out, "; %s: what to publish, in this order, beside what is live\n", zone->domain.text);
	for (size_t k = 0; k < zone->record_n; k++) {
		const struct zone_record *r = &zone->record[k];

		write_comment(r, out);
		if (r->value.n == 0)
			continue;
		if (r->state == ZONE_SURPLUS)
			out_str(out, S("; remove: "));
		else if (r->wait || r->outside)
			out_str(out, S("; "));
		write_record(zone, r, out);
	}
}

static bool is_change(const struct zone_record *r)
{
	return r->state == ZONE_MISSING || r->state == ZONE_DIFFERS || r->state == ZONE_SURPLUS;
}

/* The types that stand at the name now and will be written anew; each once. */
static void write_deletes(const struct zone_record *r, size_t n, const char *hidden, struct out *out)
{
	for (size_t k = 0; k < n; k++) {
		bool before = r[k].state == ZONE_MISSING;

		for (size_t j = 0; j < k; j++)
			before |= r[j].type == r[k].type && r[j].state != ZONE_MISSING;
		if (before)
			continue;
		out_str(out, str_of(hidden));
		out_str(out, S("update delete "));
		out_str(out, r[k].name);
		out_str(out, S(". "));
		out_str(out, zone_type_name(r[k].type));
		out_char(out, '\n');
	}
}

/* All records of one name in one message: old out, new in. */
static void write_name(const struct zone *zone, const struct zone_record *r, size_t n, struct out *out)
{
	bool changes = false, knows = true;
	const char *hidden = r->wait || r->outside ? "; " : "";

	for (size_t k = 0; k < n; k++) {
		changes |= is_change(&r[k]);
		knows &= r[k].value.n > 0 && r[k].state != ZONE_UNKNOWN;
		if (r[k].state != ZONE_SAME)
			write_comment(&r[k], out);
	}
	if (!changes || !knows)
		return;
	write_deletes(r, n, hidden, out);
	for (size_t k = 0; k < n; k++) {
		if (r[k].state == ZONE_SURPLUS)
			continue;
		out_str(out, str_of(hidden));
		out_str(out, S("update add "));
		out_str(out, r[k].name);
		out_fmt(out, ". %u IN ", zone->ttl_s);
		out_str(out, zone_type_name(r[k].type));
		out_char(out, ' ');
		zone_write_value(r[k].type, r[k].value, out);
		out_char(out, '\n');
	}
	out_str(out, str_of(hidden));
	out_str(out, S("send\n"));
}

void zone_write_nsupdate(const struct zone *zone, struct out *out)
{
	size_t n;

	out_fmt(out, "; %s: what has to change, in this order\n", zone->domain.text);
	for (size_t k = 0; k < zone->record_n; k += n) {
		n = 1;
		while (k + n < zone->record_n && str_eq(zone->record[k + n].name, zone->record[k].name))
			n++;
		write_name(zone, &zone->record[k], n, out);
	}
}

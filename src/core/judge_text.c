#include "core/judge_text.h"

str judge_text_name(char room[JUDGE_TEXT_NAME_BYTES], const char *prefix, str name)
{
	struct out out = { .p = room, .cap = JUDGE_TEXT_NAME_BYTES };

	out_str(&out, str_of(prefix));
	out_str(&out, name);
	return out_done(&out);
}

void judge_text_hint(struct finding_list *list, struct finding *finding, const struct hints *hints)
{
	const char *hint = hints->n > 0 ? hints->hint[0].text : "";
	const char *blank = hints->n > 0 ? " " : "";

	if (hints->instead_n > 0)
		finding_remedy(list, finding, "%s%sPublish instead: \"%s\".", hint, blank, hints->instead);
	else if (hints->n > 0)
		finding_remedy(list, finding, "%s", hint);
}

void judge_text_list(struct out *out, str name, size_t at, size_t count, size_t most)
{
	size_t shown = count > most ? most : count;

	if (at > shown)
		return;
	if (at > 0)
		out_str(out, at + 1 < count && at < shown ? S(", ") : S(" and "));
	if (at == shown)
		out_fmt(out, "%zu more", count - shown);
	else
		out_str(out, str_head(name, LIMIT_DOMAIN_BYTES));
}

const char *judge_text_failure(enum dns_status status)
{
	switch (status) {
	case DNS_TIMEOUT:
		return "is not answered in time";
	case DNS_SERVFAIL:
		return "ends in SERVFAIL";
	case DNS_BOGUS:
		return "fails DNSSEC validation";
	case DNS_MALFORMED:
		return "gets a broken answer";
	case DNS_FOUND:
	case DNS_NODATA:
	case DNS_NXDOMAIN:
		break;
	}
	return "finds nothing";
}

static size_t label_before(str name, size_t end)
{
	while (end > 0 && name.p[end - 1] != '.')
		end--;
	return end;
}

str judge_text_party(str name)
{
	size_t top = label_before(name, name.n), second, third;

	if (top == 0)
		return name;
	second = label_before(name, top - 1);
	if (second == 0 || name.n - top != 2 || top - 1 - second > 3)
		return str_skip(name, second);
	third = label_before(name, second - 1);
	return str_skip(name, third);
}

bool judge_text_below(str name, str domain)
{
	return str_eq_nocase(name, domain) || (name.n > domain.n + 1 && name.p[name.n - domain.n - 1] == '.' &&
	    str_eq_nocase(str_skip(name, name.n - domain.n), domain));
}

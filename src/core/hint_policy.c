#include "core/hint.h"

#include "base/out.h"
#include "wire/domain.h"
#include "wire/sts_policy.h"

#define MX_N 32 /* more patterns are not guessed at */

/* The policy as it is put together from what was probably meant. */
struct guess {
	struct sts_policy policy;
	str mx[MX_N];
	char memory[MX_N * (LIMIT_DOMAIN_BYTES + 3)]; /* mended patterns */
	struct arena mem;
	bool version, mode, max_age, too_many;
	size_t line_n;
	struct hints *hints;
};

enum field { FIELD_VERSION, FIELD_MODE, FIELD_MX, FIELD_MAX_AGE, FIELD_UNKNOWN };

static const str field_names[] = {
	[FIELD_VERSION] = STR("version"),
	[FIELD_MODE] = STR("mode"),
	[FIELD_MX] = STR("mx"),
	[FIELD_MAX_AGE] = STR("max_age"),
};

static enum field field_of(str name)
{
	for (size_t i = 0; i < ARRAY_N(field_names); i++)
		if (str_eq_nocase(name, field_names[i]))
			return (enum field)i;
	for (size_t i = 0; i < ARRAY_N(field_names); i++)
		if (field_names[i].n > 2 && str_distance(name, field_names[i]) <= 2)
			return (enum field)i;
	return FIELD_UNKNOWN;
}

static str without_quotes(str s)
{
	while (s.n > 0 && (s.p[0] == '"' || s.p[0] == '\''))
		s = str_skip(s, 1);
	while (s.n > 0 && (s.p[s.n - 1] == '"' || s.p[s.n - 1] == '\'' || s.p[s.n - 1] == ',' || s.p[s.n - 1] == ';'))
		s.n--;
	return str_trim(s);
}

static void guess_mode(struct guess *g, str value)
{
	static const struct {
		str word;
		enum sts_policy_mode mode;
	} words[] = {
		{ STR("enforce"), STS_POLICY_ENFORCE },
		{ STR("enforced"), STS_POLICY_ENFORCE },
		{ STR("testing"), STS_POLICY_TESTING },
		{ STR("test"), STS_POLICY_TESTING },
		{ STR("report"), STS_POLICY_TESTING }, /* the drafts' name of it */
		{ STR("none"), STS_POLICY_NONE },
		{ STR("off"), STS_POLICY_NONE },
	};

	for (size_t i = 0; i < ARRAY_N(words) && !g->mode; i++) {
		if (str_distance(value, words[i].word) > (words[i].word.n > 4 ? 2 : 0))
			continue;
		g->mode = true;
		g->policy.mode = words[i].mode;
		if (!str_eq(value, sts_policy_mode_name(words[i].mode)))
			hint_say(g->hints, "Line %zu: the mode is written \"%.*s\".", g->line_n,
			    STR_ARG(sts_policy_mode_name(words[i].mode)));
	}
}

/* A number with a unit or with separators between its digits. */
static void guess_max_age(struct guess *g, str value)
{
	static const struct {
		str unit;
		uint64_t s;
	} units[] = {
		{ STR(""), 1 }, { STR("s"), 1 }, { STR("sec"), 1 }, { STR("second"), 1 }, { STR("seconds"), 1 },
		{ STR("m"), 60 }, { STR("min"), 60 }, { STR("minutes"), 60 },
		{ STR("h"), 3600 }, { STR("hour"), 3600 }, { STR("hours"), 3600 },
		{ STR("d"), 86400 }, { STR("day"), 86400 }, { STR("days"), 86400 },
		{ STR("w"), 604800 }, { STR("week"), 604800 }, { STR("weeks"), 604800 },
		{ STR("y"), LIMIT_MAX_AGE_S }, { STR("year"), LIMIT_MAX_AGE_S },
	};
	uint64_t n = 0;
	size_t i = 0;

	for (; i < value.n && !(value.p[i] >= 'A' && str_is_alnum(value.p[i])); i++)
		if (str_is_digit(value.p[i]) && n < UINT32_MAX)
			n = n * 10 + (uint64_t)(value.p[i] - '0');
	for (size_t k = 0; i > 0 && k < ARRAY_N(units); k++) {
		if (!str_eq_nocase(str_skip(value, i), units[k].unit))
			continue;
		n *= units[k].s;
		if (n > LIMIT_MAX_AGE_S) {
			hint_say(g->hints, "Line %zu: max_age is at most %d seconds, one year.", g->line_n, LIMIT_MAX_AGE_S);
			n = LIMIT_MAX_AGE_S;
		} else if (!str_u64(value, UINT64_MAX, &(uint64_t){ 0 })) {
			hint_say(g->hints, "Line %zu: max_age is a plain number of seconds: %llu.", g->line_n,
			    (unsigned long long)n);
		}
		g->policy.max_age_s = (uint32_t)n;
		g->max_age = true;
		return;
	}
}

/* One word of an mx line as a pattern. */
static void guess_pattern(struct guess *g, str word)
{
	struct out out = { .p = arena_take_raw(&g->mem, LIMIT_DOMAIN_BYTES + 2, 1), .cap = LIMIT_DOMAIN_BYTES + 2 };
	struct domain d;
	str name = word;

	if (!out.p || g->policy.mx_n == MX_N) {
		g->too_many = true;
		return;
	}
	if (str_find(word, S("@")) < word.n) {
		hint_say(g->hints, "Line %zu: mx is the name of a mail server, not a mail address.", g->line_n);
		return;
	}
	if (str_starts(name, S("*."))) {
		out_str(&out, S("*."));
		name = str_skip(name, 2);
	} else if (str_starts(name, S(".")) && name.n > 1) {
		hint_say(g->hints, "Line %zu: a wildcard is written *%.*s.", g->line_n, STR_ARG(str_head(word, 80)));
		out_str(&out, S("*."));
		name = str_skip(name, 1);
	}
	if (domain_read(name, &d, NULL) != OK)
		return;
	out_str(&out, domain_str(&d));
	if (name.n > 0 && name.p[name.n - 1] == '.')
		hint_say(g->hints, "Line %zu: no dot at the end of a host name.", g->line_n);
	else if (!str_eq_nocase(domain_str(&d), name))
		hint_say(g->hints, "Line %zu: write internationalised names as A-labels: %.*s.", g->line_n,
		    STR_ARG(str_head(domain_str(&d), 100)));
	g->mx[g->policy.mx_n++] = out_done(&out);
}

static void guess_mx(struct guess *g, str value)
{
	size_t words = 0;

	while (value.n > 0) {
		str word;
		size_t n = 0;

		while (n < value.n && value.p[n] != ',' && value.p[n] != ';' && !str_is_wsp(value.p[n]))
			n++;
		word = without_quotes(str_head(value, n));
		value = str_trim(str_skip(value, n + (n < value.n)));
		if (word.n == 0)
			continue;
		if (words == 0 && value.n > 0 && str_u64(word, 65535, &(uint64_t){ 0 })) {
			hint_say(g->hints, "Line %zu: the preference of the MX record does not belong here.", g->line_n);
			continue;
		}
		if (++words == 2)
			hint_say(g->hints, "Line %zu: one pattern a line, each with its own \"mx:\".", g->line_n);
		guess_pattern(g, word);
	}
}

static void guess_line(struct guess *g, str line)
{
	str name = line, value = { 0 };
	size_t colon = str_find(line, S(":")), equals = str_find(line, S("="));
	enum field field;

	if (line.p[0] == '#' || str_starts(line, S("//"))) {
		hint_say(g->hints, "Line %zu: a policy file has no comments.", g->line_n);
		return;
	}
	if (colon < line.n || equals < line.n) {
		size_t at = colon < equals ? colon : equals;

		if (at == equals)
			hint_say(g->hints, "Line %zu: name and value are parted by \":\".", g->line_n);
		name = str_head(line, at);
		value = without_quotes(str_trim(str_skip(line, at + 1)));
	}
	name = without_quotes(str_trim(name));
	field = field_of(name);
	if (field == FIELD_UNKNOWN || value.n == 0)
		return;
	if (!str_eq(name, field_names[field]))
		hint_say(g->hints, "Line %zu: \"%.*s\" is probably \"%.*s\".", g->line_n, STR_ARG(str_head(name, 40)),
		    STR_ARG(field_names[field]));
	if (field == FIELD_VERSION) {
		g->version = true;
		if (!str_eq(value, S("STSv1")))
			hint_say(g->hints, "Line %zu: the version is \"STSv1\".", g->line_n);
	} else if (field == FIELD_MODE) {
		guess_mode(g, value);
	} else if (field == FIELD_MAX_AGE && !g->max_age) {
		guess_max_age(g, value);
	} else if (field == FIELD_MX) {
		guess_mx(g, value);
	}
}

/* What the bytes are when they are no policy at all. */
static bool hint_other_kind(str text, struct hints *hints)
{
	if (text.p[0] == '<')
		hint_say(hints, "This is a web page: the server sends its own page instead of the policy file.");
	else if (str_starts(text, S("v=STSv1")))
		hint_say(hints, "This is the DNS record (_mta-sts.DOMAIN), not the policy file.");
	else if (text.p[0] == '{')
		hint_say(hints, "This is JSON, a form that the drafts had; a policy has one \"name: value\" a line.");
	else if (text.n > 1 && text.p[0] == '\x1f')
		hint_say(hints, "This is compressed; the policy file is plain text.");
	else
		return false;
	return true;
}

static str without_bom(str text, struct hints *hints)
{
	if (!str_starts(text, S("\xef\xbb\xbf")))
		return text;
	hint_say(hints, "The file begins with a byte order mark; save it as UTF-8 without BOM.");
	return str_skip(text, 3);
}

static void complete(struct guess *g)
{
	if (!g->version)
		hint_say(g->hints, "Add the line \"version: STSv1\".");
	if (!g->mode)
		hint_say(g->hints, "Add a mode; begin with \"mode: testing\".");
	if (!g->max_age)
		hint_say(g->hints, "Add \"max_age: 604800\" (a week), later more.");
	if (!g->mode)
		g->policy.mode = STS_POLICY_TESTING;
	if (!g->max_age)
		g->policy.max_age_s = 604800;
	g->policy.mx = g->mx;
}

void hint_policy(str text, struct hints *hints)
{
	struct guess g = { .hints = hints };
	char again[2048];
	struct arena mem = ARENA(again);
	struct out out = { .p = hints->instead, .cap = sizeof hints->instead - 1 };
	struct sts_policy check;
	str rest = without_bom(text, hints);

	if (rest.n == 0 || rest.n > LIMIT_POLICY_BYTES || hint_other_kind(rest, hints))
		return;
	g.mem = ARENA(g.memory);
	while (rest.n > 0) {
		size_t n = 0;
		str line;

		while (n < rest.n && rest.p[n] != '\n' && rest.p[n] != '\r')
			n++;
		line = str_trim(str_head(rest, n));
		if (n + 1 < rest.n && rest.p[n] == '\r' && rest.p[n + 1] == '\n')
			n++;
		rest = str_skip(rest, n + 1);
		g.line_n++;
		if (line.n > 0)
			guess_line(&g, line);
	}
	complete(&g);
	if (g.too_many)
		return;
	sts_policy_write(&g.policy, &out);
	if (sts_policy_read(out_done(&out), STS_POLICY_STRICT, &mem, &check, NULL) != OK)
		return;
	hints->instead_n = out.n;
	hints->instead[out.n] = '\0';
}

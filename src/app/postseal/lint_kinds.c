#include <stdio.h>

#include "app/postseal/lint.h"
#include "app/postseal/verb.h"
#include "io/file.h"
#include "wire/domain.h"
#include "wire/report_name.h"
#include "wire/rua.h"
#include "wire/sts_policy.h"

static void fact_text(struct lint *l, const char *name, str text)
{
	struct lint_fact *f = lint_add(l, name);

	f->form = LINT_TEXT;
	f->text = text;
}

static void fact_number(struct lint *l, const char *name, uint64_t number)
{
	struct lint_fact *f = lint_add(l, name);

	f->form = LINT_NUMBER;
	f->number = number;
}

static void fact_list(struct lint *l, const char *name, const str *list, size_t n)
{
	struct lint_fact *f = lint_add(l, name);

	f->form = LINT_LIST;
	f->list = list;
	f->list_n = n;
}

/* The arguments as slices; NULL after running out of memory, with l->why filled. */
static str *arguments(struct lint *l)
{
	str *txt = arena_take(&l->mem, l->argument_n, sizeof *txt);

	if (!txt)
		(void)why_set(&l->why, E_LIMIT, "", 0, "too many arguments");
	for (size_t i = 0; txt && i < l->argument_n; i++)
		txt[i] = str_of(l->argument[i]);
	return txt;
}

/* Which of the records counts; hints when none or several do. */
static bool choose(struct lint *l, enum record_kind kind, const str *txt, size_t *which)
{
	err e = record_choose(kind, txt, l->argument_n, which, &l->why);

	if (e == OK) {
		l->input = txt[*which];
		if (l->argument_n > 1)
			(void)snprintf(l->remark, sizeof l->remark, "one of the %zu TXT records counts", l->argument_n);
		return true;
	}
	for (size_t i = 0; e == E_ABSENT && i < l->argument_n; i++)
		hint_record(kind, txt[i], &l->hints);
	if (e == E_RULE)
		hint_say(&l->hints, "Delete all of these records but one.");
	if (l->argument_n == 1) {
		l->input = txt[0];
		l->place = true;
	}
	return false;
}

static void warn_spaced(struct lint *l, bool spaced)
{
	if (spaced)
		lint_warn(l, S("spaced-version"),
		    S("a blank stands before the first \";\"; some senders then find no record"));
}

int lint_sts_record(struct lint *l)
{
	const str *txt = arguments(l);
	struct record_sts r;
	size_t which;

	l->consequence = "Senders act as if the domain had no MTA-STS; a policy that they know already stays in force.";
	if (!txt || !choose(l, RECORD_STS, txt, &which))
		return VERB_FINE;
	if (record_read_sts(txt[which], &r, &l->why) != OK) {
		l->place = true;
		hint_record(RECORD_STS, txt[which], &l->hints);
		return VERB_FINE;
	}
	l->valid = true;
	fact_text(l, "id", r.id);
	warn_spaced(l, r.spaced_version);
	return VERB_FINE;
}

/* A record may be valid and yet name places where no report can go. */
static void warn_unusable(struct lint *l, const struct record_tlsrpt *r)
{
	size_t usable = 0;

	for (size_t i = 0; i < r->rua_n; i++) {
		struct rua rua;
		struct why why = { 0 };
		str text;

		if (rua_read(r->rua[i], &rua, &why) == OK)
			usable++;
		else if (arena_copy(&l->mem, str_of(why.text), &text))
			lint_warn(l, S("rua-unusable"), text);
	}
	if (usable == 0)
		lint_warn(l, S("no-usable-rua"), S("no report can be sent to any of these destinations"));
}

int lint_tlsrpt_record(struct lint *l)
{
	static struct record_tlsrpt r;
	const str *txt = arguments(l);
	size_t which;

	l->consequence = "No sender sends reports.";
	if (!txt || !choose(l, RECORD_TLSRPT, txt, &which))
		return VERB_FINE;
	if (record_read_tlsrpt(txt[which], &r, &l->why) != OK) {
		l->place = true;
		hint_record(RECORD_TLSRPT, txt[which], &l->hints);
		return VERB_FINE;
	}
	l->valid = true;
	fact_list(l, "rua", r.rua, r.rua_n);
	warn_spaced(l, r.spaced_version);
	warn_unusable(l, &r);
	if (r.rua_repeated)
		lint_warn(l, S("rua-repeated"), S("two rua fields: some senders use the first only; join them with \",\""));
	if (r.rua_dropped)
		lint_warn(l, S("rua-dropped"), S("more destinations than any sender keeps"));
	return VERB_FINE;
}

static void warn_policy(struct lint *l, const struct sts_policy *p)
{
	for (size_t i = 0; i < p->mx_n; i++) {
		if (domain_is_address(p->mx[i]))
			lint_warn(l, S("mx-address"), S("an IP address matches no MX host; list its name"));
		else if (str_find(p->mx[i], S(".")) == p->mx[i].n)
			lint_warn(l, S("mx-single-label"), S("a name of one label; MX hosts have full names"));
		for (size_t k = 0; k < i; k++) {
			if (str_eq_nocase(p->mx[k], p->mx[i])) {
				lint_warn(l, S("mx-repeated"), S("the same pattern stands twice"));
				break;
			}
		}
	}
	if (p->mode != STS_POLICY_NONE && p->max_age_s < 86400)
		lint_warn(l, S("max_age-short"), S("less than a day: senders forget the policy between two mails"));
}

/* The file as a whole; false: *code says what happened. */
static bool read_argument(struct lint *l, size_t max_bytes, int *code)
{
	err e = file_read(l->argument[0], max_bytes, &l->mem, &l->input, &l->why);

	*code = VERB_FINE;
	if (e != OK && e != E_LIMIT) {
		(void)fprintf(stderr, "postseal: %s\n", l->why.text);
		*code = VERB_UNKNOWN;
	}
	return e == OK;
}

int lint_policy(struct lint *l)
{
	static struct sts_policy p;
	int code;

	l->consequence = "Senders have no policy from this file; one that they know already stays in force until it expires.";
	if (!read_argument(l, 16 * LIMIT_POLICY_BYTES, &code))
		return code;
	if (sts_policy_read(l->input, STS_POLICY_STRICT, &l->mem, &p, &l->why) != OK) {
		l->place = true;
		hint_policy(l->input, &l->hints);
		return VERB_FINE;
	}
	l->valid = true;
	fact_text(l, "mode", sts_policy_mode_name(p.mode));
	fact_number(l, "max_age", p.max_age_s);
	fact_list(l, "mx", p.mx, p.mx_n);
	warn_policy(l, &p);
	return VERB_FINE;
}

int lint_report_name(struct lint *l)
{
	struct report_name name;

	l->consequence = "Receivers ignore the name; what the JSON says counts.";
	l->input = str_of(l->argument[0]);
	if (report_name_read(l->input, &name, &l->why) != OK) {
		l->place = true;
		return VERB_FINE;
	}
	l->valid = true;
	fact_text(l, "sender", name.sender);
	fact_text(l, "policy_domain", name.policy_domain);
	fact_number(l, "begin", name.begin);
	fact_number(l, "end", name.end);
	if (name.unique_id.n > 0)
		fact_text(l, "unique_id", name.unique_id);
	else
		(void)lint_add(l, "unique_id");
	fact_text(l, "ext", name.gzip ? S("json.gz") : S("json"));
	if (name.end < name.begin)
		lint_warn(l, S("end-before-begin"), S("the period ends before it begins"));
	return VERB_FINE;
}

int lint_mx(struct lint *l)
{
	str *word = arguments(l);

	l->consequence = "A sender that enforces the policy delivers no mail to this MX host.";
	if (!word)
		return VERB_FINE;
	for (size_t i = 1; i < l->argument_n; i++) {
		struct why why = { 0 };
		str text;

		if (domain_check_pattern(word[i], &why) != OK && arena_copy(&l->mem, str_of(why.text), &text))
			lint_warn(l, S("pattern-invalid"), text);
		if (l->valid || !domain_match(word[i], word[0]))
			continue;
		l->valid = true;
		fact_text(l, "host", word[0]);
		fact_text(l, "pattern", word[i]);
	}
	if (l->valid)
		return VERB_FINE;
	(void)why_set(&l->why, E_ABSENT, "RFC 8461 4.1", 0, "%.*s matches no pattern", STR_ARG(str_head(word[0], 100)));
	for (size_t i = 1; i < l->argument_n; i++)
		hint_mx(word[i], word[0], &l->hints);
	return VERB_FINE;
}

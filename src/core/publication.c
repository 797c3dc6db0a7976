#include "core/publication.h"

#include "base/out.h"

#define STAMP_BYTES 16 /* 20261121T204500Z */
#define MARK_BYTES 8

static uint32_t fnv(uint32_t sum, str s)
{
	for (size_t i = 0; i < s.n; i++)
		sum = (sum ^ (unsigned char)str_lower(s.p[i])) * 16777619u;
	return sum;
}

/* What the policy says, as a number; the order of its patterns does not matter. */
static uint32_t mark_of(const struct sts_policy *policy)
{
	char text[32];
	struct out out = OUT(text);
	uint32_t patterns = 0;

	for (size_t k = 0; k < policy->mx_n; k++) {
		bool before = false;

		for (size_t j = 0; j < k; j++)
			before |= str_eq_nocase(policy->mx[j], policy->mx[k]);
		patterns += before ? 0 : fnv(2166136261u, policy->mx[k]);
	}
	out_fmt(&out, "%d %u %08x", (int)policy->mode, policy->max_age_s, (unsigned)patterns);
	return fnv(2166136261u, out_done(&out));
}

static void write_mark(const struct sts_policy *policy, struct out *out)
{
	out_fmt(out, "%08x", (unsigned)mark_of(policy));
}

void publication_write_id(unix_s now, const struct sts_policy *policy, struct out *out)
{
	char text[32];
	struct out plain = OUT(text);
	str date;

	date_write(now, &plain); /* 2026-11-21T20:45:00Z */
	date = out_done(&plain);
	for (size_t i = 0; i < date.n; i++)
		if (date.p[i] != '-' && date.p[i] != ':')
			out_char(out, date.p[i]);
	write_mark(policy, out);
}

/* The id is of our make, and its mark is that of another policy. */
static bool of_another(str id, const struct sts_policy *policy)
{
	char text[MARK_BYTES];
	struct out mark = OUT(text);

	if (id.n != STAMP_BYTES + MARK_BYTES || id.p[8] != 'T' || id.p[STAMP_BYTES - 1] != 'Z')
		return false;
	for (size_t k = 0; k < STAMP_BYTES - 1; k++)
		if (k != 8 && !str_is_digit(id.p[k]))
			return false;
	for (size_t k = STAMP_BYTES; k < id.n; k++)
		if (!str_is_digit(id.p[k]) && (id.p[k] < 'a' || id.p[k] > 'f'))
			return false;
	write_mark(policy, &mark);
	return !str_eq(str_skip(id, STAMP_BYTES), out_done(&mark));
}

static bool lists(const struct sts_policy *policy, str pattern)
{
	for (size_t i = 0; i < policy->mx_n; i++)
		if (str_eq_nocase(policy->mx[i], pattern))
			return true;
	return false;
}

/* Mode, max_age and the set of patterns in any order and case. */
static bool is_same(const struct sts_policy *a, const struct sts_policy *b)
{
	if (a->mode != b->mode || a->max_age_s != b->max_age_s)
		return false;
	for (size_t i = 0; i < a->mx_n; i++)
		if (!lists(b, a->mx[i]))
			return false;
	for (size_t i = 0; i < b->mx_n; i++)
		if (!lists(a, b->mx[i]))
			return false;
	return true;
}

/* Live patterns that match a live host are kept as they are; other hosts are listed by name. */
static err list_hosts(const struct inspection *i, struct arena *mem, struct sts_policy *policy, struct why *why)
{
	policy->mx = arena_take(mem, i->policy.mx_n + i->host_n + 1, sizeof *policy->mx);
	if (!policy->mx)
		return why_set(why, E_LIMIT, "", 0, "no memory left");
	for (size_t k = 0; i->policy_read && k < i->policy.mx_n; k++) {
		bool used = false;

		for (size_t h = 0; h < i->host_n; h++)
			used |= domain_match(i->policy.mx[k], i->host[h].host);
		if (used && !lists(policy, i->policy.mx[k]))
			policy->mx[policy->mx_n++] = i->policy.mx[k];
	}
	for (size_t h = 0; h < i->host_n; h++) {
		str host = i->host[h].host;

		if (sts_policy_match(policy, host) || domain_check(host, NULL) != OK || domain_is_address(host))
			continue;
		policy->mx[policy->mx_n++] = host;
	}
	return OK;
}

static err join_rua(const struct inspection *i, struct arena *mem, str *rua, struct why *why)
{
	struct out out = { .cap = LIMIT_RUA_N * (LIMIT_URI_BYTES + 1) };

	if (i->tlsrpt_err != OK)
		return OK;
	if (out.cap > mem->cap - mem->used)
		out.cap = mem->cap - mem->used > 64 ? mem->cap - mem->used - 64 : 0;
	out.p = arena_take_raw(mem, out.cap, 1);
	for (size_t k = 0; out.p && k < i->rua.rua_n; k++) {
		if (k > 0)
			out_char(&out, ',');
		out_str(&out, i->rua.rua[k]);
	}
	if (!out.p || out.full)
		return why_set(why, E_LIMIT, "", 0, "no memory left");
	(void)arena_grow(mem, out.p, out.cap, out.n);
	*rua = out_done(&out);
	return OK;
}

err publication_with(const struct inspection *i, const struct sts_policy *policy, struct arena *mem,
    struct publication *publication, struct why *why)
{
	struct publication p = { .policy = *policy };
	struct out id = { .p = p.id, .cap = sizeof p.id - 1 };

	TRY(join_rua(i, mem, &p.rua, why));
	p.ready = i->policy_read && i->policy_why.text[0] == '\0' && i->served->fetch.cause == STS_FETCH_OK &&
	    is_same(policy, &i->policy);
	p.id_kept = p.ready && i->txt.class == STS_TXT_ONE && !of_another(str_of(i->txt.id), policy);
	if (p.id_kept)
		memcpy(p.id, i->txt.id, sizeof p.id);
	else
		publication_write_id(i->now, policy, &id);
	*publication = p;
	return OK;
}

err publication_of(const struct inspection *i, struct arena *mem, struct publication *publication, struct why *why)
{
	struct sts_policy policy = { .mode = STS_POLICY_TESTING, .max_age_s = PUBLICATION_MAX_AGE_S };

	if (i->policy_read && i->policy.mode == STS_POLICY_NONE) /* asks nothing of MX hosts, and its end is near */
		return publication_with(i, &i->policy, mem, publication, why);
	if (i->policy_read) {
		policy.mode = i->policy.mode;
		if (i->policy.max_age_s >= DATE_DAY_S)
			policy.max_age_s = i->policy.max_age_s;
	}
	TRY(list_hosts(i, mem, &policy, why));
	if (policy.mx_n == 0)
		return why_set(why, E_ABSENT, "", 0, "there is no MX host to list");
	return publication_with(i, &policy, mem, publication, why);
}

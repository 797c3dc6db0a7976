#include "core/publication.h"

#include "base/out.h"

void publication_write_id(unix_s now, struct out *out)
{
	char text[32];
	struct out plain = OUT(text);
	str date;

	date_write(now, &plain); /* 2026-11-21T20:45:00Z */
	date = out_done(&plain);
	for (size_t i = 0; i < date.n; i++)
		if (date.p[i] != '-' && date.p[i] != ':')
			out_char(out, date.p[i]);
}

static bool lists(const struct sts_policy *policy, str pattern)
{
	for (size_t i = 0; i < policy->mx_n; i++)
		if (str_eq_nocase(policy->mx[i], pattern))
			return true;
	return false;
}

bool publication_same(const struct sts_policy *a, const struct sts_policy *b)
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

err publication_of(const struct inspection *i, struct arena *mem, struct publication *publication, struct why *why)
{
	struct publication p = { .policy = { .mode = STS_POLICY_TESTING, .max_age_s = PUBLICATION_MAX_AGE_S } };
	struct out id = { .p = p.id, .cap = sizeof p.id - 1 };

	if (i->policy_read) {
		p.policy.mode = i->policy.mode;
		if (i->policy.max_age_s >= DATE_DAY_S)
			p.policy.max_age_s = i->policy.max_age_s;
	}
	TRY(list_hosts(i, mem, &p.policy, why));
	if (p.policy.mx_n == 0 && p.policy.mode != STS_POLICY_NONE)
		return why_set(why, E_ABSENT, "", 0, "there is no MX host to list");
	TRY(join_rua(i, mem, &p.rua, why));
	p.id_kept = i->has_policy && i->policy_why.text[0] == '\0' && publication_same(&p.policy, &i->policy);
	if (p.id_kept)
		memcpy(p.id, i->txt.id, sizeof p.id);
	else
		publication_write_id(i->now, &id);
	*publication = p;
	return OK;
}

#include "core/judge.h"

#include "core/judge_groups.h"
#include "core/judge_senders.h"

#define SENDERS_BYTES 4096 /* a few sentences that name a few hosts */

/* A copy in printable ASCII: MX hosts are named as strangers wrote them. */
static str keep(struct arena *mem, str s, bool *full)
{
	char *p = arena_take_raw(mem, s.n, 1);

	if (!p) {
		*full = true;
		return (str){ 0 };
	}
	for (size_t k = 0; k < s.n; k++)
		p[k] = s.p[k] >= 0x20 && s.p[k] <= 0x7e ? s.p[k] : '?';
	return (str){ p, s.n };
}

/*
 * Fatal is what keeps mail from coming now: while another MX host, or another
 * address, takes it, it is an error.  Where none does, a failed lookup for DANE is fatal too.
 */
static void weigh(const struct inspection *i, struct finding_list *list)
{
	bool deliver = judge_senders_deliver(i);

	for (size_t k = 0; k < list->finding_n && i->host_n > 0; k++) {
		struct finding *f = &list->finding[k];

		if (deliver && f->severity == FINDING_FATAL)
			f->severity = FINDING_ERROR;
		else if (!deliver && f->id == FINDING_D01 && f->severity == FINDING_ERROR)
			f->severity = FINDING_FATAL;
	}
}

err judge_all(const struct inspection *i, struct arena *mem, struct finding_list *list,
    struct judge_verdict *verdict, struct why *why)
{
	static void (*const judges[])(const struct inspection *, struct finding_list *) = {
		judge_record, judge_scope, judge_policy_host, judge_policy, judge_mx_names, judge_provider,
		    judge_mx,
		judge_reports, judge_mail_auth,
	};
	struct judge_verdict v = { .verdict = FINDING_INFO };
	struct finding_list l;
	char text[SENDERS_BYTES];
	struct out out = OUT(text);

	if (finding_list_open(&l, domain_str(&i->domain), i->has_policy ? i->policy.mode : STS_POLICY_NONE,
	    mem) != OK)
		return why_set(why, E_LIMIT, "", 0, "no memory left for findings");
	for (size_t k = 0; k < ARRAY_N(judges); k++)
		judges[k](i, &l);
	weigh(i, &l);
	finding_list_sort(&l);
	if (l.finding_n > 0)
		v.verdict = l.finding[0].severity;
	judge_senders_say(i, &out);
	v.senders_will = keep(mem, out_done(&out), &l.full);
	if (l.full)
		return why_set(why, E_LIMIT, "", 0, "no memory left for findings");
	*list = l;
	*verdict = v;
	return OK;
}

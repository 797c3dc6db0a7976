#include "core/inspection_read.h"

#include "core/inspection_keep.h"

str *inspection_read_texts(struct inspection *i, const struct inspection_lookup *lookup)
{
	str *txt = inspection_keep_take(i, lookup->record_n, sizeof *txt);

	for (size_t k = 0; txt && k < lookup->record_n; k++)
		txt[k] = lookup->record[k].text;
	return txt;
}

void inspection_read_sts(struct inspection *i)
{
	const str *txt = inspection_read_texts(i, &i->sts);

	if (!txt)
		return;
	i->txt_why = (struct why){ 0 };
	i->txt = sts_txt_of(&i->sts.answer, txt, i->sts.record_n, &i->txt_why);
	if (record_choose(RECORD_STS, txt, i->sts.record_n, &i->txt_which, NULL) != OK)
		i->txt_which = 0;
}

void inspection_read_tlsrpt(struct inspection *i)
{
	const str *txt = inspection_read_texts(i, &i->tlsrpt);

	if (!txt)
		return;
	i->tlsrpt_why = (struct why){ 0 };
	if (dns_failed(i->tlsrpt.answer.status)) {
		i->tlsrpt_err = E_TEMP;
		return;
	}
	i->tlsrpt_err = record_choose(RECORD_TLSRPT, txt, i->tlsrpt.record_n, &i->tlsrpt_which, &i->tlsrpt_why);
	if (i->tlsrpt_err == OK)
		i->tlsrpt_err = record_read_tlsrpt(txt[i->tlsrpt_which], &i->rua, &i->tlsrpt_why);
}

/* Which fetch a sender ends with: the first address that can be connected to. */
static const struct inspection_fetch *served_by(const struct inspection *i)
{
	for (size_t k = 0; k < i->fetch_n; k++)
		if (i->fetch[k].asked && i->fetch[k].reach == INSPECTION_REACHED)
			return &i->fetch[k];
	return i->fetch_n > 0 && i->fetch[0].asked ? &i->fetch[0] : NULL;
}

/* The served text, by both readings. */
static void read_body(struct inspection *i, str body)
{
	struct sts_policy strict;
	err e = sts_policy_read(body, STS_POLICY_STRICT, i->mem, &strict, &i->policy_why);
	err sender = sts_policy_read(body, STS_POLICY_SENDER, i->mem, &i->policy, NULL);

	if (body.n <= LIMIT_POLICY_BYTES && (e == E_LIMIT || sender == E_LIMIT)) {
		i->full = true;
		return;
	}
	if (e == OK)
		i->policy_why.text[0] = '\0';
	i->policy_read = sender == OK;
}

void inspection_read_policy(struct inspection *i)
{
	i->policy_why = (struct why){ 0 };
	i->policy_read = false;
	i->served = served_by(i);
	if (i->served && i->served->body.n > 0)
		read_body(i, i->served->body);
	i->has_policy = i->policy_read && i->served->fetch.cause == STS_FETCH_OK && i->txt.class == STS_TXT_ONE;
	for (size_t k = 0; k < i->host_n; k++)
		i->host[k].matched = i->policy_read && sts_policy_match(&i->policy, i->host[k].host);
}

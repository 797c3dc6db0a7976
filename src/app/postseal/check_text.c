#include <stdio.h>

#include "app/postseal/check.h"
#include "app/postseal/say.h"
#include "core/publication.h"

static const struct {
	enum say_colour colour;
	const char *word;
} looks[] = {
	[FINDING_INFO] = { SAY_PLAIN, "info" },
	[FINDING_WARNING] = { SAY_NOTE, "warning" },
	[FINDING_UNKNOWN] = { SAY_NOTE, "unknown" },
	[FINDING_ERROR] = { SAY_BAD, "error" },
	[FINDING_FATAL] = { SAY_BAD, "fatal" },
};

static void headline(const struct check_result *r)
{
	const struct inspection *i = r->inspection;
	size_t n[FINDING_FATAL + 1] = { 0 };
	bool first = true;

	for (size_t k = 0; k < r->list.finding_n; k++)
		n[r->list.finding[k].severity]++;
	say_in(SAY_STRONG, "%s", i->domain.text);
	printf(": ");
	if (r->verdict.verdict == FINDING_INFO)
		say_in(SAY_GOOD, "ok");
	else
		say_in(looks[r->verdict.verdict].colour, "%s", looks[r->verdict.verdict].word);
	if (i->has_policy)
		printf(", MTA-STS mode %.*s", STR_ARG(sts_policy_mode_name(i->policy.mode)));
	for (int s = FINDING_FATAL; s >= FINDING_WARNING; s--) {
		if (n[s] == 0)
			continue;
		printf("%s%zu %s%s", first ? " (" : ", ", n[s], looks[s].word, n[s] > 1 && s != FINDING_UNKNOWN &&
		    s != FINDING_FATAL ? "s" : "");
		first = false;
	}
	printf("%s\n", first ? "" : ")");
	if (r->verdict.senders_will.n > 0) {
		(void)say_text(r->verdict.senders_will);
		putchar('\n');
	}
}

static void finding_text(const struct finding *f)
{
	const struct finding_row *row = finding_row(f->id);

	say_in(looks[f->severity].colour, "%-7s", looks[f->severity].word);
	printf(" %s  ", row->id);
	(void)say_text(f->subject);
	printf("\n             ");
	(void)say_text(f->message);
	putchar('\n');
	if (f->remedy.n > 0) {
		printf("        ->   ");
		(void)say_text(f->remedy);
		putchar('\n');
	}
}

static void record_line(const char *name, str domain, const char *type, const char *value)
{
	printf("    %s", name);
	(void)say_text(domain);
	printf(". %s %s\n", type, value);
}

static void publication_text(const struct check_result *r, struct arena *mem)
{
	const struct inspection *i = r->inspection;
	str domain = domain_str(&i->domain);
	struct publication p;
	char body[4096], text[LIMIT_ID_BYTES + 64];
	struct out out = OUT(body);
	str rest, line;

	if (publication_of(i, mem, &p, NULL) != OK)
		return;
	sts_policy_write(&p.policy, &out);
	rest = out_done(&out);
	say_in(SAY_STRONG, "\nWhat to publish for the domain as it is\n");
	printf("  https://mta-sts.%s/.well-known/mta-sts.txt\n", i->domain.text);
	while (str_line(&rest, &line)) {
		printf("    ");
		(void)say_text(line);
		putchar('\n');
	}
	printf("  DNS\n");
	printf("    _smtp._tls.");
	(void)say_text(domain);
	printf(". TXT \"v=TLSRPTv1; rua=");
	if (p.rua.n > 0)
		(void)say_text(p.rua);
	else
		printf("mailto:tlsrpt@%s", i->domain.text);
	printf("\"\n");
	(void)snprintf(text, sizeof text, "\"v=STSv1; id=%s;\"%s", p.id,
	    p.id_kept ? "" : i->has_policy ? "  (new: the policy changes)" : "  (new)");
	record_line("_mta-sts.", domain, "TXT", text);
}

void check_text(const struct check_result *r, struct arena *mem)
{
	headline(r);
	for (size_t k = 0; k < r->list.finding_n; k++) {
		if (k == 0)
			putchar('\n');
		finding_text(&r->list.finding[k]);
	}
	if (r->list.dropped_n > 0)
		printf("... and %zu more findings\n", r->list.dropped_n);
	if (!r->inspection->null_mx)
		publication_text(r, mem);
}

#include "core/provider.h"

#include "base/err.h"
#include "core/judge_text.h"

static const struct provider providers[] = {
	{ "Google", STR("aspmx.l.google.com"), { "aspmx.l.google.com", "*.aspmx.l.google.com" } },
	{ "Google", STR("googlemail.com"), { "*.googlemail.com" } },
	{ "Google", STR("smtp.google.com"), { "smtp.google.com" } },
	{ "Microsoft", STR("mail.protection.outlook.com"), { "*.mail.protection.outlook.com" } },
	{ "Microsoft", STR("mx.microsoft"), { NULL } }, /* EXAMPLE.h-v1.mx.microsoft: two labels below */
	{ "Fastmail", STR("messagingengine.com"), { "in1-smtp.messagingengine.com", "in2-smtp.messagingengine.com" } },
	{ "Proton", STR("protonmail.ch"), { "mail.protonmail.ch", "mailsec.protonmail.ch" } },
	{ "Apple", STR("mail.icloud.com"), { "mx01.mail.icloud.com", "mx02.mail.icloud.com" } },
	{ "Cloudflare", STR("mx.cloudflare.net"), { "*.mx.cloudflare.net" } },
	{ "Migadu", STR("migadu.com"), { "aspmx1.migadu.com", "aspmx2.migadu.com" } },
	{ "Zoho", STR("zoho.com"), { "mx.zoho.com", "mx2.zoho.com", "mx3.zoho.com" } },
	{ "Zoho", STR("zoho.eu"), { "mx.zoho.eu", "mx2.zoho.eu", "mx3.zoho.eu" } },
	{ "Zoho", STR("zoho.in"), { "mx.zoho.in", "mx2.zoho.in", "mx3.zoho.in" } },
	{ "Mailbox.org", STR("mailbox.org"),
		{ "mxext1.mailbox.org", "mxext2.mailbox.org", "mxext3.mailbox.org" } },
};

const struct provider *provider_of(str host)
{
	for (size_t k = 0; k < ARRAY_N(providers); k++)
		if (judge_text_below(host, providers[k].suffix))
			return &providers[k];
	return NULL;
}

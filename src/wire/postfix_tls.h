/*
 * postfix_tls - the keys that Postfix asks smtp_tls_policy_maps for, and the answers it takes.
 *                            postconf(5) smtp_tls_policy_maps, Postfix TLSRPT_README; RFC 8461
 *
 *   key      example.com   Example.COM.   bücher.example   example.com:25   .example.com
 *            [mx.example.com]:587   [192.0.2.1]   [IPv6:2001:db8::1]:25
 *
 *   answer   secure match=mx.example.com:.example.net servername=hostname protocols=>=TLSv1.2
 *              policy_type=sts policy_domain=example.com mx_host_pattern=mx.example.com
 *              mx_host_pattern=*.example.net { policy_string = version: STSv1 } ...
 *            dane-only
 *
 * An attribute that Postfix does not know, or knows once and sees twice, holds
 * all mail to the domain.  So nothing of a policy reaches an answer but MX
 * patterns that are host names and, in braces, lines that Postfix's parser
 * keeps whole.
 *
 * Wildcards: RFC 8461's "*" is one label; ".example.net" of match= is any
 * number of labels, so match= alone is looser.  With mx_host_pattern= Postfix
 * 3.10.5 and later itself leaves out MX hosts that match no pattern, and compares
 * certificates with the name of the host.
 *
 * Pure.
 */
#ifndef WIRE_POSTFIX_TLS_H
#define WIRE_POSTFIX_TLS_H

#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"
#include "wire/domain.h"
#include "wire/result_type.h"

enum postfix_tls_key_kind {
	POSTFIX_TLS_DOMAIN,  /* a next-hop domain, which has MX hosts: policies apply */
	POSTFIX_TLS_HOST,    /* [host]: a smart host, no MX lookup */
	POSTFIX_TLS_ADDRESS, /* an address: nothing applies */
	POSTFIX_TLS_PARENT,  /* .example.com: Postfix looks for a parent's entry; nothing applies */
};

struct postfix_tls_key {
	enum postfix_tls_key_kind kind;
	struct domain domain; /* canonical; empty for an address */
	uint16_t port;        /* 0: none given, or a service that we do not know by name */
};

/*
 * Read a key.
 *
 * E_SYNTAX  no destination (why->at: where)
 * E_LIMIT   a name too long
 */
err postfix_tls_key_read(str text, struct postfix_tls_key *key, struct why *why) MUST_USE;

enum postfix_tls_level {
	POSTFIX_TLS_NONE,
	POSTFIX_TLS_MAY,
	POSTFIX_TLS_ENCRYPT,
	POSTFIX_TLS_DANE,
	POSTFIX_TLS_DANE_ONLY,
	POSTFIX_TLS_SECURE, /* the only one with attributes */
};

enum postfix_tls_form {
	POSTFIX_TLS_FORM_STS,    /* no TLSRPT attributes: Postfix 3.4 and later, Sendmail */
	POSTFIX_TLS_FORM_TLSRPT, /* with them: Postfix 3.10 and later */
};

/* TLS 1.2 and later, as Postfix 3.6 and later writes it and as those before do */
#define POSTFIX_TLS_PROTOCOLS ">=TLSv1.2"
#define POSTFIX_TLS_PROTOCOLS_OLD "!SSLv2:!SSLv3:!TLSv1:!TLSv1.1"

struct postfix_tls {
	enum postfix_tls_level level;
	/* the rest only for POSTFIX_TLS_SECURE */
	enum postfix_tls_form form;
	str domain;               /* policy domain: A-labels, lower case */
	const str *mx;            /* mx_n patterns of the policy, as written */
	size_t mx_n;
	str policy;               /* text of the policy as served, for policy_string; may be empty */
	str protocols;            /* parameter of protocols=; empty: Postfix's own setting */
	enum result_type failure; /* policy_failure=, which holds the mail; RESULT_TYPE_OTHER: none */
};

/*
 * Write an answer, the data behind "OK ".  Patterns of a single label and
 * addresses are left out, since no MX host can match them and match= gives some
 * single words a meaning of their own; lines of the policy that Postfix would
 * not keep whole are left out.  policy_ttl= is never written: nothing needs it.
 *
 * When everything does not fit into out and below LIMIT_SOCKETMAP_REPLY_BYTES,
 * the policy's lines are left out but for "version: STSv1" (policy_type=sts wants
 * one), then all TLSRPT attributes: match= always names every pattern.
 *
 * E_RULE    no pattern remains, the domain is none, protocols holds what could
 *           end the attribute, or failure is none that Postfix knows
 * E_LIMIT   it does not fit even so; nothing is written
 */
err postfix_tls_write(const struct postfix_tls *answer, struct out *out, struct why *why) MUST_USE;

#endif

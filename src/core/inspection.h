/*
 * inspection - everything that was seen of one domain, and which question comes next.
 *                      RFC 8461 sections 3 to 5, RFC 8460 section 3, RFC 7672 section 2
 *
 *   start -> next -> question -> (the driver asks the world) -> told -> next ... -> done
 *                                                                                |
 *                                 judges (core/judge.h): what was seen -> findings
 *
 * The machine never asks by itself: inspection_next hands out every question
 * that can be asked now, the driver brings each answer back with the question's
 * place.  Questions about the same host or name in many domains are the
 * driver's to ask once.  A question that is not worth asking any more is told
 * as it is (asked = false stays).
 *
 * Everything lives in the arena given at the start.  A full arena ends the
 * inspection with full = true; what was seen until then stays valid, what came
 * later counts as not asked.
 *
 * Pure.
 */
#ifndef CORE_INSPECTION_H
#define CORE_INSPECTION_H

#include "base/arena.h"
#include "base/date.h"
#include "core/dane.h"
#include "core/mx_check.h"
#include "core/sts_fetch.h"
#include "core/sts_txt.h"
#include "wire/domain.h"
#include "wire/record.h"
#include "wire/sts_policy.h"

/* One DNS record.  text: TXT strings joined; A, AAAA: the address as text; MX, NS, CNAME: the
 * name, lower case without final dot; TLSA: the RDATA; CAA: the value, and tag and number its flags. */
struct inspection_record {
	str text;
	str tag;
	unsigned number; /* MX: preference */
};

/* One DNS question and its answer. */
struct inspection_lookup {
	bool asked;
	struct dns_answer answer;
	struct inspection_record *record;
	size_t record_n;
	str *alias; /* CNAME targets, in order */
	size_t alias_n;
	bool alias_loop; /* status is DNS_MALFORMED */
	str note;        /* what the resolver added (RFC 8914), or empty */
};

/* How far a connection came. */
enum inspection_reach {
	INSPECTION_REACHED,
	INSPECTION_REFUSED,
	INSPECTION_UNREACHABLE,
	INSPECTION_TIMEOUT,
	INSPECTION_RESET,
	INSPECTION_PRIVATE,  /* a private address: not connected to */
	INSPECTION_NOT_TRIED,
};

/* The facts of a certificate, as far as findings need them. */
struct inspection_cert {
	bool there;
	unsigned faults;      /* TLS_FAULT_BITs against the trust store and the host's name */
	str subject;          /* CN or the whole name */
	str issuer;
	str *name;            /* DNS names; the first name_n of names_total */
	size_t name_n, names_total;
	unix_s not_before, not_after;
	str sha256;           /* of the certificate, lower-case hex */
	str spki;             /* SHA-256 of its public key, as TLSA x 1 1 has it */
	str key;              /* "RSA 2048", "EC P-256" */
	str signature;        /* "sha256WithRSAEncryption" */
	bool weak_key, weak_signature;
	size_t chain_n;       /* certificates that were sent */
	bool chain_mended;    /* with the certificate that AIA names the chain is complete: proven missing */
	bool must_staple, stapled, revoked;
	unix_s revoked_at;    /* revoked: since when; 0: not known */
};

/* GET of the policy at one address of the policy host. */
struct inspection_fetch {
	bool asked;
	str ip;
	enum inspection_reach reach;
	struct sts_fetch fetch;
	str tls; /* "TLSv1.3", or empty */
	struct inspection_cert cert;
	unsigned status; /* HTTP; 0: none */
	str content_type, content_encoding, location, age, cache_control;
	str body;
	size_t bytes;
	uint32_t ms; /* until the body was complete */
};

/* STARTTLS at one address of one MX host. */
struct inspection_probe {
	bool asked;
	str ip;
	enum inspection_reach reach;
	unsigned greeting;     /* its code; 0: none or junk */
	str greeting_text;     /* first line */
	unsigned ehlo;         /* code */
	bool starttls_offered;
	bool starttls_masked;  /* "XXXXXXXA": something on the way removed it */
	unsigned starttls;     /* code of the answer to STARTTLS; 0: not asked */
	bool ehlo_refused_inside; /* EHLO inside TLS gets no good answer */
	bool requiretls;
	struct mx_check_session session; /* what core/mx_check judges by */
	str tls;               /* "TLSv1.3" */
	str group;             /* "X25519MLKEM768" */
	bool old_tls;          /* TLS 1.0 or 1.1 is spoken as well, or alone */
	struct inspection_cert cert;
	/* with deep only: inspection_tell_deep */
	enum { INSPECTION_UNTRIED, INSPECTION_SAME, INSPECTION_OTHER, INSPECTION_FAILS } without_sni, with_rsa, with_ecdsa;
	struct inspection_cert rsa, ecdsa;
	bool injection_accepted; /* plaintext behind STARTTLS was obeyed */
};

/* With reports: what a destination of reports says to an RCPT or an empty POST. */
struct inspection_destination {
	bool asked;
	enum inspection_reach reach; /* NOT_TRIED: there is nothing to connect to */
	str host;               /* who spoke last: an MX host, or the HTTPS host */
	unsigned code;          /* its answer: to RCPT, or an HTTP status; 0: none */
	str text;               /* mailto: the answer's first line; https: where a redirect leads */
	bool before_recipient;  /* mailto: code answers something before RCPT */
	struct sts_fetch fetch; /* https: STS_FETCH_OK when there is a status */
	struct inspection_cert cert;
};

#define INSPECTION_PAUSE_MS 10000 /* between two fetches of the policy: enough to see one that changes each time */
#define INSPECTION_IP_N 8    /* addresses of one host that are connected to */
#define INSPECTION_MX_N 32   /* MX hosts of one domain */
#define INSPECTION_NS_N 8    /* name servers compared */

struct inspection_mx {
	str host;            /* lower case, no final dot */
	unsigned preference;
	bool matched;        /* by the policy's patterns; meaningful when there is a policy */
	struct inspection_lookup a, aaaa, cname, tlsa;
	struct inspection_lookup tlsrpt; /* _smtp._tls of the host itself; asked where DANE binds */
	struct dane dane;                /* want is DANE_DONE, or the name is none that DANE can be asked for */
	bool dane_known;
	struct inspection_probe probe[INSPECTION_IP_N];
	size_t probe_n;
	size_t ip_total;     /* more than INSPECTION_IP_N are not connected to */
};

/* Places where a record is looked for when it is not at its own. */
enum inspection_place {
	INSPECTION_AT_APEX,
	INSPECTION_AT_POLICY_HOST,  /* mta-sts.DOMAIN */
	INSPECTION_AT_DOUBLED,      /* _mta-sts.DOMAIN.DOMAIN */
	INSPECTION_AT_UNDERSCORED,  /* _mta_sts.DOMAIN */
	INSPECTION_AT_PARENT,       /* _mta-sts of the domain above */
	INSPECTION_AT_SMTP,         /* _smtp.DOMAIN */
	INSPECTION_AT_TLSRPT,       /* _tlsrpt.DOMAIN */
	INSPECTION_AT_SMTP_TLSRPT,  /* _smtp-tlsrpt.DOMAIN */
	INSPECTION_PLACE_N
};

/* Groups that can be asked for alone: check --only. */
#define INSPECTION_STS 1u
#define INSPECTION_TLSRPT 2u
#define INSPECTION_MX 4u
#define INSPECTION_DANE 8u
#define INSPECTION_MAIL_AUTH 16u /* SPF, DMARC, DKIM */
#define INSPECTION_ALL 31u

struct inspection_options {
	unsigned groups;
	bool quick;          /* only the two TXT records, and on only where one exists */
	bool deep;           /* costly or impolite tests too */
	bool reports;        /* ask the destinations of reports whether they would take one */
	bool dane;           /* the resolver's AD bit may be believed */
	bool no_probe;       /* connect to no mail server */
	str dkim_selector;   /* or empty */
};

struct inspection {
	/* asked */
	struct domain domain;
	struct inspection_options options;
	unix_s now;
	struct arena *mem;

	/* seen: DNS */
	struct inspection_lookup sts, tlsrpt, mx;
	struct inspection_lookup host_a, host_aaaa;          /* mta-sts.DOMAIN */
	struct inspection_lookup place[INSPECTION_PLACE_N];
	struct inspection_lookup caa;                        /* the nearest CAA above the policy host */
	str caa_name;                                        /* where it stands */
	struct inspection_lookup ns;
	struct inspection_lookup ns_a[INSPECTION_NS_N];      /* first address of each */
	struct inspection_lookup ns_sts[INSPECTION_NS_N];    /* what each says of _mta-sts.DOMAIN */
	struct inspection_lookup spf, dmarc, dkim;           /* apex TXT, _dmarc, SELECTOR._domainkey */
	struct inspection_lookup rua_mx[LIMIT_RUA_N];        /* MX, else A, else AAAA, of a mailto's domain */

	/* seen: the policy host, one fetch an address */
	struct inspection_fetch fetch[INSPECTION_IP_N];
	size_t fetch_n;
	size_t host_ip_total;
	struct inspection_fetch again;   /* with deep: one of them once more, after INSPECTION_PAUSE_MS */
	const struct inspection_fetch *again_of;
	struct inspection_fetch without_sni; /* with deep: again_of without SNI */
	struct inspection_destination *destination; /* with reports: one for each of rua.rua; NULL: not asked */

	/* seen: the MX hosts */
	struct inspection_mx *host;
	size_t host_n;
	size_t mx_total;
	bool null_mx, implicit_mx;

	/* worked out on the way */
	struct sts_txt txt;                    /* class of the _mta-sts answer */
	struct why txt_why;                    /* why it is none that counts */
	size_t txt_which;                      /* index of the record that counts, when txt.class is ONE or SYNTAX */
	struct record_tlsrpt rua;              /* when tlsrpt_err is OK */
	err tlsrpt_err;                        /* E_ABSENT, E_RULE, E_SYNTAX, E_TEMP: lookup failed */
	struct why tlsrpt_why;
	size_t tlsrpt_which;
	const struct inspection_fetch *served; /* the fetch a sender would have ended with; NULL: none asked */
	bool policy_read;                      /* what was served is a policy in the sender's reading */
	bool has_policy;                       /* and a sender has it: record, media type and certificate are right */
	struct sts_policy policy;
	struct why policy_why;                 /* the strict reading's refusal; text "" when it has none */
	bool full;                             /* the arena ran out */

	/* the questions */
	struct inspection_pending *queue, *queue_last;
	size_t open;                           /* asked, not told */
	bool went_on, settled;
};

enum inspection_ask {
	INSPECTION_ASK_DNS,
	INSPECTION_ASK_DNS_AT,
	INSPECTION_ASK_FETCH,
	INSPECTION_ASK_PROBE,
	INSPECTION_ASK_DEEP,        /* the costly tests at an address that PROBE was asked for */
	INSPECTION_ASK_DESTINATION, /* would it take a report? */
};

struct inspection_question {
	enum inspection_ask ask;
	str name;                  /* DNS: what is asked about; FETCH, PROBE, DEEP: the host's name; DESTINATION: the URI */
	enum dns_type type;        /* DNS */
	str ip;                    /* DNS_AT, FETCH, PROBE, DEEP: the address */
	uint32_t pause_ms;         /* FETCH: begin so much later */
	bool no_sni;               /* FETCH */
	const struct inspection_mx *mx; /* PROBE, DEEP: its dane tells SNI and TLSA records */
	void *place;               /* brought back with the answer */
};

/* The groups of options that are 0 mean all. */
void inspection_start(struct inspection *i, const struct domain *domain, const struct inspection_options *options,
    unix_s now, struct arena *mem);

/* The next question that can be asked now; false: none (when i->open is 0 too, the inspection is done). */
bool inspection_next(struct inspection *i, struct inspection_question *question);

/* Tell an answer; everything it points to is copied.  ip and asked are set by the
 * machine; of the answer to DEEP only what is with deep only, and old_tls, is taken.
 * A DNS answer of NULL: the driver did not ask. */
void inspection_tell_dns(struct inspection *i, void *place, const struct inspection_lookup *answer);
void inspection_tell_fetch(struct inspection *i, void *place, const struct inspection_fetch *answer);
void inspection_tell_probe(struct inspection *i, void *place, const struct inspection_probe *answer);
void inspection_tell_deep(struct inspection *i, void *place, const struct inspection_probe *answer);
void inspection_tell_destination(struct inspection *i, void *place, const struct inspection_destination *answer);

/* Time is up: no more questions, what was seen counts.  Nothing may be told afterwards. */
void inspection_end(struct inspection *i);

/* No question about the domain's own records was answered in time: that says nothing about the domain. */
bool inspection_silent(const struct inspection *i);

#endif

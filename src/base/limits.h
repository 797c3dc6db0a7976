/*
 * limits - every ceiling of the suite, with its reason.  Bytes unless the name says otherwise.
 *
 * A stranger's bytes meet one of these before they meet memory of ours.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* Names */
#define LIMIT_DOMAIN_BYTES 253        /* RFC 1035 2.3.4: 255 on the wire is 253 as text */
#define LIMIT_LABEL_BYTES 63          /* RFC 1035 2.3.4 */
#define LIMIT_U_DOMAIN_BYTES 1024     /* a U-label form before IDNA; 253 A-label bytes never need more */

/* Records */
#define LIMIT_TXT_BYTES 65535         /* RDLENGTH has 16 bits */
#define LIMIT_ID_BYTES 32             /* RFC 8461 3.1: sts-id is 1*32(ALPHA / DIGIT) */
#define LIMIT_RUA_N 32                /* destinations kept of one record; nobody needs more */
#define LIMIT_URI_BYTES 2048          /* one rua; longer than any browser's habit */
#define LIMIT_TLSA_BYTES 8192         /* RDATA of one TLSA: a full certificate of RSA-16384 fits */
#define LIMIT_TLSA_N 64               /* TLSA records of one host; a roll-over of two chains needs about 8 */

/* Policies */
#define LIMIT_POLICY_BYTES 65536      /* RFC 8461 3.3 suggests 64 KB */
#define LIMIT_MAX_AGE_S 31557600      /* RFC 8461 3.2: one year */

/* The network */
#define LIMIT_NETWORKS_N 64           /* networks in one list of the configuration */
#define LIMIT_ALIASES_N 8             /* CNAMEs from a name to its records; resolvers stop near there */
#define LIMIT_NAMESERVERS_N 8         /* of ours; resolv.conf knows three */
#define LIMIT_DNS_UDP_BYTES 1232      /* EDNS0: goes through any path in one piece (RFC 9715) */
#define LIMIT_DNS_ANSWER_BYTES 524288 /* one answer, read: 65535 bytes of the smallest records there are */
#define LIMIT_HTTP_HEAD_BYTES 65536   /* all header fields of one response */
#define LIMIT_HTTP_FIELD_BYTES 1024   /* one field that we keep; the rest is cut */

/* Reports, inbound */
#define LIMIT_MAIL_BYTES 33554432     /* receivers stop at 10 to 30 MB */
#define LIMIT_REPORT_BYTES 16777216   /* one inflated report; the largest seen in the field is under 2 MB */
#define LIMIT_REPORT_DEPTH_N 64       /* nesting of a report's JSON; a right one needs 6 */
#define LIMIT_POLICIES_N 20000        /* policies of one report */
#define LIMIT_FAILURES_N 100000       /* failure details of one report */
#define LIMIT_WARNINGS_N 64           /* different warnings kept of one report */
#define LIMIT_UNKNOWN_TYPES_N 16      /* unknown policy and result types said by name of one report */
#define LIMIT_GZIP_MEMBERS_N 8        /* members of one gzip file */
#define LIMIT_ZIP_MEMBERS_N 64        /* members looked at in one zip */
#define LIMIT_MIME_PARTS_N 200        /* parts of one mail */
#define LIMIT_MIME_DEPTH_N 8          /* multiparts inside multiparts */
#define LIMIT_MIME_HEADER_BYTES 65536 /* header block of one part */
#define LIMIT_MIME_BOUNDARY_BYTES 200 /* RFC 2046 5.1.1 says 70; real mails exceed it a little */
#define LIMIT_MIME_TYPE_BYTES 255     /* RFC 6838 4.2: 127 "/" 127 */
#define LIMIT_CARRIER_DEPTH_N 4       /* wrappers around one report: a gzip in a zip in a mail is 3 */
#define LIMIT_CARRIER_BYTES 67108864  /* unpacked from one input in all: several large reports, one mail */
#define LIMIT_REPORTS_N 64            /* reports taken from one input */
#define LIMIT_REPORT_NAME_BYTES 1024  /* a report's subject; two domains and an id need 900 */
#define LIMIT_FILE_NAME_BYTES 255     /* a report's file name; no file system takes more */

#define LIMIT_PROBES_N 4096           /* connections to MX hosts at once; each costs about 60 KB with TLS */

/* Certificates and TLS */
#define LIMIT_CHAIN_N 16              /* certificates kept of a chain; real ones have up to 6 */
#define LIMIT_CHAIN_BYTES 102400      /* all of them; OpenSSL's own default (SSL_MAX_CERT_LIST_DEFAULT) */
#define LIMIT_CRL_BYTES 4194304       /* a list of revocations; public CAs split theirs far below */
#define LIMIT_CERT_NAMES_N 100        /* DNS-IDs kept of one certificate to be shown; all are compared */

/* SMTP */
#define LIMIT_SMTP_LINE_BYTES 2048    /* of a reply; RFC 5321 4.5.3.1.5 says 512, some write more */
#define LIMIT_SMTP_LINES_N 256        /* of one reply; the longest EHLO answers have about 30 */
#define LIMIT_SMTP_WORDS_BYTES 512    /* EHLO keywords kept to be shown */
#define LIMIT_SMTP_PATH_BYTES 320     /* a recipient: 64 bytes, "@", 255 bytes (RFC 5321 4.5.3.1) */

/* Datagrams */
#define LIMIT_DATAGRAM_BYTES 262144   /* above the largest the kernel delivers by default (212,960) */
#define LIMIT_SESSION_POLICIES_N 64   /* policies of one session; Postfix sends one */
#define LIMIT_SESSION_FAILURES_N 256  /* failures of one policy of a session */

/* Postfix */
#define LIMIT_SOCKETMAP_QUERY_BYTES 10000  /* a key of Postfix is at most a host name; a stranger's is cut here */
#define LIMIT_SOCKETMAP_REPLY_BYTES 100000 /* Postfix refuses 100,000 and more (DICT_SOCKMAP_MAX_REPLY) */

#endif

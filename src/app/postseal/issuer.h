/*
 * issuer - finds the intermediate certificate that a host did not send.     RFC 5280 4.2.2.1
 *
 *   chain without it -> seen in another chain of this run? -> the address that the certificate names -> judged again
 *                                                              only when asking is wanted
 *
 * What is found proves that the chain is whole but for the missing certificate,
 * or that its issuer is one that nobody trusts.  An address is asked once, by
 * plain HTTP, and may send us on once.  Intermediates are kept of chains that
 * lead to a trusted root alone.
 */
#ifndef POSTSEAL_ISSUER_H
#define POSTSEAL_ISSUER_H

#include "app/postseal/world.h"

struct issuers;

/* The verdict lives until the call returns. */
typedef void issuer_call(void *arg, const struct cert_verdict *verdict);

struct issuers *issuer_open(struct world *world, bool ask);
void issuer_close(struct issuers *issuers); /* ends all without a call; NULL is allowed */

/*
 * Judge the chain of a host of this name.  The call comes once, at once where
 * nothing has to be asked.  chain and name are copied; empty name: any.
 */
void issuer_judge(struct issuers *issuers, const struct cert_chain *chain, str name, unix_s now, issuer_call *call,
    void *arg);

/* A chain that leads to a trusted root, judged elsewhere. */
void issuer_saw(struct issuers *issuers, const struct cert_chain *chain);

#endif

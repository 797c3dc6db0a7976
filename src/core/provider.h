/*
 * provider - mail providers whose MX hosts are well known, and the mx lines they recommend.
 *
 * Data only, from the providers' public instructions: a policy that names a
 * provider's hosts in another way may break when the provider adds one.
 *
 * Pure.
 */
#ifndef CORE_PROVIDER_H
#define CORE_PROVIDER_H

#include "base/str.h"

#define PROVIDER_MX_N 4

struct provider {
	const char *name;
	str suffix;                    /* of its MX hosts: the whole name, or what follows a dot */
	const char *mx[PROVIDER_MX_N]; /* patterns; none: "*." and the MX host without its first label */
};

/* The provider of this MX host; NULL: none of the table. */
const struct provider *provider_of(str host);

#endif

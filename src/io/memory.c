#include "io/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

void memory_must_be(bool ok)
{
	if (ok)
		return;
	(void)fputs("postseal: out of memory\n", stderr);
	abort();
}

void *memory_must(void *p)
{
	memory_must_be(p != NULL);
	return p;
}

void *memory_region(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	memory_must_be(p != MAP_FAILED);
	return p;
}

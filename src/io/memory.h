/*
 * memory - memory that is there, or the process ends.
 *
 * On the upper floors a failed malloc is one line on standard error and abort:
 * nothing half-done goes on, and whoever supervises starts the process again.
 */
#ifndef IO_MEMORY_H
#define IO_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

__attribute__((returns_nonnull)) void *memory_must(void *p); /* p; does not return when it is NULL */
void memory_must_be(bool ok); /* for libraries that fail only without memory */

/* A region whose untouched pages cost nothing; for arenas.  Ends with the process or munmap. */
void *memory_region(size_t bytes);

#endif

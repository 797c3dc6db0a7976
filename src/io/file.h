/*
 * file - files as a whole.
 *
 * Blocking.  Memory comes from the caller's arena.
 */
#ifndef IO_FILE_H
#define IO_FILE_H

#include "base/arena.h"
#include "base/err.h"

/*
 * Read all of a file; "-" is standard input.
 *
 *   max_bytes  more than this is refused
 *
 * E_ABSENT  there is no such file
 * E_PERM    it may not be read, or is a directory
 * E_TEMP    reading failed
 * E_LIMIT   larger than max_bytes, or mem is full
 */
err file_read(const char *path, size_t max_bytes, struct arena *mem, str *text, struct why *why) MUST_USE;

/*
 * Write a file so that whoever looks sees all of the old or all of the new one,
 * also after a crash; everybody may read it.  Folders on the way are made.
 *
 * E_ABSENT, E_PERM, E_TEMP  as the system says; then the old file is as it was
 * E_LIMIT                   the path is too long
 */
err file_write(const char *path, str text, struct why *why) MUST_USE;

#endif

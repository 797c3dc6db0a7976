/*
 * say - what the command prints for eyes.
 *
 * Colour only on a terminal and without NO_COLOR.  Strangers' bytes are made
 * harmless before they reach a terminal: control characters, text direction
 * marks and bytes that are no UTF-8 are shown as \xNN.
 */
#ifndef POSTSEAL_SAY_H
#define POSTSEAL_SAY_H

#include <stdio.h>

#include "base/err.h"
#include "base/str.h"

enum say_colour { SAY_PLAIN, SAY_GOOD, SAY_BAD, SAY_NOTE, SAY_STRONG };

/* Printf in a colour, to standard output. */
void say_in(enum say_colour colour, const char *fmt, ...) PRINTF(2, 3);

/* A stranger's bytes, harmless; returns how many columns they take. */
size_t say_text(str text);

/*
 * The line of text that holds byte at, with a mark below it; long lines are cut
 * around the place.  The line's number stands before it when text has several.
 */
void say_place(str text, size_t at);

/* Usage errors: a sentence on standard error, and how to learn more; returns exit code 2. */
int say_usage(const char *verb, const char *fmt, ...) PRINTF(2, 3);

#endif

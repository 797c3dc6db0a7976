#include "base/arena.h"

#include <stdalign.h>

void *arena_take_raw(struct arena *a, size_t n, size_t size)
{
	size_t align = alignof(max_align_t);
	uintptr_t here = (uintptr_t)a->base + a->used;
	size_t pad = (align - here % align) % align;
	size_t left = a->cap - a->used;
	void *p;

	if (!a->base || pad > left || (size > 0 && n > (left - pad) / size))
		return NULL;
	p = a->base + a->used + pad;
	a->used += pad + n * size;
	return p;
}

void *arena_take(struct arena *a, size_t n, size_t size)
{
	void *p = arena_take_raw(a, n, size);

	return p ? memset(p, 0, n * size) : NULL;
}

void *arena_grow(struct arena *a, void *p, size_t old, size_t size)
{
	void *moved;

	if (p && (char *)p + old == a->base + a->used) { /* the last piece: in place */
		size_t start = a->used - old;

		if (size > a->cap - start)
			return NULL;
		a->used = start + size;
		return p;
	}
	if (p && size <= old)
		return p;
	moved = arena_take_raw(a, 1, size);
	if (moved && p && old > 0)
		memcpy(moved, p, old);
	return moved;
}

bool arena_copy(struct arena *a, str s, str *copy)
{
	char *p = arena_take_raw(a, s.n, 1);

	if (!p)
		return false;
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	*copy = (str){ p, s.n };
	return true;
}

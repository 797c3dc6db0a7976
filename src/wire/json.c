#include "wire/json.h"

#include <yyjson.h>

#define RULE "RFC 8259"

/* yyjson's allocator over an arena: what is freed comes back with the arena. */
static void *alc_take(void *mem, size_t size)
{
	return arena_take_raw(mem, 1, size);
}

static void *alc_grow(void *mem, void *p, size_t old, size_t size)
{
	return arena_grow(mem, p, old, size);
}

static void alc_free(void *mem, void *p)
{
	(void)mem;
	(void)p;
}

static yyjson_val *val_of(const struct json *v)
{
	return (yyjson_val *)(uintptr_t)v; /* yyjson's readers take values without const */
}

static const struct json *json_of(const yyjson_val *v)
{
	return (const struct json *)v;
}

enum json_kind json_kind(const struct json *v)
{
	yyjson_val *y = val_of(v);

	switch (yyjson_get_type(y)) {
	case YYJSON_TYPE_BOOL:
		return JSON_BOOL;
	case YYJSON_TYPE_RAW: /* a number too large */
		return JSON_NUMBER;
	case YYJSON_TYPE_NUM:
		return yyjson_is_uint(y) ? JSON_INTEGER : JSON_NUMBER;
	case YYJSON_TYPE_STR:
		return JSON_STRING;
	case YYJSON_TYPE_ARR:
		return JSON_ARRAY;
	case YYJSON_TYPE_OBJ:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

str json_str(const struct json *v)
{
	yyjson_val *y = val_of(v);

	return yyjson_is_str(y) ? (str){ unsafe_yyjson_get_str(y), unsafe_yyjson_get_len(y) } : (str){ 0 };
}

uint64_t json_u64(const struct json *v)
{
	yyjson_val *y = val_of(v);

	return yyjson_is_uint(y) ? unsafe_yyjson_get_uint(y) : 0;
}

bool json_whole(const struct json *v, uint64_t *n)
{
	yyjson_val *y = val_of(v);
	double d;

	if (yyjson_is_uint(y)) {
		*n = unsafe_yyjson_get_uint(y);
		return true;
	}
	if (yyjson_is_raw(y)) {
		*n = UINT64_MAX;
		return unsafe_yyjson_get_raw(y)[0] != '-';
	}
	if (!yyjson_is_real(y))
		return false;
	d = unsafe_yyjson_get_real(y);
	if (d < 0)
		return false;
	*n = d >= 18446744073709551616.0 ? UINT64_MAX : (uint64_t)d;
	return *n == UINT64_MAX || (double)*n == d;
}

struct json_walk json_walk(const struct json *v)
{
	yyjson_val *y = val_of(v);

	if (!yyjson_is_ctn(y))
		return (struct json_walk){ 0 };
	return (struct json_walk){ json_of(unsafe_yyjson_get_first(y)), unsafe_yyjson_get_len(y),
		unsafe_yyjson_is_obj(y) };
}

bool json_next(struct json_walk *walk, str *key, const struct json **v)
{
	yyjson_val *y = val_of(walk->next);

	if (walk->left == 0)
		return false;
	walk->left--;
	*key = (str){ 0 };
	if (walk->members) {
		*key = (str){ unsafe_yyjson_get_str(y), unsafe_yyjson_get_len(y) };
		y++;
	}
	*v = json_of(y);
	walk->next = json_of(unsafe_yyjson_get_next(y));
	return true;
}

/* U+FDD0..FDEF and the last two of every plane, in UTF-8.  RFC 7493 2.1 */
static bool has_noncharacter(str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0; i + 2 < s.n; i++) {
		if (p[i] < 0xef)
			continue;
		if (p[i] == 0xef && p[i + 1] == 0xb7 && p[i + 2] >= 0x90 && p[i + 2] <= 0xaf)
			return true;
		if (p[i] == 0xef && p[i + 1] == 0xbf && p[i + 2] >= 0xbe)
			return true;
		if (p[i] >= 0xf0 && i + 3 < s.n && (p[i + 1] & 0x0f) == 0x0f && p[i + 2] == 0xbf &&
		    p[i + 3] >= 0xbe)
			return true;
	}
	return false;
}

/* Without bytes beyond ASCII and without escapes there is none: spares the search in most texts. */
static bool may_have_noncharacter(str s)
{
	size_t i = 0;

	for (; i + sizeof(uint64_t) <= s.n; i += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, s.p + i, sizeof word);
		if (word & UINT64_C(0x8080808080808080))
			return true;
	}
	for (; i < s.n; i++)
		if (s.p[i] & 0x80)
			return true;
	return memchr(s.p, '\\', s.n) != NULL;
}

struct audit {
	bool strict;
	bool strings; /* look into them */
	bool repeated;
	struct why *why;
};

/* One of 64 bits; keys that differ in it are different. */
static uint64_t key_bit(const yyjson_val *key)
{
	yyjson_val *y = (yyjson_val *)(uintptr_t)key;
	const char *p = unsafe_yyjson_get_str(y);
	size_t n = unsafe_yyjson_get_len(y);

	return n == 0 ? 1 : UINT64_C(1) << ((n + (unsigned char)p[0] + 5u * (unsigned char)p[n - 1]) & 63);
}

static bool key_repeated(const yyjson_val *first, const yyjson_val *key)
{
	str k = { unsafe_yyjson_get_str((void *)(uintptr_t)key), unsafe_yyjson_get_len((void *)(uintptr_t)key) };

	for (const yyjson_val *v = first; v != key;) {
		yyjson_val *y = (yyjson_val *)(uintptr_t)v;

		if (str_eq(k, (str){ unsafe_yyjson_get_str(y), unsafe_yyjson_get_len(y) }))
			return true;
		v = unsafe_yyjson_get_next(y + 1);
	}
	return false;
}

static err audit_string(struct audit *a, str s)
{
	if (a->strings && has_noncharacter(s))
		return why_set(a->why, E_RULE, "RFC 7493 2.1", 0, "a string holds a Unicode noncharacter");
	return OK;
}

/* What yyjson leaves to us: depth, repeated members, noncharacters. */
static err audit(struct audit *a, yyjson_val *y, size_t depth)
{
	yyjson_val *first, *v;
	uint64_t bits = 0;
	size_t n;
	bool members = unsafe_yyjson_is_obj(y);

	if (unsafe_yyjson_is_str(y))
		return audit_string(a, (str){ unsafe_yyjson_get_str(y), unsafe_yyjson_get_len(y) });
	if (!unsafe_yyjson_is_ctn(y))
		return OK;
	if (depth == LIMIT_REPORT_DEPTH_N)
		return why_set(a->why, E_LIMIT, "", 0, "values nested deeper than %d", LIMIT_REPORT_DEPTH_N);
	n = unsafe_yyjson_get_len(y);
	if (members && n > JSON_MEMBERS_N)
		return why_set(a->why, E_LIMIT, "", 0, "an object of %zu members", n);
	first = v = unsafe_yyjson_get_first(y);
	for (size_t i = 0; i < n; i++) {
		if (members) {
			TRY(audit_string(a, (str){ unsafe_yyjson_get_str(v), unsafe_yyjson_get_len(v) }));
			if ((bits & key_bit(v)) && key_repeated(first, v)) {
				a->repeated = true;
				if (a->strict)
					return why_set(a->why, E_RULE, "RFC 7493 2.3", 0,
					    "member \"%.*s\" stands twice in one object",
					    (int)(unsafe_yyjson_get_len(v) > 60 ? 60 : unsafe_yyjson_get_len(v)),
					    unsafe_yyjson_get_str(v));
			}
			bits |= key_bit(v);
			v++;
		}
		TRY(audit(a, v, depth + 1));
		v = unsafe_yyjson_get_next(v);
	}
	return OK;
}

/* The \\uXXXX escape at p, or -1. */
static long unicode_escape(const char *p, size_t n)
{
	long v = 0;

	if (n < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (size_t i = 2; i < 6; i++) {
		char c = str_lower(p[i]);

		if (str_is_digit(c))
			v = v * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + (c - 'a' + 10);
		else
			return -1;
	}
	return v;
}

/* An escape inside a string: how many bytes it has.  Half a surrogate pair becomes U+FFFD. */
static size_t mend_escape(char *p, size_t n, bool *mended)
{
	long v = unicode_escape(p, n);

	if (v < 0xd800 || v > 0xdfff)
		return 2;
	if (v < 0xdc00) {
		long low = unicode_escape(p + 6, n - 6);

		if (low >= 0xdc00 && low <= 0xdfff)
			return 12;
	}
	memcpy(p, "\\ufffd", 6);
	*mended = true;
	return 6;
}

/* A copy of text in which no string holds control characters or halves of surrogate pairs. */
static err mend(str text, struct arena *mem, str *clean, struct json_text *t, struct why *why)
{
	bool quoted = false;
	char *p;

	if (!arena_copy(mem, text, clean))
		return why_set(why, E_LIMIT, "", 0, "no memory left for the text");
	p = (char *)(uintptr_t)clean->p;
	for (size_t i = 0; i < text.n;) {
		size_t n = 1;

		if (p[i] == '"') {
			quoted = !quoted;
		} else if (quoted && p[i] == '\\') {
			n = mend_escape(p + i, text.n - i, &t->half_surrogate);
		} else if (quoted && (unsigned char)p[i] < 0x20) {
			p[i] = ' ';
			t->control_chars = true;
		}
		i += n;
	}
	return OK;
}

static yyjson_doc *parse(str text, yyjson_read_flag flags, struct arena *mem, yyjson_read_err *error)
{
	yyjson_alc alc = { alc_take, alc_grow, alc_free, mem };

	/* without YYJSON_READ_INSITU the text is not written to */
	return yyjson_read_opts((char *)(uintptr_t)text.p, text.n, flags, &alc, error);
}

static err refuse(const yyjson_read_err *error, struct why *why)
{
	if (error->code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
		return why_set(why, E_LIMIT, "", error->pos, "no memory left for the text");
	return why_set(why, E_SYNTAX, RULE, error->pos, "no JSON: %s", error->msg ? error->msg : "?");
}

static bool only_blanks(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\r' && s.p[i] != '\n')
			return false;
	return true;
}

err json_read(str text, enum json_reading reading, struct arena *mem, struct json_text *json,
    struct why *why)
{
	struct json_text t = { 0 };
	struct audit a = { .strict = reading == JSON_STRICT, .why = why };
	yyjson_read_flag flags = YYJSON_READ_NOFLAG;
	yyjson_read_err error = { 0 };
	yyjson_doc *doc;

	if (reading != JSON_STRICT && str_starts(text, S("\xef\xbb\xbf"))) {
		t.bom = true;
		text = str_skip(text, 3);
	}
	if (text.n == 0)
		return why_set(why, E_SYNTAX, RULE, 0, "no JSON: nothing there");
	if (reading != JSON_STRICT)
		flags = YYJSON_READ_STOP_WHEN_DONE | YYJSON_READ_BIGNUM_AS_RAW;
	doc = parse(text, flags, mem, &error);
	if (!doc && reading != JSON_STRICT && error.code == YYJSON_READ_ERROR_INVALID_STRING) {
		t.not_utf8 = !str_utf8(text, NULL);
		TRY(mend(text, mem, &text, &t, why));
		doc = parse(text, flags | YYJSON_READ_ALLOW_INVALID_UNICODE, mem, &error);
	}
	if (!doc)
		return refuse(&error, why);
	t.root = json_of(yyjson_doc_get_root(doc));
	t.trailing = !only_blanks(str_skip(text, yyjson_doc_get_read_size(doc)));
	a.strings = a.strict && may_have_noncharacter(text);
	if (reading != JSON_SESSION)
		TRY(audit(&a, yyjson_doc_get_root(doc), 0));
	t.repeated = a.repeated;
	*json = t;
	return OK;
}

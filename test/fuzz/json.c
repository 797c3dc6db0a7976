/* json: what strict reads, tolerant reads too; what is written again reads as the same value. */
#include "wire/json.h"

#include "test/fuzz/fuzz.h"
#include "wire/json_out.h"

static char first_mem[1 << 20], again_mem[1 << 20], text_mem[1 << 20];

/* v as JSON.  Numbers that are no count become null: their spelling is not kept. */
static void write_value(const struct json *v, struct out *out)
{
	struct json_walk walk = json_walk(v);
	bool members = json_kind(v) == JSON_OBJECT, first = true;
	uint64_t whole;
	str key;

	if (json_kind(v) == JSON_STRING) {
		json_out_str(out, json_str(v));
	} else if (json_kind(v) == JSON_ARRAY || members) {
		out_char(out, members ? '{' : '[');
		while (json_next(&walk, &key, &v)) {
			if (!first)
				out_char(out, ',');
			first = false;
			if (members) {
				json_out_str(out, key);
				out_char(out, ':');
			}
			write_value(v, out);
		}
		out_char(out, members ? '}' : ']');
	} else if (json_kind(v) == JSON_INTEGER) {
		out_u64(out, json_u64(v));
	} else if (json_kind(v) == JSON_NUMBER && json_whole(v, &whole)) {
		out_u64(out, whole);
	} else {
		out_str(out, S("null"));
	}
}

static bool same(const struct json *a, const struct json *b)
{
	struct json_walk wa = json_walk(a), wb = json_walk(b);
	str ka, kb;

	if (json_kind(a) != json_kind(b) || wa.left != wb.left)
		return false;
	if (!str_eq(json_str(a), json_str(b)) || json_u64(a) != json_u64(b))
		return false;
	while (json_next(&wa, &ka, &a) && json_next(&wb, &kb, &b))
		if (!str_eq(ka, kb) || !same(a, b))
			return false;
	return true;
}

/* Written and read once more, a value no longer changes. */
static void round_trip(const struct json *v, enum json_reading reading)
{
	static char second_mem[1 << 20];
	struct arena again = ARENA(again_mem), second = ARENA(second_mem);
	struct out out = OUT(text_mem);
	struct json_text one, two;

	write_value(v, &out);
	if (out.full || json_read(out_done(&out), reading, &again, &one, NULL) == E_LIMIT)
		return;
	arena_reset(&again);
	fuzz_must(json_read(out_done(&out), reading, &again, &one, NULL) == OK);
	out = OUT(text_mem);
	write_value(one.root, &out);
	fuzz_must(!out.full && json_read(out_done(&out), reading, &second, &two, NULL) == OK);
	fuzz_must(same(one.root, two.root));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	str text = { (const char *)bytes, n };
	struct arena mem = ARENA(first_mem);
	struct json_text json = { 0 };
	struct why why = { 0 };
	err strict, tolerant;

	strict = json_read(text, JSON_STRICT, &mem, &json, &why);
	fuzz_must(strict == OK || strict == E_SYNTAX || strict == E_RULE || strict == E_LIMIT);
	if (strict != OK)
		fuzz_must_say_why(&why, text);
	if (strict == OK) {
		fuzz_must(!json.trailing && !json.repeated && !json.control_chars && !json.half_surrogate && !json.bom);
		round_trip(json.root, JSON_STRICT);
	}
	arena_reset(&mem);
	tolerant = json_read(text, JSON_TOLERANT, &mem, &json, &why);
	fuzz_must(tolerant == OK || tolerant == E_SYNTAX || tolerant == E_LIMIT);
	fuzz_must(strict != OK || tolerant == OK);
	if (tolerant == OK && !json.repeated)
		round_trip(json.root, JSON_TOLERANT);
	arena_reset(&mem);
	fuzz_must((json_read(text, JSON_SESSION, &mem, &json, NULL) == OK) >= (tolerant == OK));
	return 0;
}

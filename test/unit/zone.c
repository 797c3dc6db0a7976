#include "core/zone.h"

#include "test/unit/unit.h"

#define ROOM 400000

static char memory[ROOM], text[1 << 16];

/* Every label of a zone's states, name by name: "_smtp._tls TXT same". */
static str states_of(const struct zone *zone)
{
	struct out out = OUT(text);

	for (size_t k = 0; k < zone->record_n; k++) {
		const struct zone_record *r = &zone->record[k];
		str owner, rest;

		(void)str_cut(r->name, '.', &owner, &rest);
		out_str(&out, owner);
		out_char(&out, ' ');
		out_str(&out, zone_type_name(r->type));
		out_char(&out, ' ');
		out_str(&out, zone_state_name(r->state));
		out_str(&out, r->wait ? S(" wait\n") : S("\n"));
	}
	return out_done(&out);
}

static struct inspection_record sts[3], rpt[2], ip[2];
static str alias[1];

static struct inspection_lookup found(struct inspection_record *records, size_t n)
{
	return (struct inspection_lookup){
		.asked = true, .answer = { n ? DNS_FOUND : DNS_NODATA, false, 60 }, .record = records, .record_n = n
	};
}

static struct inspection good(void)
{
	struct inspection i = { .now = 1795293900 };

	assert_int_equal(domain_read(S("a.test"), &i.domain, NULL), OK);
	sts[0].text = S("v=STSv1; id=1");
	rpt[0].text = S("v=TLSRPTv1; rua=mailto:r@a.test");
	ip[0].text = S("192.0.2.1");
	i.sts = found(sts, 1);
	i.tlsrpt = found(rpt, 1);
	i.host_a = found(ip, 1);
	i.host_aaaa = found(NULL, 0);
	i.txt.class = STS_TXT_ONE;
	i.tlsrpt_err = OK;
	return i;
}

static void states(void **state)
{
	static const str address[] = { STR("192.0.2.1"), STR("2001:db8::1") }, other[] = { STR("192.0.2.9") };
	static const str named[] = { STR("web.b.test") };
	struct publication p = { .id = "1", .id_kept = true, .ready = true, .rua = S("mailto:r@a.test") };
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "as it should be", "_smtp TXT same\nmta-sts A same\n_mta-sts TXT same\n" },
		{ "another id", "_smtp TXT same\nmta-sts A same\n_mta-sts TXT differs\n" },
		{ "not served yet [STS-8.1-b]", "_smtp TXT same\nmta-sts A same\n_mta-sts TXT differs wait\n" },
		{ "a second record",
		    "_smtp TXT same\nmta-sts A same\n_mta-sts TXT missing\n_mta-sts TXT surplus\n"
		    "_mta-sts TXT surplus\n_mta-sts TXT kept\n" },
		{ "one address more", "_smtp TXT same\nmta-sts A same\nmta-sts AAAA missing\n_mta-sts TXT same\n" },
		{ "another address", "_smtp TXT same\nmta-sts A missing\nmta-sts A surplus\n_mta-sts TXT same\n" },
		{ "a name for an address",
		    "_smtp TXT same\nmta-sts CNAME missing\nmta-sts A surplus\n_mta-sts TXT same\n" },
		{ "an address for a name",
		    "_smtp TXT same\nmta-sts A missing\nmta-sts CNAME surplus\n_mta-sts TXT same\n" },
		{ "another name", "_smtp TXT same\nmta-sts CNAME differs\n_mta-sts TXT same\n" },
		{ "no host", "_smtp TXT same\nmta-sts A missing\n_mta-sts TXT same\n" },
		{ "lookup failed", "_smtp TXT unknown\nmta-sts A unknown\n_mta-sts TXT same\n" },
		{ "delegated [STS-8.2-a]", "_smtp CNAME same\nmta-sts CNAME same\n_mta-sts CNAME same\n" },
		{ "reports taken back", "_smtp TXT missing\n_smtp CNAME surplus\nmta-sts A same\n_mta-sts TXT same\n" },
		{ "a new id for its own sake", "_smtp TXT same\nmta-sts A same\n_mta-sts TXT differs\n" },
	};

	(void)state;
	alias[0] = S("x.b.test");
	for (size_t k = 0; k < ARRAY_N(rows); k++) {
		struct inspection i = good();
		struct publication pub = p;
		struct zone_wish wish = { .publication = &pub };
		struct arena mem = ARENA(memory);
		struct zone zone;

		if (k >= 1 && k <= 3) {
			pub.id_kept = false;
			memcpy(pub.id, "2", 2);
			pub.ready = k != 2;
		}
		if (k == 3) {
			sts[1].text = S("v=STSv1; id=3");
			sts[2].text = S("else");
			i.sts.record_n = 3;
			i.txt.class = STS_TXT_SEVERAL;
		}
		if (k >= 4 && k <= 8) {
			wish.host = k == 4 ? address : k == 5 || k == 7 ? other : named;
			wish.host_n = k == 4 ? 2 : 1;
		}
		if (k == 7 || k == 8 || k == 11) {
			i.host_a.alias = alias;
			i.host_a.alias_n = 1;
		}
		if (k == 9)
			i.host_a = found(NULL, 0);
		if (k == 10) {
			i.host_a = i.tlsrpt = found(NULL, 0);
			i.host_a.answer.status = i.tlsrpt.answer.status = DNS_SERVFAIL;
			i.tlsrpt_err = E_TEMP;
		}
		if (k >= 11 && k <= 12) {
			i.tlsrpt.alias = i.sts.alias = alias;
			i.tlsrpt.alias_n = 1;
			i.sts.alias_n = k == 11;
		}
		if (k == 12)
			wish.rua = S("mailto:x@a.test");
		wish.fresh = k == 13;
		assert_int_equal(zone_of(&i, &wish, &mem, &zone, NULL), OK);
		unit_same(states_of(&zone), str_of(rows[k].want), rows[k].name);
		assert_int_equal(zone.equal, k == 0 || k == 11);
		assert_int_equal(zone.unknown, k == 10);
	}
}

static void tlsa(void **state)
{
	static char rdata[35] = { 3, 1, 1 };
	static struct inspection_record record = { .text = { rdata, 35 } };
	struct inspection_mx mx = { .host = S("mx.a.test"), .tlsa = found(&record, 1), .probe_n = 2 };
	struct inspection i = good();
	struct publication pub = { .id = "1", .id_kept = true, .ready = true };
	struct zone_wish wish = { .publication = &pub, .tlsa = true };
	struct arena mem = ARENA(memory);
	struct zone zone;

	(void)state;
	i.host = &mx;
	i.host_n = 1;
	mx.probe[0].cert.spki = mx.probe[1].cert.spki = S(
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
	assert_int_equal(zone_of(&i, &wish, &mem, &zone, NULL), OK);
	unit_same(states_of(&zone),
	    S("_smtp TXT same\nmta-sts A same\n_25 TLSA missing\n_25 TLSA kept\n_mta-sts TXT same\n"), "tlsa");
	unit_same(zone.record[2].value,
	    S("3 1 1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"), "value");
	assert_false(zone.record[2].outside);
	mx.host = S("mx.ba.test");
	mx.probe_n = 0;
	mx.tlsa.record_n = 0;
	assert_int_equal(zone_of(&i, &wish, &mem, &zone, NULL), OK);
	assert_true(zone.unknown && zone.record[2].outside);
}

/* RFC 1035 5.1 and 3.3.14  [STS-3.1-n] */
static void values(void **state)
{
	char a[255], want[600];
	struct out long_text = OUT(want);
	static const struct {
		enum dns_type type;
		str value, want;
	} rows[] = {
		{ DNS_TYPE_TXT, STR("v=STSv1; id=1;"), STR("\"v=STSv1; id=1;\"") },
		{ DNS_TYPE_TXT, STR("a\"b\\c"), STR("\"a\\\"b\\\\c\"") },
		{ DNS_TYPE_TXT, STR("\n\x7f\xff"), STR("\"\\010\\127\\255\"") },
		{ DNS_TYPE_TXT, STR(""), STR("\"\"") },
		{ DNS_TYPE_CNAME, STR("a.test"), STR("a.test.") },
		{ DNS_TYPE_A, STR("192.0.2.1"), STR("192.0.2.1") },
	};
	char room[1024];

	(void)state;
	for (size_t k = 0; k < ARRAY_N(rows); k++) {
		struct out out = OUT(room);

		zone_write_value(rows[k].type, rows[k].value, &out);
		unit_same(out_done(&out), rows[k].want, "value");
	}
	memset(a, 'a', sizeof a);
	out_char(&long_text, '"');
	out_str(&long_text, (str){ a, 255 });
	out_str(&long_text, S("\" \"b\""));
	memset(room, 'a', 255);
	room[255] = 'b';
	struct out out = { .p = room + 300, .cap = 700 };

	zone_write_value(DNS_TYPE_TXT, (str){ room, 256 }, &out);
	unit_same(out_done(&out), out_done(&long_text), "more than one character-string");
}

static void scripts(void **state)
{
	struct inspection i = good();
	struct publication pub = { .id = "2", .ready = true };
	struct zone_wish wish = { .publication = &pub, .ttl_s = 60 };
	struct arena mem = ARENA(memory);
	struct zone zone;
	struct out out = OUT(text);

	(void)state;
	assert_int_equal(zone_of(&i, &wish, &mem, &zone, NULL), OK);
	zone_write_nsupdate(&zone, &out);
	unit_same(out_done(&out),
	    S("; a.test: what has to change, in this order\n"
	      "; _mta-sts.a.test: differs, live is \"v=STSv1; id=1\"\n"
	      "update delete _mta-sts.a.test. TXT\n"
	      "update add _mta-sts.a.test. 60 IN TXT \"v=STSv1; id=2;\"\n"
	      "send\n"),
	    "nsupdate");
	zone.record[zone.record_n - 1].wait = true;
	out = OUT(text);
	zone_write_nsupdate(&zone, &out);
	assert_true(str_find(out_done(&out), S("; update add")) < out.n);
	assert_true(str_find(out_done(&out), S("\nupdate")) == out.n);
	out = OUT(text);
	zone_write_file(&zone, &out);
	assert_true(str_find(out_done(&out),
			S("\n_smtp._tls.a.test.\t60\tIN\tTXT\t\"v=TLSRPTv1; rua=mailto:r@a.test\"\n")) < out.n);
	assert_true(str_find(out_done(&out), S("\n; _mta-sts.a.test.\t60\tIN\tTXT\t\"v=STSv1; id=2;\"\n")) < out.n);
}

static void full(void **state)
{
	struct inspection i = good();
	struct publication pub = { .id = "2", .ready = true, .rua = S("mailto:r@a.test") };
	struct zone_wish wish = { .publication = &pub, .rua = S("mailto:x@a.test") };
	struct zone zone;

	(void)state;
	for (size_t size = 0; size < ROOM; size += size < ROOM / 2 ? 1009 : 13) {
		struct arena mem = { .base = memory, .cap = size };
		err e = zone_of(&i, &wish, &mem, &zone, NULL);

		assert_true(e == OK || e == E_LIMIT);
		if (e == OK) {
			unit_same(states_of(&zone),
			    S("_smtp TXT differs\nmta-sts A same\n_mta-sts TXT differs\n"), "small");
			return;
		}
	}
	fail_msg("never enough");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states),
		cmocka_unit_test(tlsa),
		cmocka_unit_test(values),
		cmocka_unit_test(scripts),
		cmocka_unit_test(full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* domain: a canonical name stays what it is; a match is one label, in any case.  Input: pattern LF host. */
#include "wire/domain.h"

#include "test/fuzz/fuzz.h"

static void read_name(str text)
{
	struct domain d, again;
	struct why why = { 0 };
	err e = domain_read(text, &d, &why), as_is = domain_check(text, NULL);

	if (e != OK) {
		fuzz_must(e == E_SYNTAX || e == E_LIMIT);
		fuzz_must_say_why(&why, text);
		fuzz_must(as_is != OK);
		return;
	}
	fuzz_must(d.n > 0 && d.n <= LIMIT_DOMAIN_BYTES && strlen(d.text) == d.n);
	for (size_t i = 0; i < d.n; i++)
		fuzz_must(d.text[i] == str_lower(d.text[i]));
	fuzz_must(domain_check(domain_str(&d), NULL) == OK);
	fuzz_must(domain_read(domain_str(&d), &again, NULL) == OK);
	fuzz_must(str_eq(domain_str(&d), domain_str(&again)));
	if (as_is == OK)
		fuzz_must(str_eq_nocase(text, domain_str(&d)));
}

static size_t dots_n(str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '.';
	return n;
}

static str upper(str s, char *p, size_t cap)
{
	s = str_head(s, cap);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 'a' + 'A') : s.p[i];
	return (str){ p, s.n };
}

static void match(str pattern, str host)
{
	char pattern_mem[512], host_mem[512];
	bool matches = domain_match(pattern, host), right = domain_check_pattern(pattern, NULL) == OK;

	if (pattern.n <= sizeof pattern_mem && host.n <= sizeof host_mem)
		fuzz_must(matches == domain_match(upper(pattern, pattern_mem, sizeof pattern_mem),
		                         upper(host, host_mem, sizeof host_mem)));
	if (right && pattern.p[0] != '*')
		fuzz_must(domain_match(pattern, pattern) == !domain_is_address(pattern));
	if (!matches)
		return;
	fuzz_must(right && host.n > 0);
	if (host.p[host.n - 1] == '.')
		host.n--;
	fuzz_must(dots_n(pattern) == dots_n(host)); /* [STS-4.1-a] "*" is exactly one label */
	if (pattern.p[0] != '*')
		fuzz_must(str_eq_nocase(pattern, host));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	str text = { (const char *)bytes, n }, pattern, host;

	read_name(text);
	if (str_cut(text, '\n', &pattern, &host)) {
		read_name(pattern);
		match(pattern, host);
	}
	return 0;
}

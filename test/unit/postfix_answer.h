/*
 * postfix_answer - a small strict reader of answers as Postfix's smtp_tls_policy.c reads them.
 *
 * Tokens end at blanks, commas and line ends outside of braces; a token in
 * braces is "{ name = value }", any other is name=value.
 */
#ifndef TEST_POSTFIX_ANSWER_H
#define TEST_POSTFIX_ANSWER_H

#include "wire/postfix_tls.h"

static inline bool postfix_answer_separator(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',';
}

static inline bool postfix_answer_token(str *rest, str *token)
{
	size_t level = 0, n = 0;

	while (rest->n > 0 && postfix_answer_separator(rest->p[0]))
		*rest = str_skip(*rest, 1);
	for (; n < rest->n && (level > 0 || !postfix_answer_separator(rest->p[n])); n++) {
		if (rest->p[n] == '{')
			level++;
		else if (rest->p[n] == '}' && level > 0)
			level--;
	}
	*token = str_head(*rest, n);
	*rest = str_skip(*rest, n);
	return n > 0;
}

/* The end of the braces that begin the text; 0 when they are not balanced. */
static inline size_t postfix_answer_braces(str s)
{
	size_t level = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '{')
			level++;
		else if (s.p[i] == '}' && --level == 0)
			return i + 1;
	}
	return 0;
}

static inline bool postfix_answer_attribute(str token, str *name, str *value)
{
	if (token.n > 0 && token.p[0] == '{') {
		if (postfix_answer_braces(token) != token.n)
			return false;
		token = (str){ token.p + 1, token.n - 2 };
	}
	if (!str_cut(token, '=', name, value))
		return false;
	*name = str_trim(*name);
	*value = str_trim(*value);
	return name->n > 0 && str_find(*name, S(" ")) == name->n;
}

/* Is it "." and a Domain, or a Domain, of two labels and in lower case? */
static inline bool postfix_answer_match(str pattern, size_t *n)
{
	bool more = true;
	str one;

	while (more) {
		more = str_cut(pattern, ':', &one, &pattern);
		if (one.n > 0 && one.p[0] == '.')
			one = str_skip(one, 1);
		else if (!memchr(one.p, '.', one.n))
			return false;
		if (domain_check(one, NULL) != OK || domain_is_address(one))
			return false;
		for (size_t i = 0; i < one.n; i++)
			if (one.p[i] != str_lower(one.p[i]))
				return false;
		(*n)++;
	}
	return true;
}

/* Is the value a line of the policy, tabs taken for blanks? */
static inline bool postfix_answer_line(str policy, str value)
{
	str line;

	while (str_line(&policy, &line)) {
		bool same;

		line = str_trim(line);
		same = line.n == value.n && line.n > 0;
		for (size_t i = 0; same && i < line.n; i++)
			same = line.p[i] == value.p[i] || (line.p[i] == '\t' && value.p[i] == ' ');
		if (same)
			return true;
	}
	return false;
}

enum { ANSWER_MATCH, ANSWER_SERVERNAME, ANSWER_PROTOCOLS, ANSWER_TYPE, ANSWER_DOMAIN, ANSWER_FAILURE,
	ANSWER_MX, ANSWER_LINE, ANSWER_N };

struct postfix_answer {
	str level;
	size_t seen[ANSWER_N]; /* how often; ANSWER_MATCH: how many patterns */
};

static inline bool postfix_answer_value(const struct postfix_tls *asked, str name, str value,
    struct postfix_answer *a)
{
	static const str names[] = { STR("match"), STR("servername"), STR("protocols"), STR("policy_type"),
		STR("policy_domain"), STR("policy_failure"), STR("mx_host_pattern"), STR("policy_string") };
	size_t i = 0;

	while (i < ANSWER_N && !str_eq(name, names[i]))
		i++;
	if (i == ANSWER_N || (a->seen[i] > 0 && i < ANSWER_MX))
		return false;
	if (i == ANSWER_MATCH)
		return postfix_answer_match(value, &a->seen[i]);
	a->seen[i]++;
	switch (i) {
	case ANSWER_SERVERNAME:
		return str_eq(value, S("hostname"));
	case ANSWER_PROTOCOLS:
		return str_eq(value, asked->protocols);
	case ANSWER_TYPE:
		return str_eq(value, S("sts"));
	case ANSWER_DOMAIN:
		return str_eq_nocase(value, asked->domain) && domain_check(value, NULL) == OK;
	case ANSWER_FAILURE:
		return str_eq(value, result_type_name(asked->failure));
	case ANSWER_MX:
		return domain_check_pattern(value, NULL) == OK;
	default:
		return postfix_answer_line(asked->policy, value) || str_eq(value, S("version: STSv1"));
	}
}

/* The answer holds what was asked for and nothing else. */
static inline bool postfix_answer_read(const struct postfix_tls *asked, str data, struct postfix_answer *a)
{
	bool tlsrpt;
	str token, name, value;

	*a = (struct postfix_answer){ 0 };
	if (memchr(data.p, '\0', data.n) || !str_utf8(data, NULL) || !postfix_answer_token(&data, &a->level))
		return false;
	while (postfix_answer_token(&data, &token))
		if (!postfix_answer_attribute(token, &name, &value) ||
		    !postfix_answer_value(asked, name, value, a))
			return false;
	tlsrpt = a->seen[ANSWER_TYPE] > 0;
	if (!str_eq(a->level, S("secure")))
		return a->seen[ANSWER_MATCH] == 0 && !tlsrpt;
	return a->seen[ANSWER_MATCH] > 0 && a->seen[ANSWER_SERVERNAME] == 1 &&
	    a->seen[ANSWER_PROTOCOLS] == (asked->protocols.n > 0) && a->seen[ANSWER_DOMAIN] == tlsrpt &&
	    a->seen[ANSWER_MX] == (tlsrpt ? a->seen[ANSWER_MATCH] : 0) &&
	    a->seen[ANSWER_FAILURE] == (tlsrpt && asked->failure != RESULT_TYPE_OTHER) &&
	    (a->seen[ANSWER_LINE] > 0) == tlsrpt && (!tlsrpt || asked->form == POSTFIX_TLS_FORM_TLSRPT);
}

#endif

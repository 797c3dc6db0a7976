#include "base/date.h"

#define RULE "RFC 3339 5.6"
#define FIRST INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define LAST INT64_C(253402300799)  /* 9999-12-31T23:59:59Z */

struct civil {
	int64_t year;
	unsigned month; /* 1..12 */
	unsigned day;   /* 1..31 */
};

/* Days since 1970-01-01, proleptic Gregorian; years counted from March so that leap days come last. */
static int64_t days_of(struct civil c)
{
	int64_t y = c.year - (c.month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t from_march = (int64_t)c.month + (c.month > 2 ? -3 : 9);
	int64_t of_year = (153 * from_march + 2) / 5 + c.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static struct civil civil_of(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;
	struct civil c;

	c.day = (unsigned)(of_year - (153 * m + 2) / 5 + 1);
	c.month = (unsigned)(m < 10 ? m + 3 : m - 9);
	c.year = y + era * 400 + (c.month <= 2);
	return c;
}

/* n digits at the head of *rest. */
static bool take_number(str *rest, size_t n, unsigned *v)
{
	unsigned sum = 0;

	if (rest->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!str_is_digit(rest->p[i]))
			return false;
		sum = sum * 10 + (unsigned)(rest->p[i] - '0');
	}
	*v = sum;
	*rest = str_skip(*rest, n);
	return true;
}

static bool take_char(str *rest, char c)
{
	if (rest->n == 0 || str_lower(rest->p[0]) != c)
		return false;
	*rest = str_skip(*rest, 1);
	return true;
}

static unsigned month_days(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

static err take_day(str text, str *rest, unix_s *t, struct why *why)
{
	unsigned year, month, day;

	*rest = text;
	if (!take_number(rest, 4, &year) || !take_char(rest, '-') || !take_number(rest, 2, &month) ||
	    !take_char(rest, '-') || !take_number(rest, 2, &day))
		return why_set(why, E_SYNTAX, RULE, text.n - rest->n, "not a date like 2016-04-01");
	if (year == 0 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
		return why_set(why, E_RULE, "RFC 3339 5.7", 0, "there is no such day");
	*t = days_of((struct civil){ year, month, day }) * DATE_DAY_S;
	return OK;
}

/* time-offset: Z or +hh:mm; the seconds to subtract. */
static bool take_offset(str *rest, int64_t *seconds)
{
	unsigned hour, minute;
	int64_t sign;

	*seconds = 0;
	if (take_char(rest, 'z'))
		return true;
	if (rest->n == 0 || (rest->p[0] != '+' && rest->p[0] != '-'))
		return false;
	sign = rest->p[0] == '+' ? 1 : -1;
	*rest = str_skip(*rest, 1);
	if (!take_number(rest, 2, &hour) || !take_char(rest, ':') || !take_number(rest, 2, &minute) ||
	    hour > 23 || minute > 59)
		return false;
	*seconds = sign * (int64_t)(hour * 3600 + minute * 60);
	return true;
}

err date_read(str text, unix_s *t, struct why *why)
{
	unsigned hour, minute, second;
	int64_t offset;
	unix_s day = 0;
	str rest;

	TRY(take_day(text, &rest, &day, why));
	if (!take_char(&rest, 't') || !take_number(&rest, 2, &hour) || !take_char(&rest, ':') ||
	    !take_number(&rest, 2, &minute) || !take_char(&rest, ':') || !take_number(&rest, 2, &second))
		return why_set(why, E_SYNTAX, RULE, text.n - rest.n, "not a time like T23:59:59");
	if (hour > 23 || minute > 59 || second > 60)
		return why_set(why, E_RULE, "RFC 3339 5.7", 11, "there is no such time");
	if (take_char(&rest, '.')) {
		size_t digits = 0;

		while (digits < rest.n && str_is_digit(rest.p[digits]))
			digits++;
		if (digits == 0)
			return why_set(why, E_SYNTAX, RULE, text.n - rest.n, "no digit after \".\"");
		rest = str_skip(rest, digits);
	}
	if (!take_offset(&rest, &offset))
		return why_set(why, E_SYNTAX, RULE, text.n - rest.n, "no time zone (Z or +hh:mm)");
	if (rest.n > 0)
		return why_set(why, E_SYNTAX, RULE, text.n - rest.n, "text after the date-time");
	day += (int64_t)(hour * 3600 + minute * 60 + (second == 60 ? 59 : second)) - offset;
	if (day < FIRST || day > LAST)
		return why_set(why, E_RULE, RULE, 0, "not in the years 0001 to 9999 of UTC");
	*t = day;
	return OK;
}

err date_read_day(str text, unix_s *t, struct why *why)
{
	unix_s day = 0;
	str rest;

	TRY(take_day(text, &rest, &day, why));
	if (rest.n > 0)
		return why_set(why, E_SYNTAX, RULE, text.n - rest.n, "text after the date");
	*t = day;
	return OK;
}

unix_s date_day(unix_s t)
{
	unix_s days = t / DATE_DAY_S - (t % DATE_DAY_S < 0);

	return days * DATE_DAY_S;
}

void date_write_day(unix_s t, struct out *out)
{
	struct civil c = civil_of(date_day(t) / DATE_DAY_S);

	out_fmt(out, "%04lld-%02u-%02u", (long long)c.year, c.month, c.day);
}

void date_write(unix_s t, struct out *out)
{
	unsigned s = (unsigned)(t - date_day(t));

	date_write_day(t, out);
	out_fmt(out, "T%02u:%02u:%02uZ", s / 3600, s / 60 % 60, s % 60);
}

void date_write_mail(unix_s t, struct out *out)
{
	static const char weekday[7][4] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char month[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t days = date_day(t) / DATE_DAY_S;
	struct civil c = civil_of(days);
	unsigned s = (unsigned)(t - days * DATE_DAY_S);

	out_fmt(out, "%s, %02u %s %04lld %02u:%02u:%02u +0000", weekday[(days % 7 + 7) % 7], c.day,
	    month[c.month - 1], (long long)c.year, s / 3600, s / 60 % 60, s % 60);
}

#include "wire/json_out.h"
#include "wire/member.h"
#include "wire/report.h"

/* "name":"text" with a comma before it unless *first. */
static void out_text(struct out *out, bool *first, enum member_object object, unsigned member, str text)
{
	json_out_key(out, first, member_name(object, member));
	json_out_str(out, text);
}

static void out_count(struct out *out, bool *first, enum member_object object, unsigned member, uint64_t n)
{
	json_out_key(out, first, member_name(object, member));
	out_u64(out, n);
}

static void out_date(struct out *out, bool *first, unsigned member, unix_s t)
{
	json_out_key(out, first, member_name(MEMBER_OF_RANGE, member));
	out_char(out, '"');
	date_write(t, out);
	out_char(out, '"');
}

static void out_failure(struct out *out, const struct report_failure *f)
{
	const enum member_object of = MEMBER_OF_FAILURE;
	str type = f->type == RESULT_TYPE_OTHER ? f->result_type : result_type_name(f->type);
	bool first = true;

	out_char(out, '{');
	out_text(out, &first, of, MEMBER_RESULT_TYPE, type);
	if (f->sending_mta_ip.n > 0)
		out_text(out, &first, of, MEMBER_SENDING_MTA_IP, f->sending_mta_ip);
	if (f->receiving_mx_hostname.n > 0)
		out_text(out, &first, of, MEMBER_RECEIVING_MX_HOSTNAME, f->receiving_mx_hostname);
	if (f->receiving_mx_helo.n > 0)
		out_text(out, &first, of, MEMBER_RECEIVING_MX_HELO, f->receiving_mx_helo);
	if (f->receiving_ip.n > 0)
		out_text(out, &first, of, MEMBER_RECEIVING_IP, f->receiving_ip);
	out_count(out, &first, of, MEMBER_SESSIONS, f->sessions);
	if (f->additional_information.n > 0)
		out_text(out, &first, of, MEMBER_ADDITIONAL_INFORMATION, f->additional_information);
	if (f->failure_reason_code.n > 0)
		out_text(out, &first, of, MEMBER_FAILURE_REASON_CODE, f->failure_reason_code);
	out_char(out, '}');
}

static void out_applied(struct out *out, const struct report_policy *p)
{
	const enum member_object of = MEMBER_OF_POLICY;
	str type = p->type == REPORT_POLICY_OTHER ? p->type_text : report_policy_type_name(p->type);
	bool first = true;

	out_char(out, '{');
	out_text(out, &first, of, MEMBER_POLICY_TYPE, type);
	json_out_key(out, &first, member_name(of, MEMBER_POLICY_STRING));
	json_out_strs(out, p->policy_string, p->policy_string_n);
	if (p->domain.n > 0)
		out_text(out, &first, of, MEMBER_POLICY_DOMAIN, p->domain);
	json_out_key(out, &first, member_name(of, MEMBER_MX_HOST));
	json_out_strs(out, p->mx_host, p->mx_host_n);
	out_char(out, '}');
}

static void out_entry(struct out *out, const struct report_policy *p)
{
	bool first = true, of_summary = true;

	out_char(out, '{');
	json_out_key(out, &first, member_name(MEMBER_OF_ENTRY, MEMBER_POLICY));
	out_applied(out, p);
	json_out_key(out, &first, member_name(MEMBER_OF_ENTRY, MEMBER_SUMMARY));
	out_char(out, '{');
	out_count(out, &of_summary, MEMBER_OF_SUMMARY, MEMBER_SUCCESSES, p->successes);
	out_count(out, &of_summary, MEMBER_OF_SUMMARY, MEMBER_FAILED, p->failures);
	out_char(out, '}');
	json_out_key(out, &first, member_name(MEMBER_OF_ENTRY, MEMBER_FAILURES));
	out_char(out, '[');
	for (size_t i = 0; i < p->failure_n; i++) {
		if (i > 0)
			out_char(out, ',');
		out_failure(out, &p->failure[i]);
	}
	out_str(out, S("]}"));
}

/* [RPT-4.4-a] [RPT-4-c] */
void report_write(const struct report *report, struct out *out)
{
	const enum member_object of = MEMBER_OF_REPORT;
	bool first = true, of_range = true;

	out_char(out, '{');
	out_text(out, &first, of, MEMBER_ORGANIZATION, report->organization);
	json_out_key(out, &first, member_name(of, MEMBER_DATE_RANGE));
	out_char(out, '{');
	if (report->start_known)
		out_date(out, &of_range, MEMBER_START, report->start);
	if (report->end_known)
		out_date(out, &of_range, MEMBER_END, report->end);
	out_char(out, '}');
	out_text(out, &first, of, MEMBER_CONTACT_INFO, report->contact_info);
	out_text(out, &first, of, MEMBER_REPORT_ID, report->report_id);
	json_out_key(out, &first, member_name(of, MEMBER_POLICIES));
	out_char(out, '[');
	for (size_t i = 0; i < report->policy_n; i++) {
		if (i > 0)
			out_char(out, ',');
		out_entry(out, &report->policy[i]);
	}
	out_str(out, S("]}"));
}

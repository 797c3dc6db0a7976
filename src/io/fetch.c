#include "io/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "io/clock.h"
#include "io/fetch_tls.h"
#include "io/fetch_url.h"
#include "io/memory.h"

#define TIMEOUT_MS 60000
#define CONNECT_MS 10000
#define OPEN_MAX_N 128
#define PORT 443
#define HTTP_PORT 80
#define OTHER_BODY_BYTES 4096 /* of an answer that is no policy: to show who speaks */

/* A gzip file of nothing: what an empty report would come as.  RFC 1952 */
static const char nothing[20] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0";

struct fetch_job {
	struct fetch *fetch;
	struct fetch_job *before, *after; /* among the waiting, or the open */
	bool is_open;                     /* has a connection, or may have one */
	fetch_call *call;
	void *arg;

	enum fetch_kind kind;
	struct domain host;
	char *url; /* owned */
	uint16_t port;
	uint32_t timeout_ms;
	struct network_address *addresses; /* owned */
	size_t addresses_n, next, skipped_n;
	uint64_t begin_ms;

	CURL *curl; /* is_open */
	struct curl_slist *connect_to;
	struct curl_slist *host_field; /* of a request without SNI; owned */
	struct loop_watch *patience; /* ends a TCP handshake */
	bool lost_patience;
	struct fetch_result result;
	struct fetch_tls tls;
	char *body; /* owned */
	size_t body_n, body_cap;
	bool is_cut; /* there was more body than we take */
	struct http_head head;
	char error[CURL_ERROR_SIZE];
};

struct jobs {
	struct fetch_job *first, *last;
};

struct fetch {
	struct loop *loop;
	struct fetch_settings settings;
	CURLM *multi;
	struct loop_watch *turn, *timer;
	struct jobs waiting, open;
	unsigned open_n;
	CURL **idle; /* handles with all their options, for the next jobs */
	unsigned idle_n;
	struct curl_slist *report_fields; /* of the head of a POST */
};

/* A socket of libcurl's. */
struct line {
	struct fetch *fetch;
	struct loop_watch *watch;
	curl_socket_t fd;
};

static void must_take(bool taken)
{
	if (!taken)
		(void)memory_must(NULL);
}

static void append(struct jobs *jobs, struct fetch_job *job)
{
	job->before = jobs->last;
	job->after = NULL;
	*(job->before ? &job->before->after : &jobs->first) = job;
	jobs->last = job;
}

static void take_out(struct jobs *jobs, struct fetch_job *job)
{
	*(job->before ? &job->before->after : &jobs->first) = job->after;
	*(job->after ? &job->after->before : &jobs->last) = job->before;
}

/* Never 0: that is "not reached". */
static uint32_t since_begin(const struct fetch_job *job)
{
	uint64_t ms = clock_ms() - job->begin_ms;

	return ms > 0 ? (uint32_t)ms : 1;
}

/* ---- TLS and HTTP ---- */

/* TLS begins: there is a connection. */
static CURLcode prepare_tls(CURL *curl, void *ssl_ctx, void *arg)
{
	struct fetch_job *job = arg;

	(void)curl;
	job->result.connect_ms = since_begin(job);
	fetch_tls_hook(&job->tls, ssl_ctx);
	return CURLE_OK;
}

/* The request is about to go out: TLS, where there is any, is ready. */
static int on_request(void *arg, char *ip, char *own_ip, int port, int own_port)
{
	struct fetch_job *job = arg;

	(void)ip, (void)own_ip, (void)port, (void)own_port;
	job->result.tls_ms = since_begin(job);
	if (job->result.connect_ms == 0)
		job->result.connect_ms = job->result.tls_ms;
	return CURL_PREREQFUNC_OK;
}

static size_t on_line(char *p, size_t size, size_t n, void *arg)
{
	struct fetch_job *job = arg;

	return http_head_line(&job->head, (str){ p, size * n }) ? size * n : 0;
}

/* Part of a body.  [STS-3.3-j] */
static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct fetch_job *job = arg;
	size_t most = job->kind == FETCH_CRL ? LIMIT_CRL_BYTES : LIMIT_POLICY_BYTES;
	size_t limit = job->head.status == 200 ? most + 1 : OTHER_BODY_BYTES;
	size_t want = size * n, room = limit - job->body_n, take = want < room ? want : room;

	if (job->body_cap - job->body_n < take) {
		job->body_cap = job->body_n + take < limit / 2 ? 2 * (job->body_n + take) : limit;
		job->body = memory_must(realloc(job->body, job->body_cap));
	}
	memcpy(job->body + job->body_n, p, take);
	job->body_n += take;
	job->is_cut = take < want || job->body_n > most;
	return job->is_cut ? 0 : want;
}

/* ---- one address ---- */

static CURL *handle_new(const struct fetch_settings *settings)
{
	CURL *curl = memory_must(curl_easy_init());

	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);                  /* [STS-3.3-g] */
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2); /* [STS-7.2-a] */
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* nor one of the environment */
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(curl, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L); /* on_certificate does: libcurl's takes a CN */
	curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);       /* on_certificate has the roots */
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);       /* else read anew for every connection */
	curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, prepare_tls);
	curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, on_request);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_line);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, settings->user_agent);
	return curl;
}

/* What is asked for; a handle may have asked something else before. */
static void word(struct fetch_job *job)
{
	CURL *curl = job->curl;

	must_take(curl_easy_setopt(curl, CURLOPT_URL, job->url) == CURLE_OK);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, fetch_url_is_clear(job->kind) ? "http" : "https");
	curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, job->host_field);
	if (job->kind != FETCH_REPORT)
		return;
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, nothing);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)sizeof nothing);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, job->fetch->report_fields);
}

static void aim(struct fetch_job *job, const struct network_address *address, uint64_t left_ms)
{
	char to[96];
	struct out out = { to, sizeof to - 1, 0, false };
	CURL *curl = job->curl;

	word(job);
	out_str(&out, address->n == 16 ? S("::[") : S("::")); /* whatever host and port: this address */
	network_write_address(address, &out);
	out_str(&out, address->n == 16 ? S("]:") : S(":"));
	out_u64(&out, job->port);
	to[out.n] = '\0';
	job->connect_to = memory_must(curl_slist_append(NULL, to));
	curl_easy_setopt(curl, CURLOPT_CONNECT_TO, job->connect_to);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)left_ms);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)left_ms); /* theirs would include TLS */
	curl_easy_setopt(curl, CURLOPT_PRIVATE, job);
	curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, job);
	curl_easy_setopt(curl, CURLOPT_PREREQDATA, job);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, job);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, job);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, job->error);
}

static void stop_transfer(struct fetch_job *job)
{
	(void)curl_multi_remove_handle(job->fetch->multi, job->curl);
	curl_easy_setopt(job->curl, CURLOPT_ERRORBUFFER, NULL);
	curl_slist_free_all(job->connect_to);
	job->connect_to = NULL;
	loop_drop(&job->patience);
}

static void end_job(struct fetch_job *job)
{
	struct fetch *f = job->fetch;

	take_out(job->is_open ? &f->open : &f->waiting, job);
	if (job->is_open) {
		f->open_n--;
		f->idle[f->idle_n++] = job->curl;
	}
	free(job->addresses);
	free(job->url);
	curl_slist_free_all(job->host_field);
	fetch_tls_end(&job->tls);
	free(job->body);
	free(job);
}

static void finish(struct fetch_job *job, enum sts_fetch_cause cause)
{
	struct fetch *f = job->fetch;

	job->result.fetch.cause = cause;
	job->result.total_ms = since_begin(job);
	job->result.head = &job->head;
	job->result.tls_version = job->tls.version;
	job->result.chain = &job->tls.chain;
	job->result.verdict = &job->tls.verdict;
	job->result.reply = (struct sts_fetch_reply){ job->head.status, job->head.content_type,
		{ job->body, job->body_n } };
	/* a job that is told is out of reach of fetch_cancel */
	job->call(job->arg, &job->result);
	end_job(job);
	if (f->waiting.first)
		loop_set(f->turn, LOOP_TIME, 0);
}
static void refuse(struct fetch_job *job, enum fetch_connect connect, const char *text)
{
	job->result.connect = connect;
	(void)why_set(&job->result.why, E_TEMP, "", 0, "%s", text);
	finish(job, STS_FETCH_CONNECT);
}

/* Whatever the address before it left. */
static void forget_address(struct fetch_job *job)
{
	struct fetch_result *result = &job->result;

	fetch_tls_begin(&job->tls, job->fetch->settings.store, domain_str(&job->host));
	result->connect_ms = result->tls_ms = 0;
	http_head_begin(&job->head);
	job->lost_patience = job->is_cut = false;
	job->body_n = 0;
	job->error[0] = '\0';
}

static void out_of_patience(void *arg, unsigned what);

/* Connect to the next address that may be connected to; without one the job ends. */
static void try_next(struct fetch_job *job)
{
	struct fetch *f = job->fetch;
	uint64_t gone_ms = clock_ms() - job->begin_ms;

	while (job->next < job->addresses_n &&
	    !network_may_connect(&job->addresses[job->next], &f->settings.allow))
		job->next++;
	if (job->next == job->addresses_n || gone_ms >= job->timeout_ms) {
		if (job->result.address.n > 0)
			finish(job, STS_FETCH_CONNECT); /* why is still that of the last one */
		else if (job->addresses_n > 0)
			refuse(job, FETCH_CONNECT_PRIVATE, "only private addresses");
		else
			refuse(job, FETCH_CONNECT_NOWHERE, "no address to connect to");
		return;
	}
	if (job->result.address.n > 0)
		job->skipped_n++;
	forget_address(job);
	job->result.skipped_n = job->skipped_n;
	job->result.address = job->addresses[job->next++];
	aim(job, &job->result.address, job->timeout_ms - gone_ms);
	job->patience = loop_timer(f->loop, f->settings.connect_ms, out_of_patience, job);
	must_take(curl_multi_add_handle(f->multi, job->curl) == CURLM_OK);
}

/* ---- how it ended ---- */

static void fail_connect(struct fetch_job *job, CURLcode code)
{
	struct fetch_result *result = &job->result;
	long number = 0;

	curl_easy_getinfo(job->curl, CURLINFO_OS_ERRNO, &number);
	if (job->lost_patience || code == CURLE_OPERATION_TIMEDOUT || number == ETIMEDOUT)
		result->connect = FETCH_CONNECT_TIMEOUT;
	else if (number == ECONNREFUSED || number == ECONNRESET)
		result->connect = FETCH_CONNECT_REFUSED;
	else
		result->connect = FETCH_CONNECT_UNREACHABLE;
	if (result->connect == FETCH_CONNECT_TIMEOUT)
		(void)why_set(&result->why, E_TEMP, "", 0, "no connection in time");
	else
		(void)why_set(&result->why, E_TEMP, "", 0, "%s", number ? strerror((int)number) : job->error);
	stop_transfer(job);
	try_next(job);
}

static enum sts_fetch_cause cause_of(struct fetch_job *job, CURLcode code)
{
	struct fetch_result *result = &job->result;
	bool has_reply = job->head.status >= 200;

	if (job->tls.verdict.faults != 0) {
		result->fetch.cert = job->tls.verdict.faults;
		return STS_FETCH_CERTIFICATE;
	}
	if (result->tls_ms == 0) {
		result->fetch.tls = fetch_tls_fault(&job->tls, code == CURLE_OPERATION_TIMEDOUT);
		return STS_FETCH_TLS;
	}
	if (has_reply && (code == CURLE_OK || job->is_cut || job->head.status != 200))
		return STS_FETCH_OK;
	if (!has_reply && job->tls.alert_in >= 0) { /* TLS 1.3: it minds our handshake only now */
		result->fetch.tls = fetch_tls_fault(&job->tls, code == CURLE_OPERATION_TIMEDOUT);
		return STS_FETCH_TLS;
	}
	return code == CURLE_OPERATION_TIMEDOUT ? STS_FETCH_TIMEOUT : STS_FETCH_HTTP_IO;
}

static void transferred(struct fetch_job *job, CURLcode code)
{
	struct fetch_result *result = &job->result;
	enum sts_fetch_cause cause;

	if (code == CURLE_OUT_OF_MEMORY)
		(void)memory_must(NULL);
	if (result->connect_ms == 0) {
		fail_connect(job, code);
		return;
	}
	cause = cause_of(job, code);
	result->connect = FETCH_CONNECT_OK;
	(void)why_set(&result->why, E_TEMP, "", 0, "%s",
	    job->error[0] ? job->error : curl_easy_strerror(code));
	if (cause == STS_FETCH_OK)
		result->why = (struct why){ 0 };
	stop_transfer(job);
	finish(job, cause);
}

static void out_of_patience(void *arg, unsigned what)
{
	struct fetch_job *job = arg;

	(void)what;
	loop_drop(&job->patience);
	if (job->result.connect_ms > 0)
		return;
	job->lost_patience = true;
	transferred(job, CURLE_OPERATION_TIMEDOUT);
}

/* ---- libcurl on the loop ---- */

static void collect(struct fetch *f)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(f->multi, &left)) != NULL) {
		struct fetch_job *job = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &job);
		transferred(job, code);
	}
}

static void timed(void *arg, unsigned what)
{
	struct fetch *f = arg;
	int running;

	(void)what;
	(void)curl_multi_socket_action(f->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect(f);
}

static void happened(void *arg, unsigned what)
{
	struct line *line = arg;
	struct fetch *f = line->fetch;
	int running;

	(void)curl_multi_socket_action(f->multi, line->fd,
	    (what & LOOP_READ ? CURL_CSELECT_IN : 0) | (what & LOOP_WRITE ? CURL_CSELECT_OUT : 0), &running);
	collect(f);
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
	struct fetch *f = arg;

	(void)multi;
	loop_set(f->timer, ms == 0 ? LOOP_TIME : 0, ms > 0 ? (uint32_t)ms : 0);
	return 0;
}

static int on_socket(CURL *curl, curl_socket_t fd, int what, void *arg, void *watched)
{
	unsigned bits = (what & CURL_POLL_IN ? LOOP_READ : 0) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0);
	struct line *line = watched;
	struct fetch *f = arg;

	(void)curl;
	if (what == CURL_POLL_REMOVE) {
		if (line)
			loop_drop(&line->watch);
		free(line);
		(void)curl_multi_assign(f->multi, fd, NULL);
	} else if (line) {
		loop_set(line->watch, bits, 0);
	} else {
		line = memory_must(calloc(1, sizeof *line));
		*line = (struct line){ .fetch = f, .fd = fd };
		line->watch = loop_watch(f->loop, fd, bits, 0, happened, line);
		(void)curl_multi_assign(f->multi, fd, line);
	}
	return 0;
}

static void turned(void *arg, unsigned what)
{
	struct fetch *f = arg;

	(void)what;
	while (f->waiting.first && f->open_n < f->settings.open_max) {
		struct fetch_job *job = f->waiting.first;

		take_out(&f->waiting, job);
		append(&f->open, job);
		job->is_open = true;
		f->open_n++;
		job->curl = f->idle_n > 0 ? f->idle[--f->idle_n] : handle_new(&f->settings);
		job->begin_ms = clock_ms();
		if (job->host.n == 0)
			refuse(job, FETCH_CONNECT_NOWHERE, "not a host name");
		else
			try_next(job);
	}
}

/* ---- what others call ---- */

err fetch_open(struct loop *loop, const struct fetch_settings *settings, struct fetch **fetch,
    struct why *why)
{
	struct fetch *f;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return why_set(why, E_TEMP, "", 0, "libcurl does not start");
	(void)signal(SIGPIPE, SIG_IGN); /* with NOSIGNAL libcurl leaves that to us */
	f = memory_must(calloc(1, sizeof *f));
	f->loop = loop;
	f->settings = *settings;
	f->settings.user_agent = settings->user_agent ? settings->user_agent : "postseal";
	f->settings.timeout_ms = settings->timeout_ms > 0 ? settings->timeout_ms : TIMEOUT_MS;
	f->settings.connect_ms = settings->connect_ms > 0 ? settings->connect_ms : CONNECT_MS;
	f->settings.open_max = settings->open_max > 0 ? settings->open_max : OPEN_MAX_N;
	f->settings.port = settings->port > 0 ? settings->port : PORT;
	f->report_fields = memory_must(curl_slist_append(NULL, "Content-Type: application/tlsrpt+gzip"));
	f->idle = memory_must(calloc(f->settings.open_max, sizeof(CURL *)));
	f->multi = memory_must(curl_multi_init());
	f->turn = loop_timer(loop, 1, turned, f);
	f->timer = loop_timer(loop, 1, timed, f);
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
	*fetch = f;
	return OK;
}

static void close_all(struct fetch_job *job)
{
	while (job) {
		struct fetch_job *next = job->after;

		fetch_cancel(&job);
		job = next;
	}
}

void fetch_close(struct fetch *f)
{
	if (!f)
		return;
	close_all(f->waiting.first);
	close_all(f->open.first);
	while (f->idle_n > 0)
		curl_easy_cleanup(f->idle[--f->idle_n]);
	(void)curl_multi_cleanup(f->multi);
	loop_drop(&f->turn);
	loop_drop(&f->timer);
	curl_slist_free_all(f->report_fields);
	free(f->idle);
	free(f);
	curl_global_cleanup();
}

static struct curl_slist *host_field(const struct domain *host)
{
	char text[LIMIT_DOMAIN_BYTES + 8];

	(void)snprintf(text, sizeof text, "Host: %s", host->text);
	return memory_must(curl_slist_append(NULL, text));
}

struct fetch_job *fetch_start(struct fetch *f, const struct fetch_request *request, fetch_call *call,
    void *arg)
{
	struct fetch_job *job = memory_must(calloc(1, sizeof *job));

	job->fetch = f;
	job->call = call;
	job->arg = arg;
	job->kind = request->kind;
	job->timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : f->settings.timeout_ms;
	job->port = fetch_url_is_clear(job->kind) ? HTTP_PORT : f->settings.port;
	if (request->kind != FETCH_POLICY && request->port > 0)
		job->port = request->port;
	http_head_begin(&job->head);
	if (domain_read(request->host, &job->host, NULL) != OK)
		job->host = (struct domain){ 0 };
	if (request->no_sni)
		job->host_field = host_field(&job->host);
	job->url = memory_must(fetch_url(request, job->host.text, job->port));
	job->addresses = memory_must(calloc(request->addresses_n + 1, sizeof *job->addresses));
	job->addresses_n = request->addresses_n;
	if (request->addresses_n > 0)
		memcpy(job->addresses, request->addresses, request->addresses_n * sizeof *job->addresses);
	append(&f->waiting, job);
	loop_set(f->turn, LOOP_TIME, 0);
	return job;
}

void fetch_cancel(struct fetch_job **job)
{
	struct fetch_job *j = *job;

	if (!j)
		return;
	if (j->is_open)
		stop_transfer(j);
	if (j->fetch->waiting.first)
		loop_set(j->fetch->turn, LOOP_TIME, 0);
	end_job(j);
	*job = NULL;
}

/*
 * What a verified STARTTLS probe costs the client's CPU, beside a bare blocking
 * loop that does the same with OpenSSL alone.  The server is other processes.
 *
 *   bench_probe FOLDER [N]     certificates of test/io/certs.py; N probes each (default 3000)
 */
#include "io/clock.h"
#include "io/probe.h"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SERVERS_N 2
#define OPEN_N 64
#define NAME "mx.example.test"

static char folder[256];

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static const char *path(const char *name)
{
	static char text[512];

	(void)snprintf(text, sizeof text, "%s/%s", folder, name);
	return text;
}

static SSL_CTX *server_ctx(void)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	must(SSL_CTX_use_certificate_chain_file(ctx, path("good.chain")) == 1, "good.chain");
	must(SSL_CTX_use_PrivateKey_file(ctx, path("good.key"), SSL_FILETYPE_PEM) == 1, "good.key");
	return ctx;
}

static void say(int fd, const char *text)
{
	(void)!write(fd, text, strlen(text));
}

static void serve(SSL_CTX *ctx, int fd)
{
	static char in[4096];
	size_t n;
	SSL *ssl = SSL_new(ctx);

	say(fd, "220 mx.example.test\r\n");
	(void)!read(fd, in, sizeof in);
	say(fd, "250-mx.example.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n");
	(void)!read(fd, in, sizeof in);
	say(fd, "220 go\r\n");
	(void)SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1 && SSL_read_ex(ssl, in, sizeof in, &n) == 1) {
		(void)SSL_write(ssl, "250 mx.example.test\r\n", 21);
		if (SSL_read_ex(ssl, in, sizeof in, &n) == 1)
			(void)SSL_write(ssl, "221 bye\r\n", 9);
		(void)!read(fd, in, sizeof in);
	}
	SSL_free(ssl);
	(void)close(fd);
}

static uint16_t start_servers(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof to;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	must(bind(fd, (struct sockaddr *)&to, n) == 0 && listen(fd, 1024) == 0, "listen");
	must(getsockname(fd, (struct sockaddr *)&to, &n) == 0, "getsockname");
	for (int i = 0; i < SERVERS_N; i++) {
		if (fork() != 0)
			continue;
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)signal(SIGPIPE, SIG_IGN);
		for (SSL_CTX *ctx = server_ctx();;)
			serve(ctx, accept(fd, NULL, NULL));
	}
	(void)close(fd);
	return ntohs(to.sin_port);
}

static double cpu_us(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void bare(SSL_CTX *ctx, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	static char in[4096];
	SSL *ssl = SSL_new(ctx);
	size_t n;

	must(connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
	(void)!read(fd, in, sizeof in);
	say(fd, "EHLO me\r\n");
	(void)!read(fd, in, sizeof in);
	say(fd, "STARTTLS\r\n");
	(void)!read(fd, in, sizeof in);
	(void)SSL_set_fd(ssl, fd);
	SSL_set_tlsext_host_name(ssl, NAME);
	must(SSL_set1_host(ssl, NAME) == 1 && SSL_connect(ssl) == 1, "SSL_connect");
	(void)SSL_write(ssl, "EHLO me\r\n", 9);
	must(SSL_read_ex(ssl, in, sizeof in, &n) == 1, "EHLO");
	(void)SSL_write(ssl, "QUIT\r\n", 6);
	(void)SSL_read_ex(ssl, in, sizeof in, &n);
	(void)SSL_shutdown(ssl);
	SSL_free(ssl);
	(void)close(fd);
}

static double bare_us(uint16_t port, unsigned n)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	double start;

	must(SSL_CTX_load_verify_locations(ctx, path("root.pem"), NULL) == 1, "root.pem");
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	bare(ctx, port);
	start = cpu_us();
	for (unsigned i = 0; i < n; i++)
		bare(ctx, port);
	start = cpu_us() - start;
	SSL_CTX_free(ctx);
	return start / n;
}

struct run {
	struct loop *loop;
	struct cert_store *store;
	bool remember;
	unsigned left, good;
	uint8_t digest[CERT_DIGEST_BYTES];
	struct cert_verdict verdict;
};

static void on_result(void *arg, const struct probe_result *r)
{
	struct run *run = arg;

	bool met = run->remember && memcmp(run->digest, r->chain_digest, sizeof run->digest) == 0;

	if (r->outcome == MX_CHECK_TLS && !met) {
		memcpy(run->digest, r->chain_digest, sizeof run->digest);
		cert_judge(&(struct cert_question){ run->store, &r->tls.chain, S(NAME), clock_now(), NULL, 0 },
		    &run->verdict);
	}
	run->good += r->outcome == MX_CHECK_TLS && run->verdict.faults == 0;
	if (--run->left == 0)
		loop_stop(run->loop);
}

static double probe_us(uint16_t port, unsigned n, bool remember)
{
	struct network all = { { 4, { 127 } }, 8 };
	struct probe_rules rules = { .name = S("me"), .allow = { &all, 1 }, .open_n = OPEN_N, .per_host_n = OPEN_N };
	struct probe_order order = { .to = { { 4, { 127, 0, 0, 1 } }, port } };
	struct run run = { .loop = loop_open(), .remember = remember, .left = n };
	struct probes *probes;
	struct tls *tls;
	double start;

	must(cert_store_open(path("root.pem"), &run.store, NULL) == OK, "store");
	must(tls_open(TLS_PROBING, NULL, NULL, &tls, NULL) == OK, "tls");
	must(domain_read(S(NAME), &order.name, NULL) == OK, "name");
	must(probe_open(run.loop, tls, &rules, &probes, NULL) == OK, "probes");
	start = cpu_us();
	for (unsigned i = 0; i < n; i++)
		probe_start(probes, &order, on_result, &run);
	loop_run(run.loop);
	start = cpu_us() - start;
	if (run.good != n)
		(void)fprintf(stderr, "only %u of %u were good\n", run.good, n);
	probe_close(probes);
	tls_close(tls);
	cert_store_close(run.store);
	loop_close(run.loop);
	return start / n;
}

static void line(const char *what, double us, double beside)
{
	printf("%-44s %7.0f us  %6.0f /s of CPU  %5.2f of bare\n", what, us, 1e6 / us, beside / us);
}

int main(int argc, char **argv)
{
	uint64_t n = 3000;
	double beside;
	uint16_t port;

	must(argc > 1, "a folder of certificates, please");
	must(argc < 3 || str_u64(str_of(argv[2]), UINT32_MAX, &n), "how many probes is a number");
	(void)snprintf(folder, sizeof folder, "%s", argv[1]);
	port = start_servers();
	beside = bare_us(port, n);
	line("bare OpenSSL, blocking, verified", beside, beside);
	line("probe, each chain verified", probe_us(port, n, false), beside);
	line("probe, each distinct chain verified", probe_us(port, n, true), beside);
	return 0;
}

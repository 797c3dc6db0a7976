/*
 * bench - how fast the formats are read, beside what is possible in the same run.
 *
 *   bench REPORT DATAGRAM BOMB
 *
 * Each part has a peer: the least that anyone must do with the same bytes (look
 * at them once, or let the bare library parse or inflate them).  Processor time
 * of this process, the best of several rounds, because other work may share the
 * machine.  A bomb's memory is the growth of a child's resident set.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libdeflate.h>
#include <yyjson.h>

#include "wire/gzip.h"
#include "wire/json.h"
#include "wire/report.h"
#include "wire/session.h"
#include "wire/sts_policy.h"

#define ROUNDS_N 7
#define ROUND_S 0.12
#define MIB (1024.0 * 1024.0)

static char memory[1 << 20];
static char inflated[1 << 20];
static str policy_text = STR("version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\n"
			     "mx: backupmx.example.com\r\nmax_age: 604800\r\n");
static str report_text, report_gz, datagram, bomb;
static struct gzip gzip;
static struct libdeflate_decompressor *bare_gzip;

static void die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

static void must(bool holds)
{
	if (!holds)
		die("a reading went wrong");
}

static str load(const char *path)
{
	FILE *f = fopen(path, "rb");
	long n;
	char *p;

	if (!f || fseek(f, 0, SEEK_END) != 0 || (n = ftell(f)) < 0 || !(p = malloc((size_t)n + 1)))
		die(path);
	rewind(f);
	if (fread(p, 1, (size_t)n, f) != (size_t)n)
		die(path);
	fclose(f);
	return (str){ p, (size_t)n };
}

/* What is measured: one reading of ours, and its peer.  Each returns something so that it is not left out. */

static size_t policy_ours(void)
{
	struct arena mem = ARENA(memory);
	struct sts_policy policy;

	must(sts_policy_read(policy_text, STS_POLICY_STRICT, &mem, &policy, NULL) == OK);
	return mem.used;
}

static size_t policy_peer(void)
{
	const char *p = policy_text.p, *end = p + policy_text.n;
	size_t lines = 0;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
		p++;
		lines++;
	}
	return lines;
}

static size_t bare_json(str text)
{
	yyjson_alc alc;
	yyjson_doc *doc;

	yyjson_alc_pool_init(&alc, memory, sizeof memory);
	doc = yyjson_read_opts((char *)(uintptr_t)text.p, text.n, YYJSON_READ_NOFLAG, &alc, NULL);
	must(doc != NULL);
	return yyjson_doc_get_val_count(doc);
}

static size_t report_ours(void)
{
	struct arena mem = ARENA(memory);
	struct report report;

	must(report_read(report_text, REPORT_TOLERANT, &mem, &report, NULL) == OK);
	return mem.used;
}

static size_t report_peer(void)
{
	return bare_json(report_text);
}

static size_t report_gz_ours(void)
{
	struct arena mem = ARENA(memory);
	struct gzip_text text;
	struct report report;

	must(gzip_read(&gzip, report_gz, &mem, &text, NULL) == OK);
	must(report_read(text.text, REPORT_TOLERANT, &mem, &report, NULL) == OK);
	return mem.used;
}

static size_t report_gz_peer(void)
{
	size_t n;

	must(libdeflate_gzip_decompress(bare_gzip, report_gz.p, report_gz.n, inflated, sizeof inflated, &n) ==
	    LIBDEFLATE_SUCCESS);
	return n;
}

static size_t datagram_ours(void)
{
	struct arena mem = ARENA(memory);
	struct session session;

	must(session_read(datagram, &mem, &session, NULL) == OK);
	return mem.used;
}

static size_t datagram_peer(void)
{
	return bare_json(datagram);
}

/* Must be refused, in an arena that would hold what the ceiling allows. */
static size_t bomb_ours(void)
{
	size_t room = 2 * (size_t)LIMIT_REPORT_BYTES;
	void *p = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct arena mem = { p, room, 0 };
	struct gzip_text text;

	must(p != MAP_FAILED && gzip_read(&gzip, bomb, &mem, &text, NULL) == E_LIMIT);
	return mem.used;
}

static size_t bomb_peer(void)
{
	size_t n, room = LIMIT_REPORT_BYTES;
	void *p = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(p != MAP_FAILED && libdeflate_gzip_decompress(bare_gzip, bomb.p, bomb.n, p, room, &n) ==
	    LIBDEFLATE_INSUFFICIENT_SPACE);
	return 0;
}

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds of one call: the best of the rounds. */
static double time_of(size_t (*call)(void))
{
	double best = 1e9;
	volatile size_t kept = 0;

	for (int round = 0; round < ROUNDS_N; round++) {
		double start = cpu_s(), spent;
		size_t calls = 0;

		do {
			for (int i = 0; i < 500; i++)
				kept += call();
			calls += 500;
			spent = cpu_s() - start;
		} while (spent < ROUND_S);
		if (spent / (double)calls < best)
			best = spent / (double)calls;
	}
	return best;
}

static double resident_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	char line[128], *second;
	double pages = 0;

	if (f && fgets(line, sizeof line, f) && (second = strchr(line, ' ')))
		pages = strtod(second, NULL);
	if (f)
		fclose(f);
	return pages * (double)sysconf(_SC_PAGESIZE);
}

struct cost {
	double ms;
	double mib;
};

/* One call in a child of its own. */
static struct cost cost_of(size_t (*call)(void))
{
	struct cost cost = { 0 };
	int end[2];
	pid_t child;

	if (pipe(end) != 0 || (child = fork()) < 0)
		die("fork");
	if (child == 0) {
		double before = resident_bytes(), start = cpu_s();
		struct rusage use;

		call();
		cost.ms = (cpu_s() - start) * 1000;
		getrusage(RUSAGE_SELF, &use);
		cost.mib = ((double)use.ru_maxrss * 1024 - before) / MIB;
		_exit(write(end[1], &cost, sizeof cost) == sizeof cost ? 0 : 1);
	}
	must(read(end[0], &cost, sizeof cost) == sizeof cost);
	waitpid(child, NULL, 0);
	close(end[0]);
	close(end[1]);
	return cost;
}

static const struct part {
	const char *name;
	const str *input;
	size_t (*ours)(void);
	const char *peer_name;
	size_t (*peer)(void);
	double most_ns; /* the figure wanted */
} parts[] = {
	{ "policy file", &policy_text, policy_ours, "memchr over its lines", policy_peer, 500 },
	{ "report in memory", &report_text, report_ours, "yyjson alone", report_peer, 1e9 / 700e3 },
	{ "report from gzip", &report_gz, report_gz_ours, "libdeflate alone", report_gz_peer, 1e9 / 250e3 },
	{ "datagram", &datagram, datagram_ours, "yyjson alone", datagram_peer, 1e9 / 1.5e6 },
};

static void tell_parts(void)
{
	printf("%-17s %6s %9s %11s %9s   %-22s %8s %6s\n", "reading", "bytes", "ns", "a second", "wanted", "peer", "ns",
	    "ratio");
	for (size_t i = 0; i < ARRAY_N(parts); i++) {
		const struct part *p = &parts[i];
		double ours = time_of(p->ours) * 1e9, peer = time_of(p->peer) * 1e9;

		printf("%-17s %6zu %9.0f %11.0f %9.0f   %-22s %8.0f %6.2f   %s; %zu bytes of arena, no allocation\n",
		    p->name, p->input->n, ours, 1e9 / ours, 1e9 / p->most_ns, p->peer_name, peer, ours / peer,
		    ours <= p->most_ns ? "ok" : "MISSED", p->ours());
	}
}

static void tell_bomb(const char *name)
{
	struct cost ours = cost_of(bomb_ours), peer = cost_of(bomb_peer);

	printf("%-31s %6zu bytes: %5.2f ms, %5.2f MiB (wanted 50 ms, 20 MB)   libdeflate alone %5.2f ms, %5.2f MiB   %s\n",
	    name, bomb.n, ours.ms, ours.mib, peer.ms, peer.mib,
	    ours.ms <= 50 && ours.mib * MIB <= 20e6 ? "ok" : "MISSED");
}

int main(int argc, char **argv)
{
	struct libdeflate_compressor *writer = libdeflate_alloc_compressor(9);
	char packed[8192];
	char *size;

	if (argc != 4)
		die("usage: bench REPORT DATAGRAM BOMB");
	report_text = load(argv[1]);
	datagram = load(argv[2]);
	bomb = load(argv[3]);
	bare_gzip = libdeflate_alloc_decompressor();
	must(writer && bare_gzip && gzip_open(&gzip, GZIP_READING, NULL) == OK);
	report_gz.n = libdeflate_gzip_compress(writer, report_text.p, report_text.n, packed, sizeof packed);
	report_gz.p = packed;
	must(report_gz.n > 0 && bomb.n > 18);
	tell_parts();
	printf("\n");
	tell_bomb("bomb of 1 GiB that says so");
	size = (char *)(uintptr_t)bomb.p + bomb.n - 4; /* ISIZE */
	memset(size, 0, 4);
	size[1] = 16;
	tell_bomb("the same, saying it is 4 KiB");
	return 0;
}

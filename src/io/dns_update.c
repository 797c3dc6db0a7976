#include "io/dns_update.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include "wire/tlsa.h"

#define MESSAGE_BYTES 65535
#define HEAD_BYTES 12
#define OPCODE_UPDATE 0x2800u /* RFC 2136 2.2: 5 */
#define TYPE_TSIG 250
#define CLASS_IN 1
#define CLASS_ANY 255
#define FUDGE_S 300 /* RFC 8945 10: by how much clocks may differ */

static const struct algorithm {
	const char *name;
	const EVP_MD *(*digest)(void);
	unsigned mac_n;
} algorithms[] = {
	{ "hmac-sha256", EVP_sha256, 32 },
	{ "hmac-sha384", EVP_sha384, 48 },
	{ "hmac-sha512", EVP_sha512, 64 },
};

static const struct algorithm *algorithm_of(str name)
{
	for (size_t k = 0; k < ARRAY_N(algorithms); k++)
		if (str_eq_nocase(name, str_of(algorithms[k].name)))
			return &algorithms[k];
	return NULL;
}

/* The next word of a key file; blanks, quotes, braces and semicolons part them. */
static str word(str *rest)
{
	static const char apart[] = " \t\r\n\"{};";
	size_t n = 0;
	str found;

	while (rest->n > 0 && strchr(apart, rest->p[0]))
		*rest = str_skip(*rest, 1);
	while (n < rest->n && !strchr(apart, rest->p[n]))
		n++;
	found = str_head(*rest, n);
	*rest = str_skip(*rest, n);
	return found;
}

static bool read_secret(str text, struct dns_update_key *key)
{
	char block[DNS_UPDATE_KEY_BYTES * 4 / 3 + 8];
	uint8_t bytes[DNS_UPDATE_KEY_BYTES + 8];
	int n;

	if (text.n == 0 || text.n % 4 != 0 || text.n > DNS_UPDATE_KEY_BYTES * 4 / 3 + 4 ||
	    str_find(text, S("=")) < text.n - 2)
		return false;
	memcpy(block, text.p, text.n);
	block[text.n] = '\0';
	n = EVP_DecodeBlock(bytes, (const unsigned char *)block, (int)text.n);
	for (size_t k = text.n; n > 0 && k > text.n - 2 && text.p[k - 1] == '='; k--)
		n--; /* padding counts as zero bytes there */
	if (n > 0 && n <= DNS_UPDATE_KEY_BYTES) {
		memcpy(key->secret, bytes, (size_t)n);
		key->secret_n = (size_t)n;
	}
	OPENSSL_cleanse(block, sizeof block);
	OPENSSL_cleanse(bytes, sizeof bytes);
	return n > 0 && n <= DNS_UPDATE_KEY_BYTES;
}

err dns_update_read_key(str text, struct dns_update_key *key, struct why *why)
{
	struct dns_update_key k = { 0 };
	const struct algorithm *a;
	str rest = text, name = { 0 }, algorithm = { 0 }, secret = { 0 }, w;

	if (str_find(text, S("{")) == text.n) {
		(void)str_cut(str_trim(word(&rest)), ':', &algorithm, &rest);
		(void)str_cut(rest, ':', &name, &secret);
	} else {
		for (w = word(&rest); w.n > 0; w = word(&rest)) {
			if (str_eq(w, S("key")))
				name = word(&rest);
			else if (str_eq(w, S("algorithm")))
				algorithm = word(&rest);
			else if (str_eq(w, S("secret")))
				secret = word(&rest);
		}
	}
	if (name.n == 0 || algorithm.n == 0 || secret.n == 0)
		return why_set(why, E_SYNTAX, "", 0,
		    "no key as tsig-keygen prints it: key NAME { algorithm ...; secret ...; };");
	if (name.p[name.n - 1] == '.')
		name.n--;
	for (size_t n = 0; n < name.n; n++)
		if (name.p[n] <= 0x20 || name.p[n] > 0x7e)
			name.n = 0;
	if (name.n == 0)
		return why_set(why, E_SYNTAX, "", 0, "the key's name is no domain name");
	if (name.n > LIMIT_DOMAIN_BYTES)
		return why_set(why, E_LIMIT, "", 0, "the key's name is too long");
	a = algorithm_of(algorithm);
	if (!a)
		return why_set(why, E_RULE, "RFC 8945 6", 0,
		    "the algorithm \"%.*s\" is not hmac-sha256, -sha384 or -sha512",
		    STR_ARG(str_head(algorithm, 40)));
	for (size_t n = 0; n < name.n; n++)
		k.name[n] = str_lower(name.p[n]);
	memcpy(k.algorithm, a->name, strlen(a->name) + 1);
	if (!read_secret(secret, &k))
		return why_set(why, E_SYNTAX, "", 0,
		    "the key's secret is not base64, or longer than %d bytes", DNS_UPDATE_KEY_BYTES);
	*key = k;
	OPENSSL_cleanse(&k, sizeof k);
	return OK;
}

static void put(struct out *out, uint64_t value, size_t bytes)
{
	while (bytes-- > 0)
		out_char(out, (char)(value >> (8 * bytes) & 0xff));
}

/* Labels, without compression.  A name that is none fills the message: out says so. */
static void put_name(struct out *out, str name)
{
	str label;
	bool more = name.n > 0;

	while (more) {
		more = str_cut(name, '.', &label, &name);
		if (label.n == 0 || label.n > LIMIT_LABEL_BYTES)
			out->full = true;
		put(out, label.n, 1);
		out_str(out, label);
	}
	put(out, 0, 1);
}

static bool put_tlsa(struct out *out, str text)
{
	char room[LIMIT_TLSA_BYTES + 64];
	struct arena mem = ARENA(room);
	struct tlsa tlsa;

	if (tlsa_read(text, false, &mem, &tlsa, NULL) != OK)
		return false;
	put(out, tlsa.usage, 1);
	put(out, tlsa.selector, 1);
	put(out, tlsa.matching, 1);
	out_str(out, tlsa.association);
	return true;
}

static bool put_value(struct out *out, enum dns_type type, str value)
{
	struct network_address address;

	if (type == DNS_TYPE_A || type == DNS_TYPE_AAAA) {
		if (!network_read_address(value, &address) || (address.n == 4) != (type == DNS_TYPE_A))
			return false;
		out_str(out, (str){ (const char *)address.bytes, address.n });
		return true;
	}
	if (type == DNS_TYPE_CNAME) {
		put_name(out, value);
		return value.n > 0;
	}
	if (type == DNS_TYPE_TLSA)
		return put_tlsa(out, value);
	do {
		str string = str_head(value, 255);

		put(out, string.n, 1);
		out_str(out, string);
		value = str_skip(value, string.n);
	} while (value.n > 0);
	return type == DNS_TYPE_TXT;
}

static bool put_change(struct out *out, const struct dns_update_change *c)
{
	size_t at;

	put_name(out, c->name);
	put(out, (uint64_t)c->type, 2);
	put(out, c->add ? CLASS_IN : CLASS_ANY, 2); /* RFC 2136 2.5.2: class ANY deletes an RRset */
	put(out, c->add ? c->ttl_s : 0, 4);
	at = out->n;
	put(out, 0, 2);
	if (c->add && !put_value(out, c->type, c->value))
		return false;
	if (!out->full) {
		out->p[at] = (char)((out->n - at - 2) >> 8);
		out->p[at + 1] = (char)((out->n - at - 2) & 0xff);
	}
	return true;
}

/* RFC 8945 4.3.3: what is signed beside the message. */
static void put_variables(struct out *out, const struct dns_update_key *key, uint64_t time, unsigned fudge,
    unsigned error, str other)
{
	put_name(out, str_of(key->name));
	put(out, CLASS_ANY, 2);
	put(out, 0, 4);
	put_name(out, str_of(key->algorithm));
	put(out, time, 6);
	put(out, fudge, 2);
	put(out, error, 2);
	put(out, other.n, 2);
	out_str(out, other);
}

static unsigned sign(const struct dns_update_key *key, const struct out *what, uint8_t mac[DNS_UPDATE_MAC_BYTES])
{
	const struct algorithm *a = algorithm_of(str_of(key->algorithm));
	unsigned n = 0;

	if (!a || what->full ||
	    !HMAC(a->digest(), key->secret, (int)key->secret_n, (const unsigned char *)what->p, what->n, mac, &n))
		return 0;
	return n;
}

static void put_tsig(struct out *out, const struct dns_update_key *key, const struct dns_update_stamp *stamp,
    size_t mac_n)
{
	put_name(out, str_of(key->name));
	put(out, TYPE_TSIG, 2);
	put(out, CLASS_ANY, 2);
	put(out, 0, 4);
	put(out, strlen(key->algorithm) + 2 + 16 + mac_n, 2); /* the algorithm's one label and its end, the rest */
	put_name(out, str_of(key->algorithm));
	put(out, (uint64_t)stamp->now, 6);
	put(out, FUDGE_S, 2);
	put(out, mac_n, 2);
	out_str(out, (str){ (const char *)stamp->mac, mac_n });
	put(out, stamp->id, 2);
	put(out, 0, 4); /* error, other */
}

err dns_update_write(const struct dns_update *u, const struct dns_update_key *key, struct dns_update_stamp *stamp,
    struct out *out, struct why *why)
{
	char room[MESSAGE_BYTES];
	struct out whole = OUT(room);
	unsigned n;

	put(out, stamp->id, 2);
	put(out, OPCODE_UPDATE, 2);
	put(out, 1, 2);
	put(out, 0, 2);
	put(out, u->change_n, 2);
	put(out, 0, 2);
	put_name(out, u->zone);
	put(out, DNS_TYPE_SOA, 2);
	put(out, CLASS_IN, 2);
	for (size_t k = 0; k < u->change_n; k++)
		if (!put_change(out, &u->change[k]))
			return why_set(why, E_SYNTAX, "", 0, "the record of %.*s cannot be written",
			    STR_ARG(str_head(u->change[k].name, 80)));
	out_str(&whole, out_done(out));
	put_variables(&whole, key, (uint64_t)stamp->now, FUDGE_S, 0, (str){ 0 });
	n = sign(key, &whole, stamp->mac);
	if (n == 0)
		return why_set(why, E_LIMIT, "", 0, "the update is too large, or holds a name that is none");
	put_tsig(out, key, stamp, n);
	if (out->full)
		return why_set(why, E_LIMIT, "", 0, "the update is too large");
	out->p[11] = 1; /* the TSIG record */
	return OK;
}

/* Reading the answer, byte by byte; past its end everything is 0 and over is set. */
struct reader {
	str bytes;
	size_t at;
	bool over;
};

static uint64_t take(struct reader *r, size_t bytes)
{
	uint64_t value = 0;

	if (bytes > r->bytes.n - r->at) {
		r->over = true;
		r->at = r->bytes.n;
		return 0;
	}
	while (bytes-- > 0)
		value = value << 8 | (unsigned char)r->bytes.p[r->at++];
	return value;
}

static str take_bytes(struct reader *r, size_t n)
{
	str found = str_head(str_skip(r->bytes, r->at), n);

	if (found.n < n)
		r->over = true;
	r->at += found.n;
	return found;
}

static void skip_name(struct reader *r)
{
	for (;;) {
		size_t n = take(r, 1);

		if (n >= 0xc0)
			(void)take(r, 1);
		if (n == 0 || n >= 0xc0)
			return;
		(void)take_bytes(r, n);
	}
}

struct tsig {
	bool there;
	size_t at; /* where the record begins */
	uint64_t time;
	unsigned fudge, error;
	str mac, other;
};

/* The last record, when it is TSIG. */
static bool find_tsig(struct reader *r, size_t questions, size_t records, struct tsig *t)
{
	while (questions-- > 0) {
		skip_name(r);
		(void)take(r, 4);
	}
	while (records-- > 0 && !r->over) {
		size_t at = r->at, type, n;

		skip_name(r);
		type = take(r, 2);
		(void)take(r, 6);
		n = take(r, 2);
		if (type != TYPE_TSIG || records > 0) {
			(void)take_bytes(r, n);
			continue;
		}
		*t = (struct tsig){ .there = true, .at = at };
		skip_name(r);
		t->time = take(r, 6);
		t->fudge = (unsigned)take(r, 2);
		t->mac = take_bytes(r, take(r, 2));
		(void)take(r, 2);
		t->error = (unsigned)take(r, 2);
		t->other = take_bytes(r, take(r, 2));
	}
	return !r->over && r->at == r->bytes.n;
}

static bool is_signed(str answer, const struct tsig *t, const struct dns_update_key *key,
    const struct dns_update_stamp *stamp)
{
	char room[2 * MESSAGE_BYTES];
	struct out whole = OUT(room);
	uint8_t mac[DNS_UPDATE_MAC_BYTES];
	const struct algorithm *a = algorithm_of(str_of(key->algorithm));
	uint64_t here = (uint64_t)stamp->now;

	if (!t->there || !a || t->mac.n != a->mac_n)
		return false;
	put(&whole, a->mac_n, 2); /* RFC 8945 5.3.1: an answer is bound to its question */
	out_str(&whole, (str){ (const char *)stamp->mac, a->mac_n });
	out_str(&whole, str_head(answer, t->at));
	if (!whole.full) {
		size_t count = 2 + a->mac_n + 10;
		unsigned additional = (unsigned)(unsigned char)room[count] << 8 | (unsigned char)room[count + 1];

		room[count] = (char)((additional - 1) >> 8);
		room[count + 1] = (char)((additional - 1) & 0xff);
	}
	put_variables(&whole, key, t->time, t->fudge, t->error, t->other);
	return sign(key, &whole, mac) == a->mac_n && CRYPTO_memcmp(mac, t->mac.p, a->mac_n) == 0 &&
	    (t->time > here ? t->time - here : here - t->time) <= t->fudge;
}

static const char *rcode_text(unsigned rcode, unsigned error)
{
	static const char *const words[] = { "no error", "FORMERR", "SERVFAIL", "NXDOMAIN",
		"NOTIMP: it takes no updates", "REFUSED: the key may not change this", "YXDOMAIN", "YXRRSET",
		"NXRRSET", "NOTAUTH: it is not in charge of the zone", "NOTZONE: a name is not in the zone" };

	if (error == 16)
		return "BADSIG: the key's secret is another one";
	if (error == 17)
		return "BADKEY: it does not know the key";
	if (error == 18)
		return "BADTIME: its clock and ours differ";
	return rcode < ARRAY_N(words) ? words[rcode] : "an unknown error";
}

err dns_update_read(str answer, const struct dns_update_key *key, const struct dns_update_stamp *stamp,
    struct why *why)
{
	struct reader r = { .bytes = answer };
	struct tsig t = { 0 };
	unsigned flags, rcode;
	size_t counts[4];
	bool whole, mine = take(&r, 2) == stamp->id;

	flags = (unsigned)take(&r, 2);
	for (size_t k = 0; k < 4; k++)
		counts[k] = take(&r, 2);
	whole = !r.over && find_tsig(&r, counts[0], counts[1] + counts[2] + counts[3], &t);
	if (!whole || !mine || (flags & 0xf800u) != (0x8000u | OPCODE_UPDATE))
		return why_set(why, E_SYNTAX, "RFC 2136 2.2", 0, "what came back is no answer to the update");
	rcode = flags & 15;
	if (rcode == 9 && t.error >= 16 && t.error <= 17) /* cannot be signed: the key is at odds */
		return why_set(why, E_PERM, "RFC 8945 5.3.2", 0, "the server says %s", rcode_text(rcode, t.error));
	if (rcode != 0 && !t.there) /* refused before the key was looked at; believing it changes nothing */
		return why_set(why, E_PERM, "RFC 2136 2.2", 0, "the server says %s", rcode_text(rcode, 0));
	if (!is_signed(answer, &t, key, stamp))
		return why_set(why, E_RULE, "RFC 8945 5.3", 0,
		    "the answer is not signed with the key: it is not believed");
	if (rcode == 0 && t.error == 0)
		return OK;
	return why_set(why, rcode == 2 ? E_TEMP : E_PERM, "RFC 2136 2.2", 0, "the server says %s",
	    rcode_text(rcode, t.error));
}

static int connect_to(const struct network_endpoint *server)
{
	const struct timeval wait = { .tv_sec = DNS_UPDATE_MS / 1000 };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(server->port) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(server->port) };
	bool is_six = server->address.n == 16;
	int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	memcpy(&six.sin6_addr, server->address.bytes, 16);
	memcpy(&four.sin_addr, server->address.bytes, 4);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait); /* connect too */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	if (is_six ? connect(fd, (struct sockaddr *)&six, sizeof six) == 0
		   : connect(fd, (struct sockaddr *)&four, sizeof four) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static bool receive(int fd, char *p, size_t n)
{
	while (n > 0) {
		ssize_t got = recv(fd, p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

/* Two bytes of length before the message, there and back. */
static bool exchange(int fd, str message, char *answer, size_t *answer_n)
{
	unsigned char length[2];

	while (message.n > 0) {
		ssize_t n = send(fd, message.p, message.n, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		message = str_skip(message, (size_t)n);
	}
	if (!receive(fd, (char *)length, 2))
		return false;
	*answer_n = (size_t)length[0] << 8 | length[1];
	return receive(fd, answer, *answer_n);
}

err dns_update_send(const struct network_endpoint *server, const struct dns_update *update,
    const struct dns_update_key *key, unix_s now, struct why *why)
{
	char framed[MESSAGE_BYTES + 2], answer[MESSAGE_BYTES];
	struct out out = { .p = framed + 2, .cap = MESSAGE_BYTES };
	struct dns_update_stamp stamp = { .now = now };
	size_t answer_n = 0;
	bool came;
	int fd;

	if (getrandom(&stamp.id, sizeof stamp.id, 0) != (ssize_t)sizeof stamp.id)
		return why_set(why, E_TEMP, "", 0, "the system gives no random number");
	TRY(dns_update_write(update, key, &stamp, &out, why));
	framed[0] = (char)(out.n >> 8);
	framed[1] = (char)(out.n & 0xff);
	fd = connect_to(server);
	if (fd < 0)
		return why_set(why, E_TEMP, "", 0, "no connection: %s",
		    strerror(errno == EINPROGRESS ? ETIMEDOUT : errno));
	came = exchange(fd, (str){ framed, out.n + 2 }, answer, &answer_n);
	(void)close(fd);
	if (!came)
		return why_set(why, E_TEMP, "", 0,
		    "the server took the update and said nothing: whether it happened is not known");
	return dns_update_read((str){ answer, answer_n }, key, &stamp, why);
}

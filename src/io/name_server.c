#define CARES_NO_DEPRECATED /* its successors do not exist in Debian 12 */

#include "io/name_server.h"

#include "io/memory.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <stdlib.h>

#define WIRES_N 8             /* sockets of one channel: UDP, TCP, and old ones while they close */
#define RECEIVE_BYTES 1048576 /* answers to a full window may come at once */

struct path;

struct wire {
	struct path *path;
	struct loop_watch *watch; /* NULL: free */
	int fd;
};

/* A c-ares channel: a UDP socket and perhaps a TCP one. */
struct path {
	struct path *next;
	struct name_server *server;
	ares_channel channel;
	unsigned sent_n; /* ever */
	unsigned open_n; /* on their way */
	struct wire wires[WIRES_N];
};

struct name_server {
	struct loop *loop;
	struct network_endpoint at;
	uint32_t timeout_ms;
	struct path *paths; /* the first is in use, the others end when the last answer is there */
	bool closing;
};

struct name_server_carry {
	struct path *path;
	struct name_server_carry **slot; /* NULL: forgotten */
	name_server_call *call;
	void *arg;
};

static void happened(void *arg, unsigned what)
{
	struct wire *wire = arg;

	ares_process_fd(wire->path->channel, what & LOOP_READ ? wire->fd : ARES_SOCKET_BAD,
	    what & LOOP_WRITE ? wire->fd : ARES_SOCKET_BAD);
}

static struct wire *find_wire(struct path *path, int fd)
{
	struct wire *free_wire = NULL;

	for (size_t i = 0; i < WIRES_N; i++) {
		if (path->wires[i].watch && path->wires[i].fd == fd)
			return &path->wires[i];
		if (!path->wires[i].watch)
			free_wire = &path->wires[i];
	}
	return free_wire;
}

/* c-ares says what it waits for: the watch follows. */
static void socket_state(void *arg, ares_socket_t fd, int read, int write)
{
	struct path *path = arg;
	struct wire *wire = find_wire(path, fd);
	unsigned bits = (read ? LOOP_READ : 0) | (write ? LOOP_WRITE : 0);

	if (!wire)
		return; /* more than c-ares ever opens; what is not watched times out */
	if (!bits) {
		loop_drop(&wire->watch);
	} else if (wire->watch) {
		loop_set(wire->watch, bits, 0);
	} else {
		wire->path = path;
		wire->fd = fd;
		wire->watch = loop_watch(path->server->loop, fd, bits, 0, happened, wire);
	}
}

static int start_channel(struct path *path)
{
	const struct name_server *server = path->server;
	bool is_near = network_is_loopback(&server->at.address);
	struct in_addr nobody = { 0 };
	char lookups[] = "b";
	struct ares_options o = {
		.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP | ARES_FLAG_EDNS |
		    (is_near ? ARES_FLAG_STAYOPEN : 0),
		.timeout = (int)(server->timeout_ms / 3) + 1, /* the second try waits twice as long */
		.tries = 2,
		.socket_receive_buffer_size = RECEIVE_BYTES,
		.servers = &nobody, /* replaced below; given, so that no file is read */
		.nservers = 1,
		.lookups = lookups,
		.ndots = 1,
		.ednspsz = LIMIT_DNS_UDP_BYTES,
		.sock_state_cb = socket_state,
		.sock_state_cb_data = path,
	};
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_RCVBUF |
	    ARES_OPT_SERVERS |
	    ARES_OPT_LOOKUPS | ARES_OPT_NDOTS | ARES_OPT_DOMAINS | ARES_OPT_EDNSPSZ | ARES_OPT_SOCK_STATE_CB;
	struct ares_addr_port_node node = { .family = server->at.address.n == 4 ? AF_INET : AF_INET6,
		.udp_port = server->at.port,
		.tcp_port = server->at.port };
	int status;

#ifdef ARES_OPT_QUERY_CACHE
	o.qcache_max_ttl = 0; /* on by default; resolver keeps answers, and knows when not to */
	mask |= ARES_OPT_QUERY_CACHE;
#endif
	memcpy(&node.addr, server->at.address.bytes, server->at.address.n);
	status = ares_init_options(&path->channel, &o, mask);
	if (status != ARES_SUCCESS)
		return status;
	status = ares_set_servers_ports(path->channel, &node);
	if (status != ARES_SUCCESS)
		ares_destroy(path->channel);
	return status;
}

static err open_path(struct name_server *server, struct why *why)
{
	struct path *path = memory_must(calloc(1, sizeof *path));
	int status;

	path->server = server;
	status = start_channel(path);
	if (status != ARES_SUCCESS) {
		free(path);
		return why_set(why, E_TEMP, "", 0, "no DNS questions can be asked: %s",
		    ares_strerror(status));
	}
	path->next = server->paths;
	server->paths = path;
	return OK;
}

static void close_path(struct path *path)
{
	ares_destroy(path->channel); /* closes its sockets: socket_state drops the watches */
	for (size_t i = 0; i < WIRES_N; i++)
		loop_drop(&path->wires[i].watch);
	free(path);
}

err name_server_open(struct loop *loop, const struct network_endpoint *at, uint32_t timeout_ms,
    struct name_server **server, struct why *why)
{
	struct name_server *s = memory_must(calloc(1, sizeof *s));
	err e;

	*s = (struct name_server){ .loop = loop, .at = *at, .timeout_ms = timeout_ms };
	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) {
		free(s);
		return why_set(why, E_TEMP, "", 0, "c-ares does not start");
	}
	e = open_path(s, why);
	if (e != OK) {
		ares_library_cleanup();
		free(s);
		return e;
	}
	*server = s;
	return OK;
}

void name_server_close(struct name_server *server)
{
	if (!server)
		return;
	server->closing = true;
	for (struct path *path = server->paths, *next; path; path = next) {
		next = path->next;
		close_path(path);
	}
	ares_library_cleanup();
	free(server);
}

/* There are no bytes. */
static enum name_server_end end_of(int status)
{
	if (status == ARES_ETIMEOUT)
		return NAME_SERVER_TIMEOUT;
	if (status == ARES_EBADRESP)
		return NAME_SERVER_GARBLED;
	return status == ARES_ECONNREFUSED ? NAME_SERVER_REFUSED : NAME_SERVER_BROKEN;
}

static void carried(void *arg, int status, int timeouts, unsigned char *bytes, int n)
{
	struct name_server_carry *c = arg;
	bool has_answer = bytes && n > 0;

	(void)timeouts;
	c->path->open_n--;
	if (c->slot)
		*c->slot = NULL;
	if (c->slot && !c->path->server->closing)
		c->call(c->arg, has_answer ? NAME_SERVER_ANSWER : end_of(status),
		    (str){ (const char *)bytes, has_answer ? (size_t)n : 0 });
	free(c);
}

void name_server_send(struct name_server *server, str query, name_server_call *call, void *arg,
    struct name_server_carry **carry)
{
	bool is_near = network_is_loopback(&server->at.address);
	struct name_server_carry *c = memory_must(malloc(sizeof *c));
	struct path *path;

	/* no other channel to be had: the old one does too */
	if (!is_near && server->paths->sent_n >= NAME_SERVER_PORT_N && open_path(server, NULL) != OK)
		server->paths->sent_n = 0;
	path = server->paths;
	path->sent_n++;
	path->open_n++;
	*c = (struct name_server_carry){ path, carry, call, arg };
	*carry = c;
	ares_send(path->channel, (const unsigned char *)query.p, (int)query.n, carried, c);
}

void name_server_forget(struct name_server_carry **carry)
{
	if (*carry)
		(*carry)->slot = NULL;
	*carry = NULL;
}

bool name_server_sweep(struct name_server *server)
{
	bool busy = false;

	for (struct path **at = &server->paths; *at;) {
		struct path *path = *at;

		if (path->open_n > 0)
			ares_process_fd(path->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
		busy |= path->open_n > 0;
		if (path->open_n > 0 || path == server->paths) {
			at = &path->next;
		} else {
			*at = path->next;
			close_path(path);
		}
	}
	return busy;
}

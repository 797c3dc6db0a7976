#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define STEP_BYTES 65536

static err refuse(const char *path, int number, struct why *why)
{
	err e = number == ENOENT ? E_ABSENT : number == EACCES || number == EISDIR ? E_PERM : E_TEMP;

	return why_set(why, e, "", 0, "%s: %s", path, strerror(number));
}

/* Everything that fd still gives, one byte beyond max_bytes at most. */
static err read_all(int fd, const char *path, size_t max_bytes, struct arena *mem, str *text, struct why *why)
{
	size_t n = 0, room = 0;
	char *p = NULL;

	for (;;) {
		ssize_t got;

		if (n == room) {
			size_t more = room + (room < STEP_BYTES ? STEP_BYTES : room);
			char *grown = arena_grow(mem, p, room, more);

			if (!grown)
				return why_set(why, E_LIMIT, "", 0, "%s: too large for the memory at hand", path);
			p = grown;
			room = more;
		}
		got = read(fd, p + n, room - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return refuse(path, errno, why);
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > max_bytes)
			return why_set(why, E_LIMIT, "", max_bytes, "%s: larger than %zu bytes", path, max_bytes);
	}
	*text = (str){ p, n };
	return OK;
}

err file_read(const char *path, size_t max_bytes, struct arena *mem, str *text, struct why *why)
{
	int fd;
	err e;

	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, "standard input", max_bytes, mem, text, why);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return refuse(path, errno, why);
	e = read_all(fd, path, max_bytes, mem, text, why);
	(void)close(fd);
	return e;
}

#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP_BYTES 65536

static err refuse(const char *path, int number, struct why *why)
{
	err e = number == ENOENT                                                         ? E_ABSENT
	    : number == EACCES || number == EPERM || number == EISDIR || number == EROFS ? E_PERM
											 : E_TEMP;

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

/* Every folder above path.  One that is there already is fine. */
static err make_folders(const char *path, struct why *why)
{
	char folder[PATH_MAX];

	for (size_t n = 1; path[n]; n++) {
		if (path[n] != '/' || path[n - 1] == '/')
			continue;
		memcpy(folder, path, n);
		folder[n] = '\0';
		if (mkdir(folder, 0755) != 0 && errno != EEXIST)
			return refuse(folder, errno, why);
	}
	return OK;
}

/* All of text, and on the disk.  The number of the error, 0: none. */
static int write_all(int fd, str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		text = str_skip(text, (size_t)n);
	}
	return fchmod(fd, 0644) != 0 || fsync(fd) != 0 ? errno : 0;
}

/* The new name of the file lasts once its folder is on the disk. */
static void keep_name(char *path)
{
	char *slash = strrchr(path, '/');
	int fd;

	if (slash)
		slash[slash == path] = '\0';
	fd = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	(void)close(fd);
}

err file_write(const char *path, str text, struct why *why)
{
	char beside[PATH_MAX];
	int fd, number, n = snprintf(beside, sizeof beside, "%s.%ld.new", path, (long)getpid());

	if (n < 0 || (size_t)n >= sizeof beside)
		return why_set(why, E_LIMIT, "", 0, "the path is too long");
	TRY(make_folders(path, why));
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return refuse(beside, errno, why);
	number = write_all(fd, text);
	if (close(fd) != 0 && number == 0)
		number = errno;
	if (number == 0 && rename(beside, path) != 0)
		number = errno;
	if (number != 0) {
		(void)unlink(beside);
		return refuse(path, number, why);
	}
	keep_name(beside);
	return OK;
}

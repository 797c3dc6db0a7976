/*
 * replay - feed a fuzz target its corpus, without clang: replay DIR
 *
 * Every file, and every beginning of it up to 4 KiB: a reader of strangers'
 * bytes meets each of its inputs cut short at every place.  The bytes end where
 * the page ends and the next page cannot be read, so that one byte too far is a
 * crash in any build.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX_BYTES 4096

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* The n bytes of the file, ending at a page that cannot be read.  room: what was mapped. */
static uint8_t *load(const char *path, size_t *n, void **map, size_t *room)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *p;

	if (!f || fstat(fileno(f), &st) != 0)
		die(path);
	*n = (size_t)st.st_size;
	*room = (*n + page - 1) / page * page + page;
	*map = mmap(NULL, *room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (*map == MAP_FAILED)
		die("mmap");
	p = (uint8_t *)*map + *room - page - *n;
	if (fread(p, 1, *n, f) != *n)
		die(path);
	fclose(f);
	if (mprotect((uint8_t *)*map + *room - page, page, PROT_NONE) != 0)
		die("mprotect");
	return p;
}

static void replay(const char *path)
{
	size_t n, room, cut;
	void *map;
	uint8_t *p = load(path, &n, &map, &room), *end = p + n;

	LLVMFuzzerTestOneInput(p, n);
	cut = n < PREFIX_BYTES ? n : PREFIX_BYTES;
	memmove(end - cut, p, cut);
	for (; cut > 0; cut--) { /* what lies there, without its last byte, moves up to the end */
		memmove(end - cut + 1, end - cut, cut - 1);
		LLVMFuzzerTestOneInput(end - cut + 1, cut - 1);
	}
	munmap(map, room);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	struct dirent **entry;
	int n;

	if (argc != 2 || chdir(argv[1]) != 0)
		die(argc == 2 ? argv[1] : "usage: replay DIR");
	n = scandir(".", &entry, visible, by_name);
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		printf("# %s\n", entry[i]->d_name);
		fflush(stdout);
		replay(entry[i]->d_name);
		printf("ok %d - %s\n", i + 1, entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	return n > 0 ? 0 : 1;
}

#include "io/dns_table.h"

#include <stdlib.h>
#include <sys/random.h>

#include "io/memory.h"

#define BUCKETS_N 1024 /* at first; doubled when there are as many questions */

void dns_table_open(struct dns_table *table)
{
	*table = (struct dns_table){ .buckets_n = BUCKETS_N };
	table->buckets = memory_must(calloc(BUCKETS_N, sizeof(struct dns_table_entry *)));
	if (getrandom(&table->seed, sizeof table->seed, 0) != (ssize_t)sizeof table->seed)
		(void)memory_must(NULL); /* cannot happen: so few bytes are never cut short */
}

static uint32_t hash_of(const struct dns_table *table, str name, enum dns_type type)
{
	uint32_t h = table->seed ^ (uint32_t)type * 0x9e3779b1u;

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)str_lower(name.p[i])) * 0x01000193u;
	return h ^ h >> 15;
}

static struct dns_table_entry **bucket_of(const struct dns_table *table, uint32_t hash)
{
	return &table->buckets[hash & (table->buckets_n - 1)];
}

struct dns_table_entry *dns_table_find(const struct dns_table *table, str name, enum dns_type type)
{
	uint32_t hash = hash_of(table, name, type);
	struct dns_table_entry *e = *bucket_of(table, hash);

	while (e && !(e->hash == hash && e->type == type && str_eq_nocase((str){ e->name, e->name_n }, name)))
		e = e->bucket_next;
	return e;
}

static void grow(struct dns_table *table)
{
	struct dns_table_entry **old = table->buckets;
	size_t old_n = table->buckets_n;

	table->buckets_n *= 2;
	table->buckets = memory_must(calloc(table->buckets_n, sizeof(struct dns_table_entry *)));
	for (size_t i = 0; i < old_n; i++) {
		for (struct dns_table_entry *e = old[i], *next; e; e = next) {
			struct dns_table_entry **bucket = bucket_of(table, e->hash);

			next = e->bucket_next;
			e->bucket_next = *bucket;
			*bucket = e;
		}
	}
	free(old);
}

struct dns_table_entry *dns_table_add(struct dns_table *table, str name, enum dns_type type, bool is_known)
{
	struct dns_table_entry *e = memory_must(calloc(1, sizeof *e + name.n)), **bucket;

	e->type = type;
	e->name_n = (uint8_t)name.n;
	for (size_t i = 0; i < name.n; i++)
		e->name[i] = str_lower(name.p[i]);
	if (!is_known)
		return e;
	if (table->entries_n++ >= table->buckets_n)
		grow(table);
	e->hash = hash_of(table, name, type);
	bucket = bucket_of(table, e->hash);
	e->bucket_next = *bucket;
	*bucket = e;
	e->is_known = true;
	return e;
}

void dns_table_unlearn(struct dns_table *table, struct dns_table_entry *entry)
{
	struct dns_table_entry **at = bucket_of(table, entry->hash);

	if (!entry->is_known)
		return;
	while (*at != entry)
		at = &(*at)->bucket_next;
	*at = entry->bucket_next;
	table->entries_n--;
	entry->is_known = false;
}

static size_t size_of(const struct dns_table_entry *e)
{
	return sizeof *e + e->name_n + e->bytes_n;
}

void dns_table_leave(struct dns_table *table, struct dns_table_entry *entry)
{
	*(entry->before ? &entry->before->after : &table->lists[entry->state].first) = entry->after;
	*(entry->after ? &entry->after->before : &table->lists[entry->state].last) = entry->before;
	if (entry->state == DNS_TABLE_KEPT)
		table->kept_bytes -= size_of(entry);
	if (entry->state == DNS_TABLE_FLYING)
		table->open_n--;
}

void dns_table_enter(struct dns_table *table, struct dns_table_entry *entry, enum dns_table_state state)
{
	entry->state = state;
	entry->before = table->lists[state].last;
	entry->after = NULL;
	*(entry->before ? &entry->before->after : &table->lists[state].first) = entry;
	table->lists[state].last = entry;
	if (state == DNS_TABLE_KEPT)
		table->kept_bytes += size_of(entry);
	if (state == DNS_TABLE_FLYING)
		table->open_n++;
}

void dns_table_end(struct dns_table *table, struct dns_table_entry *entry)
{
	dns_table_unlearn(table, entry);
	if (entry->only) {
		name_server_close(entry->only->server);
		free(entry->only);
	}
	free(entry->fresh);
	free(entry->bytes);
	free(entry);
}

void dns_table_close(struct dns_table *table)
{
	for (size_t i = 0; i < DNS_TABLE_STATE_N; i++) {
		for (struct dns_table_entry *e = table->lists[i].first, *next; e; e = next) {
			next = e->after;
			dns_table_end(table, e);
		}
	}
	free(table->buckets);
}

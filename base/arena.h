/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena - regions of memory, and the one allocator behind everything.
 *
 * Nothing in scarp frees a single object: it belongs to a region, and the
 * region ends as a whole.  Running out of memory never returns NULL to a
 * caller: it raises (guard.h) to the public call that is running, which
 * reports it.  What a region must give back besides memory (a parser of a
 * library, an open file) is registered with arena_defer.
 */
#ifndef SCARP_BASE_ARENA_H
#define SCARP_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;

/* A point to which a region can be rolled back. */
struct arena_mark {
	void *chunk;
	size_t used;
	void *deferred;
	void *large;
};

/* A new, empty region; raises when memory is refused.  The caller ends it. */
struct arena *arena_new(void)
	__attribute__((returns_nonnull));
/* A region that ends with PARENT at the latest: when the call that would have
 * ended it raises. */
struct arena *arena_new_in(struct arena *parent)
	__attribute__((returns_nonnull));
/* Ends the region: runs what was deferred, newest first, then frees all. */
void arena_free(struct arena *arena);

/* SIZE zeroed bytes, aligned for any type; never NULL (SIZE 0 included). */
void *arena_alloc(struct arena *arena, size_t size)
	__attribute__((returns_nonnull));
/* The same, with any content: for buffers that are filled at once. */
void *arena_alloc_raw(struct arena *arena, size_t size)
	__attribute__((returns_nonnull));
/* COUNT zeroed elements of SIZE bytes, which is not 0; an overflowing product raises. */
void *arena_array(struct arena *arena, size_t count, size_t size)
	__attribute__((returns_nonnull));
/* A zeroed-tail copy of OLD (may be NULL) grown to NEW_SIZE bytes; grows in
 * place when OLD is the newest allocation.  What grew large leaves nothing
 * behind when it grows again, and what nobody touched takes no memory. */
void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size)
	__attribute__((returns_nonnull));
/* Gives back what arena_grow made, where it is large; then nobody may look at
 * it again.  NULL is allowed. */
void arena_release(struct arena *arena, void *grown);
/* A copy of TEXT with a NUL after it (not counted in the length). */
struct str arena_copy(struct arena *arena, struct str text);
struct str arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
struct str arena_vprintf(struct arena *arena, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));
/* Calls RELEASE(ITEM) when the region ends or is rolled back past here. */
void arena_defer(struct arena *arena, void (*release)(void *item), void *item);

struct arena_mark arena_here(struct arena *arena);
void arena_rollback(struct arena *arena, struct arena_mark mark);
/* Bytes handed out so far; for limits and statistics. */
size_t arena_used(const struct arena *arena);
/* Bytes all regions hold now; LIMIT_MEMORY bounds it, and going over raises
 * with that limit's name. */
uint64_t arena_total(void);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) \
	((type *)arena_array((arena), (count), sizeof(type)))

/*
 * The one allocator.  For growable buffers that outlive no call and for
 * libraries that take allocation hooks.  Both raise when refused; what was to
 * be resized is then still there.
 * memory_fail_at(N) makes the Nth allocation from now fail (once, or from
 * then on when LASTING); 0 turns it off.  For tests only.
 */
void *memory_get(size_t size)
	__attribute__((returns_nonnull));
void *memory_resize(void *old, size_t size);
void memory_give(void *memory);
void memory_fail_at(uint64_t nth, int lasting);
/* Allocations left before it strikes. */
uint64_t memory_fail_left(void);

#endif

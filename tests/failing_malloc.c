/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that runs out inside other people's libraries, for tests/failing.test:
 * a library for LD_PRELOAD.  What the program allocates itself, and all before
 * its main(), is not counted.  The variable SCARP_FOREIGN says what fails:
 *
 *	N once|always	the Nth allocation, or it and all after it
 *	count		nothing; at the end standard error is told how many
 *			there were
 */
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What malloc() and its like are in glibc, whoever takes their names. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static uintptr_t program_start, program_end;
static unsigned long failing;		/* 0: none */
static bool lasts, counts;
static atomic_ulong seen;

static int find_program(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		uintptr_t at = info->dlpi_addr + part->p_vaddr;

		if (part->p_type != PT_LOAD || !(part->p_flags & PF_X))
			continue;
		program_start = at;
		program_end = at + part->p_memsz;
	}
	return 1;	/* the first is the program */
}

/* Runs behind the constructors of all that the program is linked with. */
__attribute__((constructor))
static void prepare(void)
{
	const char *what = getenv("SCARP_FOREIGN");
	char *rest = NULL;

	if (!what)
		return;
	dl_iterate_phdr(find_program, NULL);
	counts = strcmp(what, "count") == 0;
	if (!counts)
		failing = strtoul(what, &rest, 10);
	lasts = rest && strcmp(rest, " always") == 0;
}

__attribute__((destructor))
static void tell(void)
{
	char line[64];
	int length;

	if (!counts)
		return;
	length = snprintf(line, sizeof(line), "foreign %lu\n", (unsigned long)seen);
	if (write(2, line, (size_t)length) < 0)
		_exit(99);
}

static bool fails(const void *caller)
{
	uintptr_t at = (uintptr_t)caller;
	unsigned long nth;

	if ((!failing && !counts) || (at >= program_start && at < program_end))
		return false;
	nth = atomic_fetch_add(&seen, 1) + 1;
	if (counts || !(nth == failing || (lasts && nth > failing)))
		return false;
	errno = ENOMEM;
	return true;
}

#define FAILS() fails(__builtin_return_address(0))

void *malloc(size_t size)
{
	return FAILS() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return FAILS() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return FAILS() ? NULL : __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size)
{
	return FAILS() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return FAILS() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **at, size_t alignment, size_t size)
{
	void *new = FAILS() ? NULL : __libc_memalign(alignment, size);

	if (!new)
		return ENOMEM;
	*at = new;
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/io.h"
#include "tests/fuzz/fuzz.h"

/* The class of rows in site.scarp is named by this number. */
#define FILE_NUMBER 200

_Noreturn void fuzz_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	abort();
}

const char *fuzz_path(struct str bytes)
{
	static bool is_open;
	static char path[40];
	int fd;

	if (!is_open) {
		fd = memfd_create("input", 0);
		if (fd < 0 || dup2(fd, FILE_NUMBER) < 0)
			fuzz_fail("no file in memory");
		close(fd);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", FILE_NUMBER);
		is_open = true;
	}
	if (ftruncate(FILE_NUMBER, 0) != 0 || pwrite(FILE_NUMBER, bytes.at,
	    bytes.length, 0) != (ssize_t)bytes.length)
		fuzz_fail("cannot write to memory");
	return path;
}

uint32_t fuzz_source(struct arena *arena, struct sources *sources,
    const char *name, struct str bytes)
{
	char *padded = arena_alloc(arena, bytes.length + IO_PADDING);

	if (bytes.length)
		memcpy(padded, bytes.at, bytes.length);
	return source_add(sources, str_of(name), (struct str){ padded, bytes.length });
}

void fuzz_print(struct arena *arena, struct diagnostics *all)
{
	struct guard guard;
	struct text out;

	/* Twenty messages: elsewhere a limit is in order, here it is not. */
	if (!GUARD_SET(&guard))
		fuzz_fail("messages without end: %s", guard_reason());
	text_init(&out, arena);
	diag_print(all, &out, 20, DIAG_HUMAN, true);
	diag_print(all, &out, 20, DIAG_CONCISE, false);
	diag_print(all, &out, 20, DIAG_JSON, false);
	guard_clear(&guard);
}

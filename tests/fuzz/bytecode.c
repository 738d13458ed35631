/* SPDX-License-Identifier: Apache-2.0 */
/* A compiled pack: what the verifier accepts runs, and trips nothing. */
#include "tests/fuzz/fuzz.h"
#include "vm/container.h"
#include "vm/verify.h"

void fuzz_bytecode(struct arena *arena, struct str bytes)
{
	struct container container;
	struct answers whole;
	struct text out;
	struct str why;

	if (!container_read(arena, bytes, &container, &why)) {
		if (container.program && container.program->verified)
			fuzz_fail("refused, and yet verified");
		return;
	}
	text_init(&out, arena);
	program_list(container.program, NULL, &out);
	packed_run(arena, &container, &whole);
}

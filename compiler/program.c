/* SPDX-License-Identifier: Apache-2.0 */
/* The second half of the compiler: from a checked tree to a program. */
#include "compiler/compiler.h"
#include "compiler/emit.h"
#include "compiler/lower.h"

struct plan *compile_plan(struct arena *arena, const struct tree *tree,
    struct plan_options options)
{
	struct plan *plan = plan_new(arena, tree, options);

	return lower_tree(plan) ? plan : NULL;
}

struct program *compile_program_with(struct arena *arena, const struct tree *tree,
    struct plan_options options)
{
	struct plan *plan = compile_plan(arena, tree, options);
	struct schedule *schedule = plan ? schedule_plan(arena, plan) : NULL;

	return schedule ? emit_program(arena, plan, schedule) : NULL;
}

struct program *compile_program(struct arena *arena, const struct tree *tree)
{
	return compile_program_with(arena, tree,
	    (struct plan_options){ .unoptimised = false });
}

void compile_dump_plan(struct arena *arena, const struct tree *tree,
    struct plan_options options, struct text *out)
{
	struct plan *plan = compile_plan(arena, tree, options);

	if (plan)
		plan_dump(plan, out);
}

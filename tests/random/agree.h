/* SPDX-License-Identifier: Apache-2.0 */
/* agree - one random pair judged: compile, run, compare. */
#ifndef SCARP_TESTS_AGREE_H
#define SCARP_TESTS_AGREE_H

#include "compiler/compiler.h"
#include "compiler/plan.h"
#include "explain/evaluate.h"
#include "tests/random/learnt.h"
#include "tests/random/proofs.h"
#include "tests/random/random.h"
#include "vm/graph.h"

enum answer {
	ANSWER_AGREES,
	ANSWER_REJECTED,	/* the compiler or a reader refused what was made */
	ANSWER_DIFFERS		/* a property does not hold */
};

/* fill.c: what an unknown is said to lack, filled in.  The figures add up. */
struct fill {
	struct model *m;
	struct arena *arena;
	const struct tree *tree;
	struct program *program;
	const struct graph *graph;
	struct evaluator *evaluator;
	uint64_t unknown, filled;	/* outcomes; those with facts that decide them */
	uint64_t several, unproven;	/* of these: of more than one fact; not minimal */
	uint64_t hopeless, unfound;	/* no fact helps; none were found that do */
	uint64_t trials;		/* sites that were written and read again */
};
/* NULL, or how it does not hold. */
const char *fill_holds(struct fill *fill, const struct outcome *outcome,
    const struct finding *finding);

struct judgement {
	enum answer answer;
	struct str what;			/* the first difference, or why it was refused */
	struct known known;
	uint64_t verdicts[VERDICT_COUNT];
	uint64_t opcodes[OPCODE_COUNT];
	struct fill fill;
	struct proofs proofs;
};

/* What is compared besides VM and reference; JUDGE_EMIT: nothing is, and the
 * pair is written for tests/oracle.  JUDGE_CROWD: the VM with itself alone. */
enum { JUDGE_PLAIN, JUDGE_ALL, JUDGE_FILLS, JUDGE_EMIT, JUDGE_CROWD };

/* The threads of JUDGE_CROWD, which end with ARENA: before it is asked for. */
void judge_with(struct arena *arena);

/* emit.c: the pair and what the VM says of it, to standard output. */
void emit_pair(struct model *m, const struct tree *tree,
    const struct graph *graph, const struct packed_source *files,
    const struct outcome *outcomes, size_t count);

/* Judges the model as it stands, in its own region. */
void judge(struct model *m, int extent, struct judgement *judgement);
/* Fails (ANSWER_DIFFERS) if what was learnt between BEFORE and AFTER turned a
 * verdict round. */
void judge_refinement(struct arena *arena, const struct judgement *before,
    struct judgement *after, struct learnt *figures);
/* The smallest model found that still gives ANSWER_DIFFERS. */
void shrink(struct model *m, int extent);

#endif

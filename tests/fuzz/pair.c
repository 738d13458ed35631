/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pack and a site of the generators in tests/random, which take their
 * choices from the bytes as long as there are any: what a mutator changes is
 * a production, not a letter.
 */
#include "base/limits.h"
#include "tests/fuzz/fuzz.h"
#include "tests/random/agree.h"

void fuzz_pair(struct arena *arena, struct str bytes)
{
	struct judgement judgement;
	struct model m;
	struct text out;

	/* A generated rule that meets a limit proves nothing. */
	limit_set(STR("rows"), 1u << 24);
	limit_set(STR("missing-steps"), 2000000);
	limit_set(STR("expansion"), 100000);
	memset(&m, 0, sizeof(m));
	m.arena = arena;
	m.scale = 1;
	random_seed(&m.random, 1);
	m.random.tape = (const unsigned char *)bytes.at;
	m.random.left = bytes.length;
	m.missing = random_below(&m.random, 6) * 10;
	m.ways_out = random_chance(&m.random, 40);
	m.several = random_chance(&m.random, 33);
	model_schema(&m);
	model_site(&m);
	if (m.several)
		model_others(&m);
	model_pack(&m);
	judge(&m, JUDGE_ALL, &judgement);
	if (judgement.answer != ANSWER_DIFFERS)
		return;
	text_init(&out, arena);
	model_print_pack(&m, &out);
	text_add(&out, STR("---- schema\n"));
	model_print_schema(&m, &out);
	text_add(&out, STR("---- site\n"));
	model_print_yaml(&m, &out);
	fuzz_fail("%.*s\n%.*s", STR_ARG(judgement.what), STR_ARG(text_str(&out)));
}

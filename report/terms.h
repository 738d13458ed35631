/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms - how a run was asked: all that changes verdicts, what is listed, or the
 * exit status, besides packs and inventories.  One list (terms.def), which every
 * report tells that has a place for it.
 */
#ifndef SCARP_REPORT_TERMS_H
#define SCARP_REPORT_TERMS_H

#include "base/text.h"
#include "base/vec.h"

enum term_id {
#define TERM(option, name, form, fallback) TERM_##option,
#include "report/terms.def"
#undef TERM
	TERM_COUNT
};

enum term_form { TERM_WORD, TERM_FLAG, TERM_LIST };

/* Values as they were written; of a flag one, "true", when it is given. */
struct terms_setting { VEC(struct str) values; };
struct terms { struct terms_setting of[TERM_COUNT]; };

enum term_form term_form(enum term_id id);
/* "least_grade" */
const char *terms_name(enum term_id id);
/* One value more; VALUE must live as long as the run. */
void terms_add(struct terms *terms, struct arena *arena, enum term_id id, struct str value);
/* The one value of a word: as given, else by default; it may be empty. */
struct str terms_word(const struct terms *terms, enum term_id id);
/* Whether it is as in a run that was asked for nothing. */
bool terms_is_plain(const struct terms *terms, enum term_id id);

/* What is not plain, a value at a time: begin with a walk of zeros. */
struct terms_walk { unsigned id; size_t value; };
struct terms_line {
	enum term_id id;
	struct str name;		/* as options are spelt: "least-grade" */
	struct str value;		/* "true" of a flag */
};
bool terms_next(const struct terms *terms, struct arena *arena, struct terms_walk *walk,
    struct terms_line *line);
/* Of no interest where every verdict is listed. */
#define TERMS_OF_LISTS (1u << TERM_VERDICTS | 1u << TERM_SARIF_RESULTS)
/* "least-grade observed; no-defaults", without those of TOLD (1 << id).
 * Values are of any bytes: who shows it escapes it. */
struct str terms_words(const struct terms *terms, struct arena *arena, unsigned told);

#endif

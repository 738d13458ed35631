/* SPDX-License-Identifier: Apache-2.0 */
/* fact - what the inventory says of one thing, or that it does not. */
#ifndef SCARP_EXPLAIN_FACT_H
#define SCARP_EXPLAIN_FACT_H

#include "explain/premise.h"

/* STATE(name, word): of a fact. */
#define FACT_STATES(STATE) \
	STATE(KNOWN, "known") \
	STATE(ABSENT, "none") \
	STATE(MISSING, "not collected") \
	STATE(CONFLICT, "conflict") \
	STATE(ASSUMED, "assumed by schema") \
	STATE(POSSIBLE, "possible") \
	STATE(CLOSED, "closed") \
	STATE(OPEN, "open")
enum fact_state {
#define STATE(name, word) FACT_##name,
	FACT_STATES(STATE)
#undef STATE
	FACT_STATE_COUNT
};
const char *fact_state_text(enum fact_state state);

/*
 * VALUE: known, none, not collected, conflict or assumed.  ELEMENT: known,
 * possible or conflict.  LACKS, ROW and REST: the row is closed, open or not
 * collected.  ENTITY: known or possible.  EXTENT, ALL: closed or open.  TODAY:
 * known or not collected.  PARAM: known.
 */
enum fact_state fact_state(const struct evaluator *ev, const struct fact *fact);
/* Where in its link the element is that an ELEMENT is about. */
uint32_t fact_element(const struct evaluator *ev, const struct fact *fact);

#endif

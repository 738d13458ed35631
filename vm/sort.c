/* SPDX-License-Identifier: Apache-2.0 */
/* Heapsort (Williams 1964): what is sorted already is seen in one pass. */
#include "vm/sort.h"

static bool is_before(struct element a, struct element b)
{
	return a.cell != b.cell ? a.cell < b.cell : a.possible < b.possible;
}

static void sift(struct element *e, uint32_t at, uint32_t count)
{
	struct element moved = e[at];

	for (uint64_t next; (next = 2 * (uint64_t)at + 1) < count; at = (uint32_t)next) {
		if (next + 1 < count && is_before(e[next], e[next + 1]))
			next++;
		if (!is_before(moved, e[next]))
			break;
		e[at] = e[next];
	}
	e[at] = moved;
}

void sort_elements(struct element *e, uint32_t count)
{
	bool sorted = true;

	for (uint32_t i = 1; i < count && sorted; i++)
		sorted = !is_before(e[i], e[i - 1]);
	if (sorted)
		return;
	for (uint32_t i = count / 2; i-- > 0;)
		sift(e, i, count);
	for (uint32_t end = count - 1; end > 0; end--) {
		struct element top = e[0];

		e[0] = e[end];
		e[end] = top;
		sift(e, 0, end);
	}
}

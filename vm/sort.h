/* SPDX-License-Identifier: Apache-2.0 */
/* sort - elements of a set in their order, in place and without a bad case. */
#ifndef SCARP_VM_SORT_H
#define SCARP_VM_SORT_H

#include <stdbool.h>
#include <stdint.h>

struct element {
	int64_t cell;
	bool possible;
};

/* Ascending by cell; of equal cells the certain ones first. */
void sort_elements(struct element *elements, uint32_t count);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/fault.h"

#ifdef SCARP_FAULTS

static enum fault planted;

void fault_plant(enum fault fault)
{
	planted = fault;
}

bool fault_is(enum fault fault)
{
	return planted == fault;
}

const char *fault_name(enum fault fault)
{
	static const char *const names[] = {
		"none",
#define FAULT(name, text) #name,
#include "vm/faults.def"
#undef FAULT
	};

	return names[fault];
}

const char *fault_text(enum fault fault)
{
	static const char *const texts[] = {
		"nothing goes wrong",
#define FAULT(name, text) text,
#include "vm/faults.def"
#undef FAULT
	};

	return texts[fault];
}

#else

/* Nothing to plant: a translation unit may not be empty. */
typedef int fault_none;

#endif

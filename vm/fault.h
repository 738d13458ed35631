/* SPDX-License-Identifier: Apache-2.0 */
/* fault - mistakes planted on purpose (faults.def), in test builds only. */
#ifndef SCARP_VM_FAULT_H
#define SCARP_VM_FAULT_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <stdbool.h>

enum fault {
	FAULT_NOT_PLANTED,
#define FAULT(name, text) FAULT_##name,
#include "vm/faults.def"
#undef FAULT
	FAULT_COUNT
};

#ifdef SCARP_FAULTS
/* From now on exactly this fault is made; FAULT_NOT_PLANTED: none. */
void fault_plant(enum fault fault);
bool fault_is(enum fault fault);
const char *fault_name(enum fault fault);
const char *fault_text(enum fault fault);
#else
#define fault_is(fault) false
#endif

#endif

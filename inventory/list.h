/* SPDX-License-Identifier: Apache-2.0 */
/* list - which files paths stand for, and why one cannot be had. */
#ifndef SCARP_INVENTORY_LIST_H
#define SCARP_INVENTORY_LIST_H

#include "inventory/inventory.h"

/* PATH cannot be read, for WHY, unless it is the sandbox that refuses: that is
 * said instead, with what to do. */
void list_refuse(struct diagnostics *all, struct str path, struct str why);

#endif

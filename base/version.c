/* SPDX-License-Identifier: Apache-2.0 */
#include "include/scarp.h"

#include "config.h"

const char *scarp_version(void)
{
	return PACKAGE_VERSION;
}

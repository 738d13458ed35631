/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "include/scarp.h"

int main(void)
{
	printf("scarp %s\n", scarp_version());
	return 0;
}

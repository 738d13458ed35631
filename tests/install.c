/* SPDX-License-Identifier: Apache-2.0 */
/* What a user of the installed library writes; see installcheck. */
#include <scarp.h>
#include <stdio.h>

int main(void)
{
	return puts(scarp_version()) < 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fail - a world that fails, for tests/failing.test.
 *
 * Only in test builds (--enable-faults, --enable-sanitizers); a release knows
 * nothing of it.  The variable SCARP_FAIL says what fails:
 *
 *	memory N once|always	the Nth allocation, or it and all after it
 *	io N ERROR		the Nth system call, with this errno; a
 *				negative one makes a transfer move one byte
 *	signal N NUMBER		this signal arrives before the Nth system call
 *	count			nothing; "memory N" and "io N" at the end tell
 *				on standard error how many there were
 */
#ifndef SCARP_CLI_FAIL_H
#define SCARP_CLI_FAIL_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#if defined(SCARP_FAULTS) || defined(SCARP_CHECKED) || defined(SCARP_COVERAGE)
void fail_prepare(void);
void fail_tell(void);
#else
#define fail_prepare() ((void)0)
#define fail_tell() ((void)0)
#endif

#endif

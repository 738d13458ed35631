/* SPDX-License-Identifier: Apache-2.0 */
/* scarp - the public header of libscarp. */
#ifndef SCARP_H
#define SCARP_H

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0"; a constant. */
const char *scarp_version(void);

#ifdef __cplusplus
}
#endif

#endif

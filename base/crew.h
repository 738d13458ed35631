/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crew - threads that do parts of one piece of work, together with the one
 * that asks for it.
 *
 * The work gets the number of the member that runs it and shares itself out,
 * mostly by an atomic counter.  Each member has a guard of its own: what one
 * raises ends the work of that member, and is raised again for the caller when
 * all have stopped.  Regions are not shared: a member uses those that the
 * caller made for it.  Signals come to the caller alone.
 */
#ifndef SCARP_BASE_CREW_H
#define SCARP_BASE_CREW_H

#include "base/arena.h"

/* More members than any machine needs. */
#define CREW_MOST 64

struct crew;
typedef void crew_work(void *context, unsigned member);

/* JOBS members with the caller, which is member 0; the others are there from
 * the first work on.  Ends with ARENA. */
struct crew *crew_new(struct arena *arena, unsigned jobs);
/* NULL is a crew of one. */
unsigned crew_size(const struct crew *crew);
/* The processors that this process may use. */
unsigned crew_processors(void);

/* The others begin; the caller goes on, and comes to one of the next two. */
void crew_start(struct crew *crew, crew_work *work, void *context);
/* The caller joins in; all are done then, or one raised and so does this. */
void crew_finish(struct crew *crew);
/* Waits without joining in or raising: before what they use goes. */
void crew_wait(struct crew *crew);
/* Both: the whole work. */
void crew_do(struct crew *crew, crew_work *work, void *context);
/* In a work: this by one member at a time.  What it raises goes on. */
void crew_alone(struct crew *crew, void (*work)(void *context), void *context);
/* Some member raised: others should stop. */
bool crew_has_failed(const struct crew *crew);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overlay - facts that are assumed, over a graph that stays as it is.
 *
 * An overlay says what the inventory would say if somebody had collected a few
 * facts more: a value, the elements of a row, whether a possible link holds,
 * that a kind is listed whole.  What follows from them follows here as well,
 * as inventory/merge would conclude it: the other side of a link, extents of
 * subkinds and of what is owned, rows that their inverse tells.  It never
 * changes what the graph knows.
 *
 * facts.c reads an evaluator's overlay before its graph.
 */
#ifndef SCARP_EXPLAIN_OVERLAY_H
#define SCARP_EXPLAIN_OVERLAY_H

#include "explain/evaluate.h"
#include "vm/scalar.h"

/* One fact assumed.  A row is closed: with what the graph lists for certain,
 * what other assumptions put there, and ADDED; what is possible stays so. */
struct filling {
	enum missing_kind kind;
	uint16_t attribute, of;	/* as in struct missing */
	entity_id entity;
	bool absent;		/* value: none */
	bool holds;		/* link: there it is; entity: it exists */
	int64_t cell;		/* value, link: the element; today: days */
	const int64_t *added;	/* row */
	uint32_t added_count;
};

struct overlay;

/* Lives in ARENA. */
struct overlay *overlay_new(struct arena *arena, const struct schema *schema,
    const struct graph *graph, const uint32_t *unclosed);
/* False when it contradicts the graph or what was assumed before; the overlay
 * is then of no use.  MISSING_TROUBLE cannot be assumed. */
bool overlay_assume(struct overlay *overlay, const struct filling *filling);
/* After the last one: what follows of extents and rows. */
void overlay_conclude(struct overlay *overlay);

/* Per attribute, the rows that are not closed, or single values that are not
 * known: what overlay_new wants to be told, counted once per graph. */
uint32_t *overlay_unclosed(struct arena *arena, const struct graph *graph);

/* --- what facts.c asks, of a fact that the graph leaves open --- */
/* A single value that the graph does not know: known, absent or neither. */
enum overlay_state { OVERLAY_SILENT, OVERLAY_KNOWN, OVERLAY_ABSENT };
enum overlay_state overlay_value(const struct overlay *overlay,
    uint16_t attribute, entity_id entity, int64_t *cell);
/* Of an element that the graph lists as possible. */
enum truth overlay_possible(const struct overlay *overlay, uint16_t attribute,
    entity_id entity, int64_t cell);
bool overlay_closes(const struct overlay *overlay, uint16_t attribute,
    entity_id entity);
/* Elements of a row that the graph does not list, one after the other: START
 * with NULL; NULL at the end. */
struct overlay_effect {
	int64_t cell;
	bool holds;
	const struct overlay_effect *next;
};
const struct overlay_effect *overlay_effects(const struct overlay *overlay,
    uint16_t attribute, entity_id entity);
/* What is read of the graph from now on is told to TRACE, or NULL. */
struct trace;
void overlay_trace(struct overlay *overlay, struct trace *trace);
/* May what is assumed, with what follows, be seen by whoever reads no more than
 * this? */
struct footprint;
bool overlay_touches(const struct overlay *overlay,
    const struct footprint *footprint);
bool overlay_closes_extent(const struct overlay *overlay, uint16_t kind);
/* Of an entity that may not exist. */
enum truth overlay_exists(const struct overlay *overlay, entity_id entity);
bool overlay_today(const struct overlay *overlay, int64_t *days);
/* graph_may_link, with what is assumed. */
bool overlay_may_link(const struct overlay *overlay, uint16_t attribute,
    entity_id s, entity_id t);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_scan - YAML as tokens, as far as nothing in it is wrong or odd: what is
 * not taken here is left to yaml.c, which says why.
 */
#ifndef SCARP_INVENTORY_YAML_SCAN_H
#define SCARP_INVENTORY_YAML_SCAN_H

#include "inventory/token.h"

/* libyaml counts characters behind a byte order mark; from them to bytes. */
struct yaml_places {
	struct str bytes;	/* without the mark */
	uint32_t mark;		/* its bytes */
	uint32_t *checkpoints;	/* byte of every so many characters; NULL: ASCII */
	uint32_t characters;
};

/* BYTES of a whole file; what it needs lives in ARENA. */
void yaml_places_init(struct yaml_places *places, struct arena *arena,
    struct str bytes);
/* The byte of the file where a character begins; the end behind the last. */
uint32_t yaml_byte(const struct yaml_places *places, size_t character);

/* The mark after a block scalar is where the next thing begins. */
struct span yaml_trimmed(struct str bytes, struct span span);
/* TEXT of a scalar where the file itself has it at SPAN, else a copy in ARENA.
 * QUOTED: there are quotes around it. */
struct str yaml_text(struct arena *arena, struct str bytes, struct span span,
    struct str text, bool quoted);

struct yaml_scan;

/* BYTES of a whole file, which are what inventories may hold.  It ends with
 * ARENA; texts that are not in the file live in TEXTS. */
struct yaml_scan *yaml_scan_new(struct arena *arena, struct arena *texts,
    struct str bytes, unsigned depth);
/* As json_scan_some. */
enum token_status yaml_scan_some(struct yaml_scan *y, struct tokens *tokens,
    size_t most);

/* The texts of the next tokens live in TEXTS. */
void yaml_scan_into(struct yaml_scan *y, struct arena *texts);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * container - the .scarpc file: a program, and the source it was made from.
 * Layout in vm/README.md: little-endian, offsets only, one canonical encoding.
 */
#ifndef SCARP_VM_CONTAINER_H
#define SCARP_VM_CONTAINER_H

#include "vm/program.h"

/* Of the layout; a file of another one is refused. */
#define CONTAINER_VERSION 2

struct packed_source {
	struct str module;		/* empty: of the pack itself; else the name that `use` gives */
	struct str name;		/* of the file inside its pack: "roles.scarp", "tests/a.scarp" */
	struct str bytes;
};

struct container {
	struct program *program;
	struct str pack_id, pack_version;
	struct packed_source *sources;
	uint32_t source_count;
	/* What it was compiled for: a profile (or empty), and NAME=VALUE. */
	struct str profile;
	struct str *settings;
	uint32_t setting_count;
};

struct str container_write(struct arena *arena, const struct container *container);
/* Checks digest, structure and every invariant of the program.  False: *WHY
 * names the invariant broken and the byte offset. */
bool container_read(struct arena *arena, struct str bytes, struct container *container,
    struct str *why);

#endif

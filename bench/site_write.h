/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_write - the entities of an invented site, one after the other, in any of
 * the forms that scarp reads.  The same calls say the same in every form, but
 * for OpenGraph, which has no place for much of it.
 */
#ifndef SCARP_BENCH_SITE_WRITE_H
#define SCARP_BENCH_SITE_WRITE_H

#include <stdbool.h>

enum form { FORM_YAML, FORM_JSON, FORM_NDJSON, FORM_CSV, FORM_OPENGRAPH };

/* The form called NAME; false when there is none. */
bool form_find(const char *name, enum form *form);

/* CSV is several files: FOLDER, which has to exist, takes them; else FOLDER is
 * NULL and all goes to standard output.  Ends the program on any failure. */
void write_begin(enum form form, const char *folder);
void write_end(void);

/* Entities stand between write_kind("Host") of one kind and that of the next. */
void write_kind(const char *kind);
void write_entity(void);
void write_entity_end(void);

/* A fact of the entity; "true", "false" and "null" are words, not texts. */
void write_value(const char *name, const char *value);
/* A list of it; OPEN: there may be more. */
void write_list(const char *name, bool open);
void write_item(const char *value);
/* An element that is an entity of its own: write_field for each of its facts. */
void write_element(void);
void write_field(const char *name, const char *value);

#endif

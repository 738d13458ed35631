/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write_xml - XML through libxml2's writer, into a text.
 *
 * Before it gets there, what XML 1.0 cannot hold and what a reader could not
 * see is spelled out as on a terminal: one control character would lose the
 * whole report.  Trouble is kept until xml_end, which raises it.
 */
#ifndef SCARP_REPORT_WRITE_XML_H
#define SCARP_REPORT_WRITE_XML_H

#include "base/text.h"

struct xml;

/* A document in OUT; what the writer holds ends with ARENA. */
struct xml *xml_start(struct arena *arena, struct text *out);
void xml_end(struct xml *xml);
void xml_open(struct xml *xml, const char *name);
void xml_close(struct xml *xml);
void xml_attribute(struct xml *xml, const char *name, struct str value);
void xml_attribute_word(struct xml *xml, const char *name, const char *value);
void xml_attribute_count(struct xml *xml, const char *name, uint64_t value);
void xml_text(struct xml *xml, struct str text);
/* An element that holds a text alone. */
void xml_element(struct xml *xml, const char *name, struct str text);

#endif

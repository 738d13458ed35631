/* SPDX-License-Identifier: Apache-2.0 */
#include "report/write_xml.h"

#include <libxml/xmlmemory.h>
#include <libxml/xmlwriter.h>
#include <stdatomic.h>

#include "base/guard.h"
#include "base/visible.h"

struct xml {
	struct text *out;
	struct text filtered;	/* what filtered() answers */
	xmlTextWriterPtr writer;
	const char *reason;	/* why nothing more can be written, or NULL */
};

/* libxml2 calls this: nothing may be raised through it, and it would print
 * what fails. */
static int take(void *context, const char *bytes, int length)
{
	struct xml *xml = context;
	struct guard guard;

	if (xml->reason)
		return length;
	if (!GUARD_SET(&guard)) {
		xml->reason = guard_reason();
		return length;
	}
	text_add(xml->out, (struct str){ bytes, (size_t)length });
	guard_clear(&guard);
	return length;
}

/* libxml2 2.9 leaves out what it has no memory for and answers that all is
 * well, so each of its allocations is looked at on its way. */
static struct {
	xmlFreeFunc release;
	xmlMallocFunc allocate;
	xmlReallocFunc enlarge;
	xmlStrdupFunc duplicate;
} usual;
static atomic_bool was_refused;

static void *seen(void *memory)
{
	if (!memory)
		was_refused = true;
	return memory;
}

static void *allocate(size_t size)
{
	return seen(usual.allocate(size));
}

static void *enlarge(void *old, size_t size)
{
	return seen(usual.enlarge(old, size));
}

static char *duplicate(const char *text)
{
	return seen(usual.duplicate(text));
}

/* Once in a process; whoever else uses libxml2 has what it had. */
static void look_at_allocations(void)
{
	was_refused = false;
	if (usual.allocate)
		return;
	xmlMemGet(&usual.release, &usual.allocate, &usual.enlarge, &usual.duplicate);
	xmlMemSetup(usual.release, allocate, enlarge, duplicate);
}

static void note(struct xml *xml, int status)
{
	if ((status < 0 || was_refused) && !xml->reason)
		xml->reason = "out of memory";
}

/* Trouble is in the status of each call; nothing is to be printed. */
static void __attribute__((format(printf, 2, 3)))
say_nothing(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

static void end_writer(void *item)
{
	struct xml *xml = item;

	if (!xml->reason)
		xml->reason = "ended";	/* the text may be gone already */
	if (xml->writer)
		xmlFreeTextWriter(xml->writer);
	xml->writer = NULL;
}

struct xml *xml_start(struct arena *arena, struct text *out)
{
	struct xml *xml = ARENA_NEW(arena, struct xml);
	xmlOutputBufferPtr buffer;

	xml->out = out;
	text_init(&xml->filtered, arena);
	arena_defer(arena, end_writer, xml);
	look_at_allocations();
	xmlSetGenericErrorFunc(NULL, say_nothing);
	buffer = xmlOutputBufferCreateIO(take, NULL, xml, NULL);
	xml->writer = buffer ? xmlNewTextWriter(buffer) : NULL;
	if (!xml->writer) {
		if (buffer)
			xmlOutputBufferClose(buffer);
		guard_raise("out of memory");
	}
	xmlTextWriterSetIndent(xml->writer, 1);
	note(xml, xmlTextWriterStartDocument(xml->writer, NULL, "UTF-8", NULL));
	return xml;
}

void xml_end(struct xml *xml)
{
	note(xml, xmlTextWriterEndDocument(xml->writer));
	note(xml, xmlTextWriterFlush(xml->writer));
	if (xml->reason)
		guard_raise(xml->reason);
}

/* S, in which names are visible already, with a NUL behind it, as libxml2 wants
 * it; line feeds stay.  Until the next one. */
static const xmlChar *filtered(struct xml *xml, struct str s)
{
	struct text *out = &xml->filtered;

	out->length = 0;
	text_add_visible_as(out, s, VISIBLE_LINES | VISIBLE_SOURCE);
	text_add_char(out, '\0');
	return (const xmlChar *)out->at;
}

void xml_open(struct xml *xml, const char *name)
{
	note(xml, xmlTextWriterStartElement(xml->writer, (const xmlChar *)name));
}

void xml_close(struct xml *xml)
{
	note(xml, xmlTextWriterEndElement(xml->writer));
}

void xml_attribute(struct xml *xml, const char *name, struct str value)
{
	note(xml, xmlTextWriterWriteAttribute(xml->writer, (const xmlChar *)name,
	    filtered(xml, value)));
}

void xml_attribute_word(struct xml *xml, const char *name, const char *value)
{
	xml_attribute(xml, name, str_of(value));
}

void xml_attribute_count(struct xml *xml, const char *name, uint64_t value)
{
	note(xml, xmlTextWriterWriteFormatAttribute(xml->writer,
	    (const xmlChar *)name, "%llu", (unsigned long long)value));
}

void xml_text(struct xml *xml, struct str text)
{
	note(xml, xmlTextWriterWriteString(xml->writer, filtered(xml, text)));
}

void xml_element(struct xml *xml, const char *name, struct str text)
{
	xml_open(xml, name);
	xml_text(xml, text);
	xml_close(xml);
}

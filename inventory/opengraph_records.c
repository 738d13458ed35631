/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collections that are lists of objects: SharpHound's files, which say of what
 * kind their objects are, and rows as the providers of other products give
 * them, whose kind is the name of the file.
 */
#include "inventory/opengraph_part.h"
#include "inventory/read.h"

static bool is_mapped(const struct opengraph *og, struct str format)
{
	for (size_t i = 0; i < og->mappings.count; i++)
		if (str_equal(og->mappings.items[i]->format, format))
			return true;
	return false;
}

static uint32_t meta_type(const struct document *document)
{
	uint32_t meta = foreign_child(document, 0, STR("meta"));
	uint32_t type = meta ? foreign_child(document, meta, STR("type")) : 0;

	return type && document->nodes.items[type].kind == DOCUMENT_QUOTED &&
	    foreign_child(document, 0, STR("data")) ? type : 0;
}

/* Nobody exports rows as YAML, but people write inventories in it; a list at
 * the top is then a mistake that their own reader explains. */
static bool is_written_by_hand(const struct opengraph *og,
    const struct document *document)
{
	struct str name = source_name(diagnostics_sources(og->all),
	    document->nodes.items[0].span.file);

	return str_ends_caseless(name, STR(".yaml")) ||
	    str_ends_caseless(name, STR(".yml"));
}

bool foreign_format(const struct opengraph *og, const struct document *document,
    enum mapping_format *format)
{
	if (node_is_broken(&document->nodes.items[0]))
		return false;
	if (foreign_child(document, 0, STR("graph")))
		*format = FORMAT_OPENGRAPH;
	else if (meta_type(document))
		*format = FORMAT_SHARPHOUND;
	else if (document->nodes.items[0].kind == DOCUMENT_LIST &&
	    is_mapped(og, STR("rows")) && !is_written_by_hand(og, document))
		*format = FORMAT_ROWS;
	else
		return false;
	return true;
}

/* The objects of LIST; ID is the key of what tells them apart, or empty. */
static void gather_objects(struct opengraph *og,
    const struct document *document, const struct collection *in,
    uint32_t list, struct str id)
{
	const struct document_node *nodes = document->nodes.items;

	if (nodes[list].kind != DOCUMENT_LIST) {
		gather_wrong(og, document, list, "this is a list");
		return;
	}
	for (uint32_t i = nodes[list].first; i; i = nodes[i].next) {
		uint32_t own = id.length ? foreign_child(document, i, id) : 0;

		if (node_is_broken(&nodes[i]))
			continue;
		if (nodes[i].kind != DOCUMENT_MAP)
			gather_wrong(og, document, i, "this is an object");
		else if (id.length && (!own ||
		    nodes[own].kind != DOCUMENT_QUOTED))
			gather_wrong(og, document, i,
			    "an object needs an `ObjectIdentifier`");
		else
			gather_record(og, &(struct record){
			    .document = document, .in = in, .node = i,
			    .properties = i }, own ? nodes[own].text : STR(""));
	}
}

void gather_sharphound(struct opengraph *og, const struct document *document,
    const struct collection *in)
{
	struct collection *of_kind = ARENA_NEW(og->arena, struct collection);

	*of_kind = *in;
	of_kind->kind = document->nodes.items[meta_type(document)].text;
	gather_objects(og, document, of_kind,
	    foreign_child(document, 0, STR("data")), STR("ObjectIdentifier"));
}

/* "/site/SMS_Site.json" is of the kind SMS_Site. */
static struct str file_stem(struct str name)
{
	size_t start = 0, end;

	for (size_t i = 0; i < name.length; i++)
		if (name.at[i] == '/')
			start = i + 1;
	for (end = start; end < name.length && name.at[end] != '.'; end++)
		;
	return str_slice(name, start, end);
}

void gather_rows(struct opengraph *og, const struct document *document,
    const struct collection *in)
{
	struct collection *of_kind = ARENA_NEW(og->arena, struct collection);

	*of_kind = *in;
	of_kind->kind = arena_copy(og->arena, file_stem(source_name(
	    diagnostics_sources(og->all), document->nodes.items[0].span.file)));
	gather_objects(og, document, of_kind, 0, STR(""));
}

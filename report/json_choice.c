/* SPDX-License-Identifier: Apache-2.0 */
/* What the JSON report says of the choices of a run: profile, params, waivers. */
#include "report/json.h"

#include "vm/scalar.h"

static void add_files(struct json *j, const struct report *report)
{
	json_member_open(j, "waiver_files", '[');
	for (size_t i = 0; i < report->waiver_files.count; i++) {
		json_open(j, '{');
		json_member(j, "path", report->waiver_files.items[i].path);
		json_member(j, "sha256", report->waiver_files.items[i].sha256);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void add_approval(struct json *j, const struct report *report,
    const struct waiver *waiver)
{
	json_member(j, "until", scalar_date_text(report->arena, waiver->until));
	json_member(j, "because", waiver->because);
	json_member(j, "approved_by", waiver->approved_by);
	report_json_place(j, report, waiver->span);
}

void report_json_waived(struct json *j, const struct report *report,
    const struct waiver *waiver)
{
	if (!waiver)
		return;
	json_member_open(j, "waived", '{');
	add_approval(j, report, waiver);
	json_close(j, '}');
}

static void add_subject(struct json *j, const struct report *report,
    const struct waiver *waiver)
{
	const struct schema *schema = report->tree->schema;

	json_member_open(j, "subject", '[');
	for (uint32_t i = 0; i < waiver->count; i++) {
		const struct waiver_part *part = &waiver->parts[i];

		json_open(j, '{');
		json_name(j, "kind");
		if (part->kind == SCHEMA_NONE)
			json_null(j);
		else
			json_text(j, schema->kinds.items[part->kind].name);
		json_member(j, "key", part->key);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void add_text_or_null(struct json *j, const char *name, struct str text)
{
	json_name(j, name);
	if (text.length)
		json_text(j, text);
	else
		json_null(j);
}

static void add_waiver(struct json *j, const struct report *report,
    const struct report_waiver *waiver)
{
	json_open(j, '{');
	json_member(j, "rule", waiver->waiver->rule);
	add_subject(j, report, waiver->waiver);
	json_member_word(j, "state", waiver_state_text(waiver->state));
	json_member_count(j, "waived", waiver->waived);
	json_member(j, "detail", waiver->detail);
	add_text_or_null(j, "suggestion", waiver->suggestion);
	add_text_or_null(j, "evidence", waiver->waiver->evidence);
	add_approval(j, report, waiver->waiver);
	json_close(j, '}');
}

static void add_waivers(struct json *j, const struct report *report)
{
	json_member_open(j, "waivers", '[');
	for (size_t i = 0; i < report->waivers.count; i++) {
		json_break(j);
		add_waiver(j, report, &report->waivers.items[i]);
	}
	json_close(j, ']');
}

static void add_profile(struct json *j, const struct report *report)
{
	const struct profile *profile = report->tree->profile;

	json_name(j, "profile");
	if (!profile) {
		json_null(j);
		return;
	}
	json_open(j, '{');
	json_member(j, "name", profile->name);
	report_json_place(j, report, profile->span);
	json_close(j, '}');
}

static void add_param(struct json *j, const struct report *report,
    const struct param *param)
{
	static const char *const kinds[] = { "declared", "profile", "option" };

	json_open(j, '{');
	json_member(j, "name", param->name);
	json_member(j, "value", tree_value_text(report->arena, report->tree,
	    param->value));
	json_member_open(j, "by", '{');
	json_member_word(j, "kind", kinds[param->set_by.kind]);
	if (param->set_by.kind != SETTING_OPTION)
		report_json_place(j, report, param->set_by.span);
	json_close(j, '}');
	json_close(j, '}');
}

static void add_setting(struct json *j, const struct terms *terms, enum term_id id)
{
	const struct terms_setting *setting = &terms->of[id];

	json_name(j, terms_name(id));
	switch (term_form(id)) {
	case TERM_FLAG:
		json_bool(j, setting->values.count > 0);
		break;
	case TERM_WORD:
		if (terms_word(terms, id).length)
			json_text(j, terms_word(terms, id));
		else
			json_null(j);
		break;
	case TERM_LIST:
		json_open(j, '[');
		for (size_t i = 0; i < setting->values.count; i++)
			json_text(j, setting->values.items[i]);
		json_close(j, ']');
		break;
	}
}

void report_json_settings(struct json *j, const struct report *report)
{
	json_member_open(j, "run", '{');
	json_name(j, "imaginary");
	json_bool(j, report_is_imaginary(report));
	for (int id = 0; id < TERM_COUNT; id++)
		add_setting(j, &report->terms, (enum term_id)id);
	json_close(j, '}');
}

void report_json_choice(struct json *j, const struct report *report)
{
	const struct tree *tree = report->tree;

	add_profile(j, report);
	json_break(j);
	json_member_open(j, "params", '[');
	for (size_t i = 0; i < tree->params.count; i++) {
		json_break(j);
		add_param(j, report, &tree->params.items[i]);
	}
	json_close(j, ']');
	json_break(j);
	json_member_open(j, "not_selected", '[');
	for (size_t i = 0; i < tree->deselected.count; i++)
		json_text(j, tree->deselected.items[i].id);
	json_close(j, ']');
	json_break(j);
	add_files(j, report);
	json_break(j);
	add_waivers(j, report);
	json_break(j);
	report_json_settings(j, report);
}

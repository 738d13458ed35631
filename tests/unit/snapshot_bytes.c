/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/snapshot_bytes.h"

uint64_t snapshot_get(const char *at, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)(unsigned char)at[i] << (8 * i);
	return value;
}

void snapshot_set(char *at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (char)(value >> (8 * i) & 0xff);
}

uint64_t snapshot_entries(const char *bytes)
{
	return snapshot_get(bytes + 12, 4);
}

/* Sums and digest as a writer would have made them. */
void snapshot_make_right(struct arena *arena, char *bytes, size_t length)
{
	char *table = bytes + SNAPSHOT_HEADER;
	uint64_t cold = length, sums = 0, end = 0, at;

	for (uint64_t i = 0; i < snapshot_entries(bytes); i++) {
		const char *e = table + i * SNAPSHOT_RECORD;
		uint64_t section = snapshot_get(e, 2) - 1;

		if (section == SECTION_SUMS) {
			sums = snapshot_get(e + 8, 8);
			end = sums + snapshot_get(e + 16, 8) * snapshot_get(e + 4, 4);
		}
		if (section_infos[section].heat == HEAT_COLD && snapshot_get(e + 8, 8) < cold)
			cold = snapshot_get(e + 8, 8);
	}
	for (at = cold; sums && at < length && sums + 8 <= end; at += SNAPSHOT_BLOCK, sums += 8)
		snapshot_set(bytes + sums, snapshot_sum(bytes + at, length - at < SNAPSHOT_BLOCK ?
		    length - at : SNAPSHOT_BLOCK), 8);
	for (uint64_t i = 0; i < snapshot_entries(bytes); i++) {
		char *e = table + i * SNAPSHOT_RECORD;

		if (section_infos[snapshot_get(e, 2) - 1].heat == HEAT_HOT)
			snapshot_set(e + 24, snapshot_sum(bytes + snapshot_get(e + 8, 8),
			    snapshot_get(e + 16, 8) * snapshot_get(e + 4, 4)), 8);
	}
	memcpy(bytes + 32, io_blake2b(arena, (struct str){ table,
	    snapshot_entries(bytes) * SNAPSHOT_RECORD }).at, 32);
}

char *snapshot_find(char *bytes, enum section section, unsigned attribute)
{
	char *table = bytes + SNAPSHOT_HEADER;

	for (uint64_t i = 0; i < snapshot_entries(bytes); i++) {
		char *e = table + i * SNAPSHOT_RECORD;

		if (snapshot_get(e, 2) == (uint64_t)section + 1 &&
		    snapshot_get(e + 2, 2) == attribute)
			return e;
	}
	return NULL;
}

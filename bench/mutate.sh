#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# How long it takes to try every mutant of the packs that come with scarp.
#
#	bench/mutate.sh [PACK]...

set -u
export LC_ALL=C
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scarp=${SCARP:-$top/build/scarp}
(($#)) || set -- "$top"/rules/*/

printf '%-20s %5s %8s %8s\n' pack jobs mutants seconds
for pack; do
	for jobs in 1 2; do
		start=${EPOCHREALTIME/./}
		mutants=$("$scarp" mutate --jobs "$jobs" --format json "$pack" |
			jq '.mutants | length')
		end=${EPOCHREALTIME/./}
		printf '%-20s %5d %8s %8d.%02d\n' "$(basename "$pack")" "$jobs" \
			"$mutants" $(((end - start) / 1000000)) \
			$(((end - start) / 10000 % 100))
	done
done

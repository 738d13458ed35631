#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# gaps.sh [BUILD [HOSTS...]]: seconds of processor time, the best of three, of
# `check` and `gaps` over invented sites.

set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$top/build}
shift || true
sizes=("$@")
((${#sizes[@]})) || sizes=(100 1000 10000)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# seconds COMMAND...: the least of three runs.
seconds() {
	for _ in 1 2 3; do
		( TIMEFORMAT=%U; time "$@" >"$folder/out" 2>/dev/null || true ) 2>&1
	done | sort -n | head -1
}

printf '%8s %9s %8s %8s %8s %6s\n' servers subjects unknown check gaps ratio
for size in "${sizes[@]}"; do
	"$build/bench/site" --hosts "$size" --missing 30 \
		--seed 1 --format json >"$folder/site.json"
	arguments=(--pack "$top/rules/cm2007" "$folder/site.json" --as-of 2026-12-01)
	check=$(seconds "$build/scarp" check "${arguments[@]}")
	gaps=$(seconds "$build/scarp" gaps "${arguments[@]}")
	read -r unknown _ subjects _ <"$folder/out"
	printf '%8s %9s %8s %8s %8s %6s\n' "$size" "$subjects" "$unknown" "$check" \
		"$gaps" "$(awk "BEGIN { printf \"%.2f\", $check ? $gaps / $check : 0 }")"
done

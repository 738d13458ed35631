#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The step of action.yml.  What a workflow gives comes in variables, never in the
# text of a command.  Ends with the status of the check, or of its tests.

set -u

lines() {
	local line

	while IFS= read -r line; do
		[[ -z ${line// /} ]] || printf '%s\0' "$line"
	done <<<"$1"
}

mapfile -d '' -t packs < <(lines "${SCARP_INPUT_PACKS:-}")
mapfile -d '' -t inventories < <(lines "${SCARP_INPUT_INVENTORIES:-}")
summary=$(mktemp) || exit 2
trap 'rm -f "$summary"' EXIT

check=(--as-of "${SCARP_INPUT_AS_OF:-today}" --format github
	--report "markdown=$summary")
for pack in "${packs[@]}"; do
	check+=(--pack "$pack")
done
[[ -z ${SCARP_INPUT_FAIL_ON:-} ]] || check+=(--fail-on "$SCARP_INPUT_FAIL_ON")
[[ -z ${SCARP_INPUT_SARIF:-} ]] || check+=(--report "sarif=$SCARP_INPUT_SARIF")
[[ -z ${SCARP_INPUT_HTML:-} ]] || check+=(--report "html=$SCARP_INPUT_HTML")

tested=0
if [[ ${SCARP_INPUT_TEST:-true} == true ]]; then
	scarp test -- "${packs[@]}"
	tested=$?
fi
scarp check "${check[@]}" -- "${inventories[@]}"
status=$?
((tested <= status)) || status=$tested

# Alerts of what was not checked would close.
((status <= 1)) || [[ -z ${SCARP_INPUT_SARIF:-} ]] || rm -f -- "$SCARP_INPUT_SARIF"
echo "status=$status" >>"${GITHUB_OUTPUT:-/dev/null}"
# A summary has room for a mebibyte.
head -c 1000000 "$summary" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
exit "$status"

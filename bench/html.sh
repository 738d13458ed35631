#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# How long the HTML report takes to write, and to open in Chromium, where there
# is one: until it is loaded, filtered and drawn, less what an empty page takes.
#
#	bench/html.sh [FINDINGS]...

set -u
export LC_ALL=C
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scarp=${SCARP:-$top/build/scarp}
(($#)) || set -- 2000 20000
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2

now() {
	echo "${EPOCHREALTIME/./}"
}

# Microseconds that Chromium needs for a page.
open_page() {
	local start
	start=$(now)
	timeout 300 chromium --headless --no-sandbox --disable-gpu \
		--user-data-dir="$folder/chromium" --window-size=1300,1000 \
		--screenshot="$folder/page.png" "file://$1" >/dev/null 2>&1
	echo $(($(now) - start))
}

seconds() {
	printf '%d.%02d' $(($1 / 1000000)) $(($1 / 10000 % 100))
}

rules=8
{
	echo 'schema s'
	echo 'entity Host { name: caseless, key  smb: bool  ntlm: bool }'
	echo 'pack p "P" version "1.0.0"'
	for ((i = 0; i < rules; i++)); do
		cat <<-END
			rule net.r$i "Rule $i holds on every host" {
			  severity high
			  for h in Host
			  require h.smb and not h.ntlm else "{h} can be relayed to"
			  why "Whoever gets between reads and writes what is sent."
			  fix "Set the policy."
			}
		END
	done
} >pack.scarp
echo '<!doctype html><title>x</title>' >empty.html
open_page "$folder/empty.html" >/dev/null 2>&1

printf '%9s %9s %9s %9s\n' findings bytes write open
for findings; do
	{
		echo '{"scarp": 1, "schema": "s", "complete": ["Host"], "hosts": ['
		for ((i = 0; i < findings / rules; i++)); do
			((i)) && echo ,
			printf '{"name": "srv%06d.contoso.example", "smb": true, "ntlm": true}' "$i"
		done
		echo ']}'
	} >site.json
	start=$(now)
	"$scarp" check --pack pack.scarp site.json --format html -o page.html
	write=$(($(now) - start))
	opened=-
	if command -v chromium >/dev/null; then
		empty=$(open_page "$folder/empty.html")
		opened=$(seconds $(($(open_page "$folder/page.html") - empty)))
	fi
	printf '%9d %9d %9s %9s\n' "$findings" "$(wc -c <page.html)" \
		"$(seconds "$write")" "$opened"
done

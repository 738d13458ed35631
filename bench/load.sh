#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# load.sh BUILD [HOSTS...]
#
# What loading costs: invented sites as JSON and YAML, each read plainly,
# looked through by the library that reads it, and made a graph (bench/load.c).

set -eu
build=${1:?usage: load.sh BUILD [HOSTS...]}
shift
test $# -gt 0 || set -- 1000 10000
here=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
make -s -C "$build" bench/site bench/load >/dev/null
for hosts; do
	for format in json yaml; do
		file=$folder/$hosts.$format
		"$build"/bench/site --hosts "$hosts" --seed 1 --missing 2 \
		    --format "$format" > "$file"
		echo "$hosts hosts, $format, $(wc -c < "$file") bytes"
		"$build"/bench/load "$here"/rules/cm2007 "$here"/stdlib "$file"
		rm "$file"
	done
done

# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What the tests of the command share.  A test sources this file, makes its
# claims, and ends with `done_testing`:
#
#	. "${TOP_SRCDIR:?}/tests/cli/lib.sh"
#	run version
#	status_is 0
#	stdout_is "scarp 0.1.0"
#	claim "version tells the version"
#	done_testing
#
# Between two claims everything asserted must hold for the first of them.  The
# test runs in an empty folder of its own, removed at the end.  In the expected
# text a last line feed may be left out.

set -u
export LC_ALL=C
TOP_SRCDIR=${TOP_SRCDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
SCARP=${SCARP:-$TOP_SRCDIR/build/scarp}

claims=0
failures=0
problems=()
folder=$(mktemp -d "${TMPDIR:-/tmp}/scarp-cli-XXXXXX") || exit 99
trap 'cd / && chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder" || exit 99
mkdir .result

# run ARGUMENT...: runs scarp; standard input is the caller's.
run() {
	run_command "$SCARP" "$@"
}

run_command() {
	last_command="${*##*/}"
	"$@" >.result/stdout 2>.result/stderr
	last_status=$?
}

problem() {
	problems+=("$@")
}

status_is() {
	[[ $last_status == "$1" ]] ||
		problem "$last_command: exit status $last_status, not $1" \
			"stderr: $(head -c 2000 .result/stderr)"
}

# is NAME WANTED: the stream or file holds exactly that text.
same_text() {
	local name=$1 file=$2 wanted=$3

	[[ -z $wanted || $wanted == *$'\n' ]] || wanted+=$'\n'
	printf '%s' "$wanted" >.result/wanted
	cmp -s "$file" .result/wanted && return
	problem "$last_command: $name differs (- wanted, + have):" \
		"$(diff -u .result/wanted "$file" | tail -n +3)"
}

stdout_is() {
	same_text "standard output" .result/stdout "$1"
}

stderr_is() {
	same_text "standard error" .result/stderr "$1"
}

# stderr_refuses CODE MESSAGE [HELP]...: standard error is that diagnostic, and no more.
stderr_refuses() {
	local help said="error[$1]: $2"$'\n'

	for help in "${@:3}"; do
		said+="  = help: $help"$'\n'
	done
	stderr_is "$said"$'\n'
}

file_is() {
	same_text "$1" "$1" "$2"
}

# stdout_is_file GOLDEN: the same, from a file; SCARP_UPDATE=1 rewrites it.
stdout_is_file() {
	if [[ ${SCARP_UPDATE:-} == 1 ]]; then
		cp .result/stdout "$1"
	fi
	cmp -s .result/stdout "$1" ||
		problem "$last_command: differs from ${1##*/} (- wanted, + have):" \
			"$(diff -u "$1" .result/stdout | tail -n +3)"
}

stdout_has() {
	grep -qF -- "$1" .result/stdout ||
		problem "$last_command: standard output lacks: $1" \
			"$(head -c 2000 .result/stdout)"
}

stderr_has() {
	grep -qF -- "$1" .result/stderr ||
		problem "$last_command: standard error lacks: $1" \
			"$(head -c 2000 .result/stderr)"
}

# stdout_json FILTER WANTED: what jq makes of standard output.
stdout_json() {
	local have

	have=$(jq -rc "$1" .result/stdout 2>&1)
	[[ $have == "$2" ]] ||
		problem "$last_command: $1 is $have, not $2"
}

claim() {
	claims=$((claims + 1))
	if ((${#problems[@]} == 0)); then
		printf 'ok %d - %s\n' "$claims" "$1"
		return
	fi
	failures=$((failures + 1))
	printf 'not ok %d - %s\n' "$claims" "$1"
	printf '%s\n' "${problems[@]}" | sed 's/^/# /'
	problems=()
}

# skip CLAIM WHY: counts a claim that cannot be tried here.
skip() {
	claims=$((claims + 1))
	problems=()
	printf 'ok %d - %s # SKIP %s\n' "$claims" "$1" "$2"
}

need() {
	command -v "$1" >/dev/null
}

done_testing() {
	printf '1..%d\n' "$claims"
	exit $((failures > 0))
}

# SPDX-License-Identifier: Apache-2.0
#
# Makes a manual page in mdoc(7) of a page of the documentation:
#
#	awk -f manual.awk -v name=scarp-language -v section=7 -v date='...' \
#		-v about='...' -v see='scarp 1,...' PAGE.md...
#
# What it knows of Markdown: headings, paragraphs, fenced blocks, tables, lists,
# `code`, **strong**, *emphasis*, [links](which lose their targets).  Tables of
# two columns become tagged lists, those of three as well where the columns do
# not fit beside each other.

# Text as roff prints it, with fonts.  Code goes first, so that nothing in it is
# taken for anything else.
function inline(s,    out, i, code) {
	out = ""
	while ((i = index(s, "`")) > 0) {
		out = out prose(substr(s, 1, i - 1))
		s = substr(s, i + 1)
		i = index(s, "`")
		if (i == 0)
			i = length(s) + 1
		code = substr(s, 1, i - 1)
		out = out "\\fB" plain(code) "\\fP"
		s = substr(s, i + 1)
	}
	return out prose(s)
}

function plain(s) {
	gsub(/\\/, "\\e", s)
	gsub(/…/, "...", s)
	gsub(/·/, "|", s)
	gsub(/inventory\.md/, "scarp-inventory(5)", s)
	gsub(/language\.md/, "scarp-language(7)", s)
	return s
}

function prose(s,    before, at, text) {
	while (match(s, /\[[^\]]*\]\([^)]*\)/)) {
		before = substr(s, 1, RSTART - 1)
		at = RSTART + RLENGTH
		text = substr(s, RSTART + 1, index(substr(s, RSTART), "](") - 2)
		s = before text substr(s, at)
	}
	gsub(/\\\|/, "|", s)
	s = plain(s)
	while (match(s, /\*\*[^*]+\*\*/))
		s = substr(s, 1, RSTART - 1) "\\fB" substr(s, RSTART + 2, RLENGTH - 4) \
		    "\\fP" substr(s, RSTART + RLENGTH)
	while (match(s, /\*[A-Za-z][^*]*\*/))
		s = substr(s, 1, RSTART - 1) "\\fI" substr(s, RSTART + 1, RLENGTH - 2) \
		    "\\fP" substr(s, RSTART + RLENGTH)
	return s
}

# Filled text: short lines, a sentence ends its line.
function fill(s,    words, n, i, line) {
	n = split(s, words, /[ \t]+/)
	line = ""
	for (i = 1; i <= n; i++) {
		if (words[i] == "")
			continue
		if (line != "" && length(line) + length(words[i]) > 70) {
			put(line)
			line = ""
		}
		line = line (line == "" ? "" : " ") words[i]
		if (words[i] ~ /[A-Za-z0-9)"\]][.!?][")]?(\\fP)?[")]?$/) {
			put(line)
			line = ""
		}
	}
	if (line != "")
		put(line)
}

function put(line) {
	if (line ~ /^[.']/)
		line = "\\&" line
	print line
}

function heading(s) {
	sub(/^#+ */, "", s)
	gsub(/[`*]/, "", s)
	return s
}

function end_paragraph() {
	if (paragraph != "") {
		if (pp)
			print ".Pp"
		fill(inline(paragraph))
		paragraph = ""
		pp = 1
	}
}

function end_item() {
	if (item != "") {
		if (!in_list)
			print ".Bl -bullet"
		in_list = 1
		print ".It"
		fill(inline(item))
		item = ""
	}
}

function end_list() {
	end_item()
	if (in_list) {
		print ".El"
		in_list = 0
		pp = 1
	}
}

# Cells of a row; `\|` is no border.
function cells(row, into,    n, i) {
	sub(/^\| ?/, "", row)
	sub(/ *\|$/, "", row)
	gsub(/\\\|/, "\001", row)
	n = split(row, into, / *\| */)
	for (i = 1; i <= n; i++)
		gsub(/\001/, "|", into[i])
	return n
}

function end_table(    i, k, n, body) {
	if (rows == 0)
		return
	n = cells(table[1], head)
	if (n > 3 || (n == 3 && is_narrow()))
		as_it_stands()
	else {
		print ".Bl -tag -width Ds"
		for (i = 3; i <= rows; i++) {
			for (k = cells(table[i], row); k < n; k++)
				row[k + 1] = ""
			print ".It " tag(inline(row[1]))
			body = inline(row[2])
			if (n == 3 && row[3] != "")
				body = body (body == "" ? "" : "; ") \
				    (head[3] == "" ? "" : inline(head[3]) ": ") inline(row[3])
			if (body != "")
				fill(body)
		}
		print ".El"
	}
	rows = 0
	pp = 1
}

# No word of the line is a macro or a delimiter of one.
function tag(s,    words, n, i, out) {
	n = split(s, words, / +/)
	out = ""
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? " " : "") "\\&" words[i] "\\&"
	gsub(/"/, "\\(dq", out)
	return out
}

# Would its columns fit beside each other?
function is_narrow(    i, k, n, width, sum) {
	for (i = 1; i <= rows; i++)
		for (n = k = cells(table[i], row); k; k--)
			width[k] = length(row[k]) > width[k] ? length(row[k]) : width[k]
	for (k = 1; k <= n; k++)
		sum += width[k] + 2
	return sum <= 70
}

function as_it_stands(    i, k, n, width, line) {
	for (i = 1; i <= rows; i++) {
		if (i == 2)
			continue
		n = cells(table[i], row)
		for (k = 1; k <= n; k++) {
			gsub(/[`*]/, "", row[k])
			width[k] = length(row[k]) > width[k] ? length(row[k]) : width[k]
		}
	}
	print ".Bd -literal -offset indent"
	for (i = 1; i <= rows; i++) {
		if (i == 2)
			continue
		n = cells(table[i], row)
		line = ""
		for (k = 1; k <= n; k++) {
			gsub(/[`*]/, "", row[k])
			line = line sprintf("%-" (width[k] + 2) "s", row[k])
		}
		sub(/ +$/, "", line)
		put(plain(line))
	}
	print ".Ed"
}

function end_all() {
	end_paragraph()
	end_list()
	end_table()
}

BEGIN {
	title = toupper(name)
	print ".\\\" Made from the documentation by docs/manual.awk."
	print ".Dd " date
	print ".Dt " title " " section
	print ".Os"
	print ".Sh NAME"
	print ".Nm " name
	print ".Nd " about
	print ".Sh DESCRIPTION"
	pp = 0
}

# A second page is a section.
FNR == 1 { second = NR > 1 }

/^```/ {
	if (in_code) {
		print ".Ed"
		in_code = 0
		pp = 1
	} else {
		end_all()
		print ".Bd -literal -offset indent"
		in_code = 1
	}
	next
}
in_code {
	line = plain($0)
	gsub(/\t/, "    ", line)
	put(line)
	next
}
/^<!--/ { next }
/^# / {
	if (second) {
		end_all()
		print ".Sh " toupper(heading($0))
		pp = 0
	}
	next
}
/^Contents: / || /^\[The file\]/ { skipping = 1 }
skipping && /^$/ { skipping = 0 }
skipping { next }
/^##+ / {
	end_all()
	print (/^## / && !second ? ".Sh " toupper(heading($0)) : ".Ss " heading($0))
	pp = 0
	next
}
/^\|/ {
	end_paragraph()
	end_list()
	table[++rows] = $0
	next
}
/^    [^ ]/ && paragraph == "" && item == "" {
	end_table()
	print ".Dl " tag(plain(substr($0, 5)))
	pp = 1
	next
}
/^- / {
	end_paragraph()
	end_table()
	end_item()
	item = substr($0, 3)
	next
}
/^$/ {
	end_all()
	next
}
item != "" {
	item = item " " $0
	next
}
{
	end_table()
	paragraph = paragraph (paragraph == "" ? "" : " ") $0
}

END {
	end_all()
	print ".Sh SEE ALSO"
	n = split(see, pages, /,/)
	for (i = 1; i <= n; i++)
		print ".Xr " pages[i] (i < n ? " ," : "")
}

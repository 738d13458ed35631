# SPDX-License-Identifier: Apache-2.0
"""Families of inputs that grow: what to write for a size, what to run, how it
must end.  FAMILIES maps a name to its smallest size and its maker."""

import json
import random

SCHEMA = """schema office version "1"
enum Zone { inside, outside }
entity Server {
	name: caseless, key
	patched: bool
	port: int
	note: string
	zone: Zone
	tags: {string}
	next: {Server}
	friend: Server
	disks: {Disk}, owned, inverse of server
}
entity Disk { letter: string, key  server: Server  size: int }
map opengraph to office {
	node Machine is Server { name = id  patched = patched }
	edge Above is Server.next
}
pack few.rules "Few" version "1"
"""
RULE = """rule few.patched "Every server is patched" {
	for s in Server
	require s.patched else "{s} lacks patches"
}
"""
PACK = SCHEMA + RULE
HEAD = "scarp: 1\nschema: office\ncomplete: [Server]\n"
GOOD = HEAD + "servers:\n  - { name: a, patched: true }\n"
CHECK = ["check", "--no-config", "--sandbox", "off", "--jobs",
         "1", "--pack", "rules.scarp"]
FAMILIES = {}


def family(smallest, name=None):
    def keep(make):
        FAMILIES[name or make.__name__.replace("_", " ")] = (smallest, make)
        return make
    return keep


class Input:
    """Files, the command, what it may end with, what to run before."""

    def __init__(self, files, argv, exits, before=()):
        self.files = files
        self.argv = argv
        self.exits = exits
        self.before = before


def site(text, exits=(0,), pack=PACK, name="site.yaml", options=()):
    """One inventory against the pack."""
    return Input({"rules.scarp": pack, name: text},
                 CHECK + list(options) + [name], exits)


def rules(text, exits=(0,), options=()):
    """One file of rules, compiled and run over one server."""
    return site(GOOD, exits, text, options=options)


def servers(count, text, head=HEAD):
    return head + "servers:\n" + "".join(
        "  - { name: s%d%s }\n" % (i, text(i)) for i in range(count))


def json_site(entities, more=None):
    return json.dumps({"scarp": 1, "schema": "office", "complete": ["Server"],
                       "servers": entities, **(more or {})})


def lines(count, form):
    return "".join(form % ((i,) * form.count("%d")) for i in range(count))


# --- inventories --------------------------------------------------------------

@family(500)
def yaml_entities(n):
    return site(servers(n, lambda i: ", patched: true"))


@family(500)
def yaml_many_findings(n):
    return site(servers(n, lambda i: ", patched: false"), (1,))


@family(500)
def yaml_many_unknowns(n):
    return site(servers(n, lambda i: ""), (2,))


@family(2000)
def yaml_unknown_keys_in_a_map(n):
    return site(GOOD + "    \n" + lines(n, "k%d: 1\n"), (2,))


@family(2000)
def yaml_one_key_many_times(n):
    return site(GOOD + "complete: [Disk]\n" * n, (2,))


@family(100000)
def yaml_long_text(n):
    return site(HEAD + "servers:\n  - { name: a, patched: true, note: \"%s\" }\n"
                % ("ab " * (n // 3)), options=("--limit", "inventory-scalar=99999999"))


@family(100000)
def yaml_long_key(n):
    return site(GOOD + "k" * n + ": 1\n", (2,))


@family(20000)
def yaml_text_of_escapes(n):
    return site(HEAD + "servers:\n  - { name: a, patched: true, note: \"%s\" }\n"
                % ("\\u00e9" * n), options=("--limit", "inventory-scalar=99999999"))


@family(500)
def yaml_one_long_line(n):
    return site(HEAD + "servers: [" + ", ".join(
        "{ name: s%d, patched: true }" % i for i in range(n)) + "]\n")


@family(50000)
def yaml_nul(n):
    return site(GOOD + "\0" * n, (2,))


@family(100000)
def yaml_nul_in_quotes(n):
    return site(GOOD + "x: \"" + "\0" * n + "\"\n", (2,))


@family(50000)
def yaml_brackets(n):
    return site(HEAD + "servers: " + "[" * n + "]" * n + "\n", (2,))


@family(50000)
def yaml_braces(n):
    return site(HEAD + "servers: " + "{a: " * n + "}" * n + "\n", (2,))


@family(50000)
def yaml_dashes(n):
    return site(HEAD + "servers:\n  " + "- " * n + "\n", (2,))


@family(3000)
def yaml_anchors(n):
    return site(HEAD + "servers:\n" + lines(
        n, "  - &a%d { name: s%d, patched: true }\n"), (2,))


@family(3000)
def yaml_aliases(n):
    return site(HEAD + "servers:\n  - &a { name: s }\n" + "  - *a\n" * n, (2,))


@family(3000)
def yaml_tags(n):
    return site(HEAD + "servers:\n" + lines(
        n, "  - { name: !!str s%d, patched: true }\n"), (2,))


@family(3000)
def yaml_tag_directives(n):
    return site(lines(n, "%%TAG !t%d! tag:example.org,2026:\n") + "---\n" + GOOD,
                (0, 2))


@family(5000)
def yaml_comments(n):
    return site(GOOD + "# one more line of words that say nothing\n" * n)


@family(100000)
def yaml_blank_lines(n):
    return site(GOOD + "\n" * n)


@family(1000)
def yaml_documents(n):
    return site(GOOD + "---\na: 1\n" * n, (2,))


@family(500)
def yaml_many_errors(n):
    return site(servers(n, lambda i: ", port: x%d, patcht: true" % i), (2,))


@family(3000)
def yaml_references_that_lead_nowhere(n):
    return site(servers(n, lambda i: ", friend: t%d" % i), (2,))


@family(500)
def yaml_entities_that_stand_twice(n):
    return site(servers(n, lambda i: ", patched: true") + lines(
        n, "  - { name: s%d, patched: true }\n"), (2,))


@family(2000)
def yaml_elements(n):
    return site(HEAD + "servers:\n  - name: a\n    patched: true\n    tags:\n"
                + lines(n, "      - t%d\n"))


@family(2000)
def yaml_possible_elements(n):
    return site(HEAD + "servers:\n  - name: a\n    patched: true\n    tags:\n"
                "      items: [x]\n      possible:\n" + lines(n, "      - t%d\n"))


@family(1000)
def possible_elements_in_rules(n):
    pack = SCHEMA + """rule few.tags "Tags" {
	for s in Server
	require (any t in s.tags: t == "x") and count(s.tags) >= 1
		and (all t in s.tags: t != "y")
}
"""
    return site(HEAD + "servers:\n  - name: a\n    tags:\n      items: [x]\n"
                "      possible:\n" + lines(n, "      - t%d\n"), pack=pack)


@family(2000)
def one_element_many_times(n):
    return site(HEAD + "servers:\n  - name: a\n    patched: true\n    tags:\n"
                + "      - t\n" * n, (2,))


@family(500)
def owned_entities(n):
    return site(HEAD + "servers:\n  - name: a\n    patched: true\n    disks:\n"
                + lines(n, "      - { letter: d%d, size: 1 }\n"))


@family(800)
def json_entities(n):
    return site(json_site([{"name": "s%d" % i, "patched": True}
                           for i in range(n)]), name="site.json")


@family(3000)
def json_unknown_keys_in_a_map(n):
    return site(json_site([], {"k%d" % i: 1 for i in range(n)}), (2,),
                name="site.json")


@family(3000)
def json_one_key_many_times(n):
    return site(json_site([])[:-1] + ', "complete": []' * n + "}", (2,),
                name="site.json")


@family(200000)
def json_long_text(n):
    return site(json_site([{"name": "a", "patched": True, "note": "a" * n}]),
                name="site.json",
                options=("--limit", "inventory-scalar=99999999"))


@family(20000)
def json_text_of_escapes(n):
    return site(json_site([{"name": "a", "patched": True,
                            "note": "\u00e9" * n}]), name="site.json",
                options=("--limit", "inventory-scalar=99999999"))


@family(200000)
def json_brackets(n):
    return site("[" * n + "]" * n, (2,), name="site.json")


@family(20000)
def json_braces(n):
    return site('{"a":' * n + "1" + "}" * n, (2,), name="site.json")


@family(200000)
def json_nul(n):
    return site(json_site([]) + "\0" * n, (2,), name="site.json")


@family(500)
def json_nul_in_names(n):
    return site(json_site([{"name": "s%d\0x" % i, "patched": True}
                           for i in range(n)]), (2,), name="site.json")


@family(2000)
def json_elements(n):
    return site(json_site([{"name": "a", "patched": True,
                            "tags": ["t%d" % i for i in range(n)]}]),
                name="site.json")


@family(2000)
def json_one_element_many_times(n):
    return site(json_site([{"name": "a", "patched": True, "tags": ["t"] * n}]),
                (2,), name="site.json")


@family(200000)
def json_blanks(n):
    return site(json_site([{"name": "a", "patched": True}]) + "\n" * n,
                name="site.json")


@family(800)
def json_many_errors(n):
    return site(json_site([{"name": "s%d" % i, "port": "x", "patcht": 1}
                           for i in range(n)]), (2,), name="site.json")


def graph(nodes, edges):
    return json.dumps({"graph": {"nodes": nodes, "edges": edges}})


def machines(n, more=None):
    return [{"id": "m%d" % i, "kinds": ["Machine"],
             "properties": {"patched": True, **(more(i) if more else {})}}
            for i in range(n)]


def above(a, b):
    return {"kind": "Above", "start": {"value": "m%d" % a},
            "end": {"value": "m%d" % b}}


@family(500)
def opengraph_chain(n):
    return site(graph(machines(n), [above(i, i + 1) for i in range(n - 1)]),
                name="graph.json")


@family(500)
def opengraph_star(n):
    return site(graph(machines(n), [above(0, i) for i in range(1, n)]),
                name="graph.json")


@family(500)
def opengraph_edges_that_lead_nowhere(n):
    return site(graph(machines(1), [above(0, i) for i in range(1, n)]),
                name="graph.json")


@family(500)
def opengraph_properties_nobody_maps(n):
    return site(graph(machines(n, lambda i: {"p%d" % i: 1}), []),
                name="graph.json")


@family(500)
def opengraph_one_node_many_times(n):
    return site(graph([machines(1)[0]] * n, []), name="graph.json")


# --- links --------------------------------------------------------------------

WALK = SCHEMA + """rule few.walk "Each gets to its friend" {
	for s in Server
	require s reaches s.friend via next+
}
"""
GROUPS = SCHEMA + """relation far(a: Server) = a.patched or any b in a.next: far(b)
rule few.far "Each has a patched one before it" {
	for s in Server
	require far(s)
}
"""


# Conditions on both make it no closure.
PAIRS = SCHEMA + """relation far(a: Server, b: Server) = b in a.next or
	(any x in a.next: far(x, b) and (not x.patched or x.port != b.port))
rule few.far "Each gets to its friend" {
	for s in Server
	require far(s, s.friend)
}
"""


def ring(n):
    return servers(n, lambda i: ", patched: %s, next: [s%d], friend: s%d" % (
        "true" if i == 0 else "false", (i + 1) % n, n // 2))


def chain(n):
    return servers(n, lambda i: ", patched: %s, next: [%s], friend: s%d" % (
        "true" if i == n - 1 else "false",
        "s%d" % (i + 1) if i < n - 1 else "", n - 1))


def star(n):
    return servers(n, lambda i: ", patched: %s, next: [%s], friend: s0" % (
        "true" if i == 0 else "false",
        "s0" if i else ", ".join("s%d" % j for j in range(1, n))))


for shape, exits in ((ring, (0,)), (chain, (0, 1)), (star, (0,))):
    FAMILIES["walk in a " + shape.__name__] = (
        500, lambda n, shape=shape, exits=exits: site(shape(n), exits, WALK))
    FAMILIES["relation over a " + shape.__name__] = (
        2000, lambda n, shape=shape, exits=exits: site(shape(n), exits, GROUPS))
FAMILIES["relation of pairs along a chain"] = (
    2000, lambda n: site(chain(n), (0, 1, 2), PAIRS))


# --- sources ------------------------------------------------------------------

@family(50)
def many_sources_of_one_fact(n):
    return Input({"rules.scarp": PACK, **{
        "s/%d.yaml" % i: "scarp: 1\nschema: office\nsource: { name: walk %d, "
        "grade: observed }\nservers:\n  - { name: a, patched: true }\n" % i
        for i in range(n)}}, CHECK + ["s"], (0,))


@family(50)
def many_sources_that_disagree(n):
    return Input({"rules.scarp": SCHEMA + """rule few.port "Port" {
	for s in Server
	require s.port > 1
}
""", **{"s/%d.yaml" % i: "scarp: 1\nschema: office\nservers:\n"
        "  - { name: a, port: %d }\n" % i for i in range(n)}},
                 CHECK + ["s"], (2,))


@family(400)
def many_conflicts_of_two_sources(n):
    return Input({"rules.scarp": PACK,
                  "a.yaml": servers(n, lambda i: ", patched: true"),
                  "b.yaml": servers(n, lambda i: ", patched: false")},
                 CHECK + ["a.yaml", "b.yaml"], (2,))


@family(400)
def lists_of_two_sources(n):
    return Input({"rules.scarp": PACK, **{
        name: HEAD + "servers:\n  - { name: a, patched: true, tags: [%s] }\n" %
        ", ".join(form % i for i in range(n))
        for name, form in (("a.yaml", "a%d"), ("b.yaml", "b%d"))}},
        CHECK + ["a.yaml", "b.yaml"], (0,))


# --- rules --------------------------------------------------------------------

@family(100)
def many_rules(n):
    return rules(SCHEMA + lines(n, """rule few.r%d "Rule" {
	for s in Server
	require s.patched or s.port == %d
}
"""))


def require(text):
    return SCHEMA + 'rule x.y "X" { for s in Server require ' + text + " }\n"


# As many as an expression may nest.
@family(24)
def many_or_terms(n):
    return rules(require(" or ".join(
        ["s.patched"] + ["s.port == %d" % i for i in range(n)])))


@family(24)
def many_sums(n):
    return rules(require("s.patched or s.port == " + " + ".join(
        ["1"] * n)), (0, 2))


@family(500)
def many_elements_of_a_set(n):
    return rules(require("s.patched or s.port in { %s }" % ", ".join(
        str(i) for i in range(n))))


@family(200)
def many_lets(n):
    return rules(SCHEMA + 'rule x.y "X" {\n\tfor s in Server\n' + lines(
        n, "\tlet a%d = s.port == %d\n\trequire s.patched or a%d\n") +
        "\trequire s.patched\n}\n")


@family(200)
def many_definitions(n):
    return rules(PACK + lines(
        n, "define d%d(s: Server): bool = s.port == %d or s.patched\n"))


@family(200)
def definitions_that_use_one_another(n):
    return rules(SCHEMA + "define d0(s: Server): bool = s.patched\n" + "".join(
        "define d%d(s: Server): bool = d%d(s) or s.port == %d\n" % (i, i - 1, i)
        for i in range(1, n)) +
        'rule x.y "X" { for s in Server require d%d(s) }\n' % max(n - 1, 0),
        options=("--limit", "plan-depth=1000000", "--limit",
                 "expansion=10000000"))


@family(200)
def many_clauses(n):
    return rules(SCHEMA + 'rule x.y "X" {\n\tfor s in Server\n' + lines(
        n, '\trequire s.patched or s.port == %d else "no {s}"\n') + "}\n")


@family(100)
def many_kinds(n):
    return rules(PACK.replace("map opengraph", lines(
        n, "entity K%d { name: string, key  a: int }\n") + "map opengraph"))


@family(200)
def many_attributes(n):
    return rules(PACK.replace("map opengraph", "entity K { name: string, key\n"
                              + lines(n, "\ta%d: int\n") + "}\nmap opengraph"))


@family(30)
def many_values_of_an_enum(n):
    return rules(PACK.replace("map opengraph", "enum E { " + ", ".join(
        "v%d" % i for i in range(n)) + " }\nmap opengraph"))


@family(5000)
def rules_comments(n):
    return rules("# one more line of words that say nothing\n" * n + PACK)


@family(100000)
def rules_blanks(n):
    return rules(" " * n + "\n" * n + PACK)


@family(100000)
def rules_long_text(n):
    return rules(PACK.replace("require s.patched", 'require s.patched or '
                              's.note == "' + "ab" * (n // 2) + '"'),
                 (0, 2), ("--limit", "token=99999999"))


@family(100000)
def rules_text_beyond_the_limit(n):
    return rules(require('s.note == "' + "ab" * n + '"'), (2,))


@family(50000)
def rules_text_without_an_end(n):
    return rules(require('s.note == "' + "ab" * n), (2,))


@family(100000)
def rules_long_name(n):
    return rules(require("s." + "a" * n), (2,))


@family(100000)
def rules_nul(n):
    return rules(PACK + "\0" * n, (2,))


@family(100000)
def rules_nul_in_a_text(n):
    return rules(require('s.note == "' + "\0" * n + '"'), (2,))


@family(50000)
def rules_parentheses(n):
    return rules(require("(" * n + "s.patched" + ")" * n), (2,))


@family(50000)
def rules_not(n):
    return rules(require("not " * n + "s.patched"), (2,))


@family(50000)
def rules_brackets_of_given(n):
    return rules(PACK + "test few.patched { given { Server a { tags: " +
                 "[" * n + "]" * n + " } } expect pass a }\n", (2,))


@family(5000)
def rules_braces(n):
    return rules(PACK + "{" * n + "}" * n, (2,))


@family(5000)
def rules_characters_that_are_no_words(n):
    return rules(PACK + "$\n" * n, (2,))


@family(200)
def rules_syntax_errors(n):
    return rules(PACK + lines(n, 'rule x.y%d "X" { for require }\n'), (2,))


@family(200)
def rules_unknown_names(n):
    return rules(SCHEMA + lines(
        n, 'rule x.y%d "X" { for s in Server require s.patcht%d }\n'), (2,))


@family(1600)
def rules_unknown_names_among_many(n):
    return rules(PACK + lines(n, "define d%d: bool = true\n") + lines(
        n, 'rule x.y%d "X" { for s in Server require e%d }\n'), (2,))


@family(200)
def rules_type_errors(n):
    return rules(SCHEMA + lines(
        n, 'rule x.y%d "X" { for s in Server require s.port == "%d" }\n'), (2,))


@family(200)
def rules_of_one_name(n):
    return rules(SCHEMA + 'rule x.y "X" { for s in Server require s.patched }\n'
                 * n, (2,) if n > 1 else (0,))


@family(100)
def many_tests(n):
    return rules(PACK + lines(n, 'test few.patched "%d" { given { Server a { '
                              "patched: true } } expect pass a }\n"))


@family(24)
def many_patterns(n):
    return rules(require(" or ".join(
        ["s.patched"] + ['s.note matches "a%d+b*"' % i for i in range(n)])))


@family(20)
def patterns_on_long_texts(n):
    return match("(a*)*b", n)


@family(20)
def globs_on_long_texts(n):
    return match("*a*a*a*a*a*b", n, "like")


def match(pattern, n, word="matches"):
    pack = require('s.patched or s.note %s "%s"' % (word, pattern))
    return site(HEAD + 'servers:\n  - { name: a, patched: false, note: "%s" }\n' % (
        "a" * (n * 1000)), (1,), pack, options=("--limit", "inventory-scalar=99999999"))


@family(60)
def long_patterns(n):
    return site(HEAD + 'servers:\n  - { name: a, patched: false, note: "%s" }\n' % ("a" * 100),
                (0, 1), require('s.patched or s.note matches "%s"' % (
                    "a?" * n)), options=("--limit", "regex=100000",
                                         "--limit", "regex-memory=99999999"))


# Each place of the text is tried with the whole pattern, so that a glob costs
# the product of both: here the pattern grows, in the next one the text.  `?`
# hides that they end otherwise.
def glob(pattern, text):
    return site(HEAD + 'servers:\n  - { name: a, patched: false, note: "%s" }\n' % ("a" * text),
                (0, 1), require('s.patched or s.note like "*%sb?"' % ("a" * pattern)))


@family(25)
def long_globs(n):
    return glob(n, 2000)


@family(2000)
def texts_of_long_globs(n):
    return glob(50, n)


@family(200)
def many_waivers(n):
    return waived(n, n)


@family(200)
def waivers_of_nothing(n):
    return waived(1, n)


@family(1600)
def waivers_of_entities_that_are_not_there(n):
    return waived(n, n, "t%d")


def waived(fail, n, form="s%d"):
    return Input({
        "rules.scarp": PACK, "waivers.scarp": "".join(
            'waive few.patched for Server "%s" until 2030-01-01\n'
            '\tbecause "it is old" approved by "Ada"\n' % (form % i)
            for i in range(n)),
        "site.yaml": servers(fail, lambda i: ", patched: false")},
        CHECK + ["--as-of", "2026-11-01", "--waivers", "waivers.scarp",
                 "site.yaml"], (0, 1, 2))


# --- other verbs and forms ------------------------------------------------------

MANY_RULES = SCHEMA + "%s"


def pack_of(n):
    return SCHEMA + lines(n, """rule few.r%d "Rule" {
	for s in Server
	require s.patched or s.port == %d else "{s} is not"
}
""")


for verb, smallest, argv in (
        ("fmt", 300, ["fmt", "--check"]), ("lint", 60, ["lint"]),
        ("list", 200, ["list"]), ("list as json", 200, ["list", "--format", "json"]),
        ("doc", 100, ["doc"]), ("doc as html", 100, ["doc", "--format", "html"]),
        ("disasm", 60, ["disasm"]), ("test", 80, ["test"]),
        ("test with coverage", 80, ["test", "--coverage"])):
    FAMILIES[verb + " of many rules"] = (smallest, lambda n, argv=argv: Input(
        {"rules.scarp": pack_of(n) + "".join(
            'test few.r%d { given { Server a { patched: true } } '
            "expect pass a }\n" % i for i in range(n))},
        argv + ["rules.scarp"], (0, 1)))



@family(80)
def test_of_rules_that_do_not_know(n):
    """Each test wants its missing fact, which is searched for."""
    return Input({"rules.scarp": pack_of(n) + lines(n, """test few.r%d {
	given { Server a { patched: false } }
	expect unknown a needs a.port
}
""")}, ["test", "rules.scarp"], (0,))


for verb in ("verify", "check", "disasm"):
    FAMILIES[verb + " of a compiled pack"] = (200, lambda n, verb=verb: Input(
        {"rules.scarp": pack_of(max(n, 1)), "site.yaml": GOOD},
        {"verify": ["verify", "rules.scarpc"],
         "disasm": ["disasm", "rules.scarpc"],
         "check": ["check", "--jobs", "1", "--sandbox", "off", "--pack",
                   "rules.scarpc", "site.yaml"]}[verb], (0, 1),
        [["build", "rules.scarp", "-o", "rules.scarpc"]]))


@family(200)
def gaps_of_many_unknowns(n):
    return Input({"rules.scarp": PACK, "site.yaml": servers(n, lambda i: "")},
                 ["gaps", "--pack", "rules.scarp", "site.yaml"], (0, 1))


@family(200)
def diff_of_inventories(n):
    return Input({"rules.scarp": PACK,
                  "a.yaml": servers(n, lambda i: ", patched: true"),
                  "b.yaml": servers(n, lambda i: ", patched: false")},
                 ["diff", "--pack", "rules.scarp", "a.yaml", "b.yaml"],
                 (0, 1))


@family(200)
def diff_of_reports(n):
    report = ["check", "--jobs", "1", "--pack", "rules.scarp", "--verdicts",
              "all", "--format", "json", "-o"]
    return Input({"rules.scarp": PACK,
                  "a.yaml": servers(n, lambda i: ", patched: true"),
                  "b.yaml": servers(n, lambda i: ", patched: false")},
                 ["diff", "a.json", "b.json"], (0, 1),
                 [report + ["a.json", "a.yaml"], report + ["b.json", "b.yaml"]])


@family(400)
def snapshots(n):
    return Input({"rules.scarp": PACK,
                  "site.yaml": servers(n, lambda i: ", patched: true")},
                 ["snapshot", "--pack", "rules.scarp", "site.yaml", "-o",
                  "x.scarpg"], (0,))


for form in ("json", "ndjson", "csv", "sarif", "junit", "github", "gitlab",
             "markdown", "html", "xccdf", "oscal", "dot", "mermaid"):
    FAMILIES["findings as " + form] = (200, lambda n, form=form: site(
        servers(n, lambda i: ", patched: false"), (1,),
        options=("--format", form)))
FAMILIES["findings with proofs"] = (200, lambda n: site(
    servers(n, lambda i: ", patched: false"), (1,), options=("--why",)))


def whole(lets, require, more):
    """Findings of a rule that looks through all servers for each of them."""
    pack = SCHEMA + 'rule x.y "X" {\n\tfor s in Server\n' + "".join(
        "\t%s\n" % let for let in lets) + "\t" + require + "\n}\n"

    def make(n):
        return site(servers(n, more), (1, 2), pack=pack)
    return make


TOP_PORT = "let top = { t for t in Server where t.port == 7 }"
for what, parts in {
        "failures by a set of a kind": (
            [TOP_PORT], 'require s not in top and s.port == 0 '
            'else "{s} beside {top}"', lambda i: ", port: %d" % (i + 1)),
        "failures by a count of a kind": (
            [], "require count(t in Server where t.port > 3) < 1 or s.port < 1",
            lambda i: ", port: %d" % (i + 1)),
        "unknowns by a set of a kind": (
            [TOP_PORT], "require s.patched and s not in top",
            lambda i: ", port: %d" % (i + 8)),
        "unknowns by a quantifier over a kind": (
            [], "require s.patched and no t in Server: t.port == 7",
            lambda i: ", port: %d" % (i + 8))}.items():
    FAMILIES[what] = (400, whole(*parts))


# --- flooding of hash tables ---------------------------------------------------

def colliding(count, factor):
    """Keys of one length that h * FACTOR + c cannot tell apart."""
    pair = ["Aa", "BB"] if factor == 31 else ["Ab", "BA"]
    keys = [""]
    while len(keys) < count:
        keys = [key + part for key in keys for part in pair]
    return keys[:count]


def ordinary(count, length):
    chance = random.Random(1)
    return ["".join(chance.choice("ABab") for _ in range(length - 5))
            + "%05d" % i for i in range(count)]


def _entities(keys):
    return site(json_site([{"name": key, "patched": True} for key in keys]),
                name="site.json", pack=PACK.replace("caseless", "string"))


def _keys(keys):
    return site(json_site([], {key: 1 for key in keys}), (2,),
                name="site.json")


def _yaml_keys(keys):
    return site(GOOD + "".join(key + ": 1\n" for key in keys), (2,))


def _elements(keys):
    return site(json_site([{"name": "a", "patched": True, "tags": keys}]),
                name="site.json")


def _names(keys):
    return rules(PACK + "".join("define x%s: bool = true\n" % key
                                for key in keys))


FLOODS = {"names of entities": (1, _entities), "keys of a JSON map": (1, _keys),
          "keys of a YAML map": (1, _yaml_keys),
          "elements of a list": (1, _elements),
          "names in rules": (8, _names)}


# Those of which each landing sees; the others wait for `make check-long`.
QUICK = (
    "yaml entities", "yaml many findings", "yaml unknown keys in a map",
    "yaml one key many times", "yaml nul", "yaml braces", "yaml anchors",
    "yaml comments", "yaml many errors", "json entities",
    "json one key many times", "json braces", "json long text",
    "walk in a ring", "walk in a star", "relation over a chain",
    "relation of pairs along a chain", "lint of many rules",
    "doc of many rules", "test of many rules",
    "rules unknown names among many", "failures by a set of a kind",
    "unknowns by a set of a kind")

# What grows faster, by so much at most, and why; bounded elsewhere.
KNOWN = {
    # The text is the same for all, and as a single letter costs the same.
    "long patterns": (1.6, "RE2 compiling it, within the limit `regex`"),
}

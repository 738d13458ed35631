# SPDX-License-Identifier: Apache-2.0
"""Lowers a pack to SQL over a site, written from docs/semantics.md alone.

Each expression becomes rows of one of three tables, keyed by the number of
the expression (node) and of the assignment of its variables (env):

    t(node, env, v)                a truth: 1, 0 or NULL
    v(node, env, none, low, high)  a scalar (low = high) or a number; unknown
                                   is none = 0 and low NULL; no bound is an
                                   infinite real
    q(node, env, cell, certain)    elements of a set
    z(node, env, u, open)          its anonymous elements, and whether it ends

So NULL is unknown and the three-valued operators are SQLite's own.  A binder
makes a frame: one env for each element of its set in each env of the frame
around it.  An expression is lowered in the outermost frame that has all its
variables and lifted from there.
"""
import datetime
import ipaddress
import re
import sqlite3

from language import (BOOL, INT, NUMBERS, TEXTS, Node, Type, days_of, plain,
                      seconds_of)

INF = float("inf")


class Unlowered(Exception):
    """A construct that is not lowered; its name is counted and printed."""


# --- what SQLite does not have: texts by their meaning -----------------------

def fold(text):
    """Simple case folding: one character becomes one character."""
    if text is None:
        return None
    out = []
    for c in text:
        folded = c.casefold()
        out.append(folded if len(folded) == 1 else c.lower()
                   if len(c.lower()) == 1 else c)
    return "".join(out)


def version_cell(text):
    """Sorts as versions do, and is one text for all spellings of one."""
    parts = [p.lstrip("0") or "0" for p in text.split(".")]
    while len(parts) > 1 and parts[-1] == "0":
        parts.pop()
    return ".".join("%03d%s" % (len(p), p) for p in parts)


def version_text(cell):
    return ".".join(p[3:] for p in cell.split("."))


def like(text, pattern, caseless):
    if text is None:
        return None
    out, i = [], 0
    if caseless:
        text, pattern = fold(text), fold(pattern)
    while i < len(pattern):
        c = pattern[i]
        if c == "\\":
            i += 1
            out.append(re.escape(pattern[i]))
        elif c == "[":
            close = pattern.index("]", i)
            out.append(pattern[i:close + 1])
            i = close
        else:
            out.append({"*": ".*", "?": "."}.get(c, re.escape(c)))
        i += 1
    return int(re.fullmatch("".join(out), text, re.S) is not None)


def matches(text, pattern, caseless):
    if text is None:
        return None
    flags = re.I if caseless else 0
    return int(re.search(pattern.replace("$", r"\Z"), text, flags) is not None)


def in_net(address, net):
    if address is None or net is None:
        return None
    a, n = ipaddress.ip_address(address), ipaddress.ip_network(net)
    return int(a.version == n.version and a in n)


def duration_text(seconds):
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return "%d%s" % (seconds // size, unit)
    return "%ds" % seconds


def cell_text(tag, cell):
    if cell is None:
        return None
    if tag == "date":
        return datetime.date.fromordinal(cell + 719163).isoformat()
    if tag == "duration":
        return duration_text(cell)
    if tag == "version":
        return version_text(cell)
    if tag == "bool":
        return "true" if cell else "false"
    return str(cell)


def cell_of(type_, text):
    """The cell of a value as a file or a pack spells it."""
    tag = type_.tag
    if tag == "caseless":
        return fold(text)
    if tag == "version":
        return version_cell(text)
    if tag == "ip":
        return str(ipaddress.ip_address(text))
    if tag == "net":
        return str(ipaddress.ip_network(text))
    if tag == "date":
        return days_of(text)
    if tag == "duration":
        return seconds_of(text)
    return text


# --- statements --------------------------------------------------------------

TABLES = """
CREATE TABLE env(id INTEGER PRIMARY KEY, frame, parent, cell, m);
CREATE INDEX env_frame ON env(frame, cell);
CREATE TABLE t(node, env, v, PRIMARY KEY(node, env)) WITHOUT ROWID;
CREATE TABLE v(node, env, none, low, high, PRIMARY KEY(node, env))
    WITHOUT ROWID;
CREATE TABLE q(node, env, cell, certain, PRIMARY KEY(node, env, cell))
    WITHOUT ROWID;
CREATE TABLE z(node, env, u, open, PRIMARY KEY(node, env)) WITHOUT ROWID;
CREATE TABLE entity(id PRIMARY KEY, kind, name, possible) WITHOUT ROWID;
CREATE TABLE isa(kind, of, PRIMARY KEY(kind, of)) WITHOUT ROWID;
CREATE TABLE extent(kind PRIMARY KEY, open) WITHOUT ROWID;
CREATE TABLE col(attr, ent, none, low, high, PRIMARY KEY(attr, ent))
    WITHOUT ROWID;
CREATE TABLE lrow(attr, ent, u, open, PRIMARY KEY(attr, ent)) WITHOUT ROWID;
CREATE TABLE link(attr, ent, cell, certain, PRIMARY KEY(attr, ent, cell))
    WITHOUT ROWID;
CREATE TABLE rel(rel, a, b, v, PRIMARY KEY(rel, a, b)) WITHOUT ROWID;
CREATE TABLE move(step, a, b, certain, PRIMARY KEY(step, a, b)) WITHOUT ROWID;
CREATE TABLE arc(path, state, step, next,
    PRIMARY KEY(path, state, step, next)) WITHOUT ROWID;
CREATE TABLE reached(node, start, place, must,
    PRIMARY KEY(node, start, place)) WITHOUT ROWID;
"""
CLEARED = ("env t v q z entity isa extent col lrow link rel move arc "
           "reached").split()

# An end of an interval that is no number of 64 bits makes all of it unknown.
def sound(end):
    return ("(abs(%s) = 9e999 OR (typeof(%s) = 'integer' AND %s NOT IN "
            "(9223372036854775807, -9223372036854775807 - 1)))"
            % (end, end, end))


def arithmetic(low, high, guard="1"):
    return ("INSERT INTO v SELECT ?1, env, 0, CASE WHEN good THEN l END, "
            "CASE WHEN good THEN h END FROM (SELECT env, l, h, l IS NOT NULL "
            "AND h IS NOT NULL AND " + sound("l") + " AND " + sound("h") +
            " AS good FROM (SELECT a.env, CASE WHEN k THEN " + low +
            " END AS l, CASE WHEN k THEN " + high + " END AS h FROM "
            "(SELECT a.env, a.low AS al, a.high AS ah, b.low AS bl, "
            "b.high AS bh, a.low IS NOT NULL AND b.low IS NOT NULL AND (" +
            guard + ") AS k FROM v a JOIN v b ON b.node = ?3 AND "
            "b.env = a.env WHERE a.node = ?2) a))")


def best(of, ends):
    return "%s(%s)" % (of, ", ".join(ends))


PRODUCTS = ["coalesce(%s * %s, 0)" % (x, y)
            for x in ("al", "ah") for y in ("bl", "bh")]
QUOTIENTS = ["CASE WHEN abs(%s) = 9e999 THEN 0 ELSE %s / %s END" % (y, x, y)
             for x in ("al", "ah") for y in ("bl", "bh")]

ARITHMETIC = {
    "+": arithmetic("al + bl", "ah + bh"),
    "-": arithmetic("al - bh", "ah - bl"),
    "*": arithmetic(best("min", PRODUCTS), best("max", PRODUCTS)),
    "/": arithmetic(best("min", QUOTIENTS), best("max", QUOTIENTS),
                    "NOT (b.low <= 0 AND b.high >= 0)"),
    # a date and a duration: seconds count as whole days
    "date+": arithmetic("al + bl / 86400", "ah + bh / 86400"),
    "date-": arithmetic("al - bh / 86400", "ah - bl / 86400"),
    "date-date": arithmetic("(al - bh) * 86400", "(ah - bl) * 86400"),
}

UNKNOWN_A = "(NOT a.none AND a.low IS NULL)"
UNKNOWN_B = "(NOT b.none AND b.low IS NULL)"


def compare(condition):
    return ("INSERT INTO t SELECT ?1, a.env, " + condition + " FROM v a "
            "JOIN v b ON b.node = ?3 AND b.env = a.env WHERE a.node = ?2")


COMPARISONS = {
    "==": compare("CASE WHEN " + UNKNOWN_A + " OR " + UNKNOWN_B +
                  " THEN NULL WHEN a.none OR b.none THEN a.none AND b.none "
                  "WHEN a.low = a.high AND b.low = b.high AND a.low = b.low "
                  "THEN 1 WHEN a.high < b.low OR b.high < a.low THEN 0 END"),
    "<": compare("CASE WHEN a.high < b.low THEN 1 WHEN a.low >= b.high "
                 "THEN 0 END"),
    "<=": compare("CASE WHEN a.high <= b.low THEN 1 WHEN a.low > b.high "
                  "THEN 0 END"),
    "starts": compare("substr(a.low, 1, length(b.low)) = b.low"),
    "ends": compare("CASE WHEN b.low = '' AND a.low IS NOT NULL THEN 1 ELSE "
                    "length(a.low) >= length(b.low) AND "
                    "substr(a.low, -length(b.low)) = b.low END"),
    "in_net": compare("in_net(a.low, b.low)"),
    "like": compare("glob_like(a.low, b.low, 0)"),
    "like_caseless": compare("glob_like(a.low, b.low, 1)"),
    "matches": compare("matches(a.low, b.low, 0)"),
    "matches_caseless": compare("matches(a.low, b.low, 1)"),
}

REST_A = "(a.open OR a.u > 0)"
REST_B = "(b.open OR b.u > 0)"


def both(table, expression, extra=""):
    return ("INSERT INTO " + table + " SELECT ?1, a.env, " + expression +
            " FROM %s a JOIN %s b ON b.node = ?3 AND b.env = a.env " %
            (table, table) + extra + "WHERE a.node = ?2")


SQL = {
    "and": both("t", "a.v AND b.v"),
    "or": both("t", "a.v OR b.v"),
    "not": "INSERT INTO t SELECT ?1, env, NOT v FROM t WHERE node = ?2",
    "truth": "INSERT INTO t SELECT ?1, env, low FROM v WHERE node = ?2",
    "scalar": "INSERT INTO v SELECT ?1, env, 0, v, v FROM t WHERE node = ?2",
    "same_truth": both("t", "a.v = b.v"),
    "fold": "INSERT INTO v SELECT ?1, env, none, fold(low), fold(high) "
            "FROM v WHERE node = ?2",
    "text": "INSERT INTO v SELECT ?1, env, 0, CASE WHEN low = high THEN "
            "cell_text(?3, low) END, CASE WHEN low = high THEN "
            "cell_text(?3, low) END FROM v WHERE node = ?2",
    "concat": both("v", "0, a.low || b.low, a.low || b.low"),
    "known_t": "INSERT INTO t SELECT ?1, env, v IS NOT NULL FROM t "
               "WHERE node = ?2",
    "known_v": "INSERT INTO t SELECT ?1, env, none OR coalesce(low = high, 0) "
               "FROM v WHERE node = ?2",
    "known_s": "INSERT INTO t SELECT ?1, z.env, NOT z.open AND z.u = 0 AND "
               "NOT EXISTS (SELECT 1 FROM q WHERE q.node = ?2 AND "
               "q.env = z.env AND NOT q.certain) FROM z WHERE z.node = ?2",
    "absent": "INSERT INTO t SELECT ?1, env, CASE WHEN none THEN 1 "
              "WHEN low IS NOT NULL THEN 0 END FROM v WHERE node = ?2",
    "assume_t": both("t", "CASE WHEN a.v IS NULL THEN b.v ELSE a.v END"),
    "assume_v": "INSERT INTO v SELECT ?1, a.env, "
                "CASE WHEN a.k THEN a.none ELSE b.none END, "
                "CASE WHEN a.k THEN a.low ELSE b.low END, "
                "CASE WHEN a.k THEN a.high ELSE b.high END FROM "
                "(SELECT *, none OR coalesce(low = high, 0) AS k FROM v "
                "WHERE node = ?2) a JOIN v b ON b.node = ?3 AND b.env = a.env",
    "complete_z": "INSERT INTO z SELECT ?1, env, u, 0 FROM z WHERE node = ?2",
    "copy_q": "INSERT INTO q SELECT ?1, env, cell, certain FROM q "
              "WHERE node = ?2",
    "kind": "INSERT INTO t SELECT ?1, v.env, CASE WHEN v.none THEN 0 "
            "WHEN v.low IS NULL THEN NULL ELSE EXISTS (SELECT 1 FROM entity e "
            "JOIN isa i ON i.kind = e.kind AND i.of = ?3 WHERE e.id = v.low) "
            "END FROM v WHERE v.node = ?2",
    "constant_t": "INSERT INTO t SELECT ?1, id, ?3 FROM env WHERE frame = ?2",
    "constant_v": "INSERT INTO v SELECT ?1, id, ?3, ?4, ?4 FROM env "
                  "WHERE frame = ?2",
    "constant_z": "INSERT INTO z SELECT ?1, id, 0, ?3 FROM env "
                  "WHERE frame = ?2",
    # reading
    "attr_v": "INSERT INTO v SELECT ?1, x.env, CASE WHEN x.none THEN 1 ELSE "
              "coalesce(c.none, 0) END, c.low, c.high FROM v x LEFT JOIN col c "
              "ON c.attr = ?3 AND c.ent = x.low WHERE x.node = ?2",
    "attr_t": "INSERT INTO t SELECT ?1, x.env, c.low FROM v x LEFT JOIN col c "
              "ON c.attr = ?3 AND c.ent = x.low WHERE x.node = ?2",
    "attr_z": "INSERT INTO z SELECT ?1, x.env, coalesce(r.u, 0), "
              "CASE WHEN x.none THEN 0 ELSE coalesce(r.open, 1) END FROM v x "
              "LEFT JOIN lrow r ON r.attr = ?3 AND r.ent = x.low "
              "WHERE x.node = ?2",
    "attr_q": "INSERT INTO q SELECT ?1, x.env, l.cell, l.certain FROM v x "
              "JOIN link l ON l.attr = ?3 AND l.ent = x.low WHERE x.node = ?2",
    "extent_q": "INSERT INTO q SELECT ?1, e.id, x.id, NOT x.possible "
                "FROM env e JOIN entity x JOIN isa i ON i.kind = x.kind AND "
                "i.of = ?3 WHERE e.frame = ?2",
    "extent_z": "INSERT INTO z SELECT ?1, e.id, 0, x.open FROM env e "
                "JOIN extent x ON x.kind = ?3 WHERE e.frame = ?2",
    # sets
    "in": "INSERT INTO t SELECT ?1, x.env, CASE WHEN x.none THEN 0 "
          "WHEN x.low IS NULL THEN CASE WHEN NOT z.open AND z.u = 0 AND NOT "
          "EXISTS (SELECT 1 FROM q WHERE q.node = ?3 AND q.env = x.env) "
          "THEN 0 END "
          "WHEN x.low = x.high AND EXISTS (SELECT 1 FROM q WHERE q.node = ?3 "
          "AND q.env = x.env AND q.cell = x.low AND q.certain) THEN 1 "
          "WHEN z.open OR z.u > 0 THEN NULL "
          "WHEN NOT EXISTS (SELECT 1 FROM q WHERE q.node = ?3 AND "
          "q.env = x.env AND q.cell >= x.low AND q.cell <= x.high) THEN 0 END "
          "FROM v x JOIN z ON z.node = ?3 AND z.env = x.env "
          "WHERE x.node = ?2",
    "count": "INSERT INTO v SELECT ?1, env, 0, min(max(c, u > 0), ?3), "
             "min(CASE WHEN open THEN 9e999 ELSE n + u END, ?3) FROM "
             "(SELECT z.env, z.u, z.open, (SELECT count(*) FROM q WHERE "
             "q.node = ?2 AND q.env = z.env) AS n, (SELECT count(*) FROM q "
             "WHERE q.node = ?2 AND q.env = z.env AND q.certain) AS c FROM z "
             "WHERE z.node = ?2)",
    "subset": "INSERT INTO t SELECT ?1, a.env, CASE "
              "WHEN NOT a.open AND a.u = 0 AND NOT EXISTS (SELECT 1 FROM q x "
              "WHERE x.node = ?2 AND x.env = a.env AND NOT EXISTS (SELECT 1 "
              "FROM q y WHERE y.node = ?3 AND y.env = a.env AND "
              "y.cell = x.cell AND y.certain)) THEN 1 "
              "WHEN NOT " + REST_B + " AND EXISTS (SELECT 1 FROM q x WHERE "
              "x.node = ?2 AND x.env = a.env AND x.certain AND NOT EXISTS "
              "(SELECT 1 FROM q y WHERE y.node = ?3 AND y.env = a.env AND "
              "y.cell = x.cell)) THEN 0 "
              "WHEN NOT b.open AND max(a.u > 0, (SELECT count(*) FROM q x "
              "WHERE x.node = ?2 AND x.env = a.env AND x.certain)) > b.u + "
              "(SELECT count(*) FROM q y WHERE y.node = ?3 AND "
              "y.env = a.env) THEN 0 END FROM z a JOIN z b ON b.node = ?3 "
              "AND b.env = a.env WHERE a.node = ?2",
    "union_q": "INSERT INTO q SELECT ?1, env, cell, max(certain) FROM q "
               "WHERE node IN (?2, ?3) GROUP BY env, cell",
    "union_z": both("z", "a.u + b.u, a.open OR b.open"),
    "intersect_q": "INSERT INTO q SELECT ?1, env, cell, t IS NOT NULL FROM "
                   "(SELECT c.env, c.cell, CASE WHEN x.certain THEN 1 "
                   "WHEN x.cell IS NOT NULL OR " + REST_A + " THEN NULL ELSE "
                   "0 END AND CASE WHEN y.certain THEN 1 WHEN y.cell IS NOT "
                   "NULL OR " + REST_B + " THEN NULL ELSE 0 END AS t FROM "
                   "(SELECT DISTINCT env, cell FROM q WHERE node IN (?2, ?3)) "
                   "c JOIN z a ON a.node = ?2 AND a.env = c.env JOIN z b ON "
                   "b.node = ?3 AND b.env = c.env LEFT JOIN q x ON "
                   "x.node = ?2 AND x.env = c.env AND x.cell = c.cell "
                   "LEFT JOIN q y ON y.node = ?3 AND y.env = c.env AND "
                   "y.cell = c.cell) WHERE t IS NOT 0",
    "intersect_z": both("z", "0, " + REST_A + " AND " + REST_B),
    "without_q": "INSERT INTO q SELECT ?1, env, cell, t IS NOT NULL FROM "
                 "(SELECT x.env, x.cell, CASE WHEN x.certain THEN 1 END AND "
                 "NOT CASE WHEN y.certain THEN 1 WHEN y.cell IS NOT NULL OR "
                 + REST_B + " THEN NULL ELSE 0 END AS t FROM q x JOIN z b ON "
                 "b.node = ?3 AND b.env = x.env LEFT JOIN q y ON y.node = ?3 "
                 "AND y.env = x.env AND y.cell = x.cell WHERE x.node = ?2) "
                 "WHERE t IS NOT 0",
    "without_z": both("z", "0, " + REST_A),
    "single_q": "INSERT INTO q SELECT ?1, env, low, 1 FROM v WHERE node = ?2 "
                "AND low = high",
    "single_z": "INSERT INTO z SELECT ?1, env, bad AND NOT ?3, bad AND ?3 "
                "FROM (SELECT env, NOT none AND (low = high) IS NOT 1 AS bad "
                "FROM v WHERE node = ?2)",
    # frames
    "each": "INSERT INTO env(frame, parent, cell, m) SELECT ?1, env, cell, "
            "CASE WHEN certain THEN 1 END FROM q WHERE node = ?2",
    "each_m": "INSERT INTO t SELECT ?1, id, m FROM env WHERE frame = ?2",
    "each_v": "INSERT INTO v SELECT ?1, id, 0, cell, cell FROM env "
              "WHERE frame = ?2",
    "call": "INSERT INTO env(frame, parent, m) SELECT ?1, id, 1 FROM env "
            "WHERE frame = ?2",
    "rest": "INSERT INTO env(frame, parent, m) SELECT ?1, env, NULL FROM z "
            "WHERE node = ?2 AND (open OR u > 0)",
    "lift_t": "INSERT INTO t SELECT ?1, e.id, a.v FROM env e JOIN t a ON "
              "a.node = ?2 AND a.env = e.parent WHERE e.frame = ?3",
    "lift_v": "INSERT INTO v SELECT ?1, e.id, a.none, a.low, a.high FROM "
              "env e JOIN v a ON a.node = ?2 AND a.env = e.parent "
              "WHERE e.frame = ?3",
    "lift_q": "INSERT INTO q SELECT ?1, e.id, a.cell, a.certain FROM env e "
              "JOIN q a ON a.node = ?2 AND a.env = e.parent "
              "WHERE e.frame = ?3",
    "lift_z": "INSERT INTO z SELECT ?1, e.id, a.u, a.open FROM env e JOIN z a "
              "ON a.node = ?2 AND a.env = e.parent WHERE e.frame = ?3",
    # what a call gives goes back to where it stands
    "back_t": "INSERT INTO t SELECT ?1, e.parent, a.v FROM env e JOIN t a ON "
              "a.node = ?2 AND a.env = e.id WHERE e.frame = ?3",
    "back_v": "INSERT INTO v SELECT ?1, e.parent, a.none, a.low, a.high FROM "
              "env e JOIN v a ON a.node = ?2 AND a.env = e.id "
              "WHERE e.frame = ?3",
    "back_q": "INSERT INTO q SELECT ?1, e.parent, a.cell, a.certain FROM "
              "env e JOIN q a ON a.node = ?2 AND a.env = e.id "
              "WHERE e.frame = ?3",
    "back_z": "INSERT INTO z SELECT ?1, e.parent, a.u, a.open FROM env e "
              "JOIN z a ON a.node = ?2 AND a.env = e.id WHERE e.frame = ?3",
    # quantifiers: ?2 the set, ?3 the frame of its elements, ?4 the condition
    "any": "INSERT INTO t SELECT ?1, z.env, CASE WHEN x.yes THEN 1 WHEN "
           "x.may OR z.open OR z.u > 0 THEN NULL ELSE 0 END FROM z LEFT JOIN "
           "(SELECT parent, max(w IS 1) AS yes, max(w IS NULL) AS may FROM "
           "(SELECT e.parent, e.m AND c.v AS w FROM env e JOIN t c ON "
           "c.node = ?4 AND c.env = e.id WHERE e.frame = ?3) GROUP BY parent) "
           "x ON x.parent = z.env WHERE z.node = ?2",
    "count_where": "INSERT INTO v SELECT ?1, z.env, 0, coalesce(x.yes, 0), "
                   "CASE WHEN z.open THEN 9e999 ELSE coalesce(x.yes, 0) + "
                   "coalesce(x.may, 0) + z.u END FROM z LEFT JOIN (SELECT "
                   "parent, sum(w IS 1) AS yes, sum(w IS NULL) AS may FROM "
                   "(SELECT e.parent, e.m AND c.v AS w FROM env e JOIN t c ON "
                   "c.node = ?4 AND c.env = e.id WHERE e.frame = ?3) "
                   "GROUP BY parent) x ON x.parent = z.env WHERE z.node = ?2",
}

SQL.update(COMPARISONS)

# ?2 the set, ?3 the frame, ?4 the condition, ?5 the item, ?6 may it be none
ITEMS = ("(SELECT e.parent, e.m AND c.v AS w, i.* FROM env e JOIN t c ON "
         "c.node = ?4 AND c.env = e.id JOIN v i ON i.node = ?5 AND "
         "i.env = e.id WHERE e.frame = ?3 AND (e.m AND c.v) IS NOT 0)")
SQL.update({
    "collect_q": "INSERT INTO q SELECT ?1, parent, low, max(w IS 1) FROM " +
                 ITEMS + " WHERE low = high GROUP BY parent, low",
    "collect_z": "INSERT INTO z SELECT ?1, z.env, coalesce(x.u, 0), z.open OR "
                 "z.u > 0 OR coalesce(x.open, 0) FROM z LEFT JOIN (SELECT "
                 "parent, sum(bad AND w IS 1 AND NOT ?6) AS u, max(bad AND "
                 "(?6 OR w IS NULL)) AS open FROM (SELECT parent, w, NOT none "
                 "AND (low = high) IS NOT 1 AS bad FROM " + ITEMS +
                 ") GROUP BY parent) x ON x.parent = z.env WHERE z.node = ?2",
    "flatten_q": "INSERT INTO q SELECT ?1, parent, cell, max(w IS 1 AND "
                 "certain) FROM (SELECT e.parent, e.m AND c.v AS w, q.cell, "
                 "q.certain FROM env e JOIN t c ON c.node = ?4 AND c.env = "
                 "e.id JOIN q ON q.node = ?5 AND q.env = e.id WHERE "
                 "e.frame = ?3 AND (e.m AND c.v) IS NOT 0) "
                 "GROUP BY parent, cell",
    "flatten_z": "INSERT INTO z SELECT ?1, z.env, coalesce(x.u, 0), z.open OR "
                 "z.u > 0 OR coalesce(x.open, 0) FROM z LEFT JOIN (SELECT "
                 "parent, sum(CASE WHEN w IS 1 THEN iu ELSE 0 END) AS u, "
                 "max(iopen OR (w IS NULL AND iu > 0)) AS open FROM (SELECT "
                 "e.parent, e.m AND c.v AS w, i.u AS iu, i.open AS iopen FROM "
                 "env e JOIN t c ON c.node = ?4 AND c.env = e.id JOIN z i ON "
                 "i.node = ?5 AND i.env = e.id WHERE e.frame = ?3 AND "
                 "(e.m AND c.v) IS NOT 0) GROUP BY parent) x ON x.parent = "
                 "z.env WHERE z.node = ?2",
})

# A sum exact beyond 64 bits: of the high and of the low halves.
def narrow(h, l):
    high = "(coalesce(%s, 0) + (coalesce(%s, 0) >> 32))" % (h, l)
    return ("CASE WHEN " + high + " BETWEEN -2147483648 AND 2147483647 THEN ("
            + high + " << 32) | (coalesce(%s, 0) & 4294967295) END" % l)


SQL["sum"] = (
    "INSERT INTO v SELECT ?1, env, 0, CASE WHEN good THEN l END, "
    "CASE WHEN good THEN h END FROM (SELECT env, l, h, l IS NOT NULL AND "
    "h IS NOT NULL AND " + sound("l") + " AND " + sound("h") + " AND NOT bad "
    "AS good FROM (SELECT z.env, coalesce(x.bad, 0) AS bad, "
    "CASE WHEN x.li OR z.open OR z.u > 0 THEN -9e999 ELSE " +
    narrow("x.lh", "x.ll") + " END AS l, CASE WHEN x.hi OR z.open OR z.u > 0 "
    "THEN 9e999 ELSE " + narrow("x.hh", "x.hl") + " END AS h FROM z LEFT JOIN "
    "(SELECT parent, max(low IS NULL) AS bad, sum(lh) AS lh, sum(ll) AS ll, "
    "max(li) AS li, sum(hh) AS hh, sum(hl) AS hl, max(hi) AS hi FROM (SELECT "
    "parent, low, CASE WHEN abs(l) < 9e999 THEN l >> 32 END AS lh, "
    "CASE WHEN abs(l) < 9e999 THEN l & 4294967295 END AS ll, "
    "abs(l) = 9e999 AS li, CASE WHEN abs(h) < 9e999 THEN h >> 32 END AS hh, "
    "CASE WHEN abs(h) < 9e999 THEN h & 4294967295 END AS hl, "
    "abs(h) = 9e999 AS hi FROM (SELECT parent, low, CASE WHEN w THEN low "
    "ELSE min(0, low) END AS l, CASE WHEN w THEN high ELSE max(0, high) END "
    "AS h FROM " + ITEMS + " WHERE NOT none)) GROUP BY parent) x ON "
    "x.parent = z.env WHERE z.node = ?2))")


def extreme(which):
    """min; max is the dual, with the ends and the order turned round."""
    near, far = ("low", "high") if which == "min" else ("high", "low")
    none_bound = "-9e999" if which == "min" else "9e999"
    inner = ("SELECT parent, count(*) AS n, sum(w IS 1 AND low IS NOT NULL) "
             "AS k, %s(coalesce(%s, %s)) AS near, %s(CASE WHEN w THEN %s END) "
             "AS far FROM %s WHERE NOT none GROUP BY parent"
             % (which, near, none_bound, which, far, ITEMS))
    ends = ("CASE WHEN z.open OR z.u > 0 THEN %s ELSE x.near END" % none_bound,
            "x.far")
    if which == "max":
        ends = ends[::-1]
    return ("INSERT INTO v SELECT ?1, z.env, coalesce(x.n, 0) = 0 AND NOT "
            "z.open AND z.u = 0, CASE WHEN x.k THEN %s END, CASE WHEN x.k "
            "THEN %s END FROM z LEFT JOIN (%s) x ON x.parent = z.env "
            "WHERE z.node = ?2" % (ends + (inner,)))


SQL["min"], SQL["max"] = extreme("min"), extreme("max")

# Paths: moves of a step between places.  A place is an entity, or `*K`, one of
# kind K that no file names.  ?1 the step, ?2 the attribute, ?3 the kind it
# starts from, ?4 the kind it leads to, ?5 the inverse attribute or NULL.
FROM = "isa f ON f.kind = e.kind AND f.of = ?3"
TO = "isa g ON g.kind = x.kind AND g.of = ?4"
# Does the other side, the row of ?5 at x, exclude e?
EXCLUDED = ("(?5 IS NOT NULL AND (EXISTS (SELECT 1 FROM lrow r WHERE "
            "r.attr = ?5 AND r.ent = x.id AND NOT r.open AND NOT EXISTS "
            "(SELECT 1 FROM link l WHERE l.attr = ?5 AND l.ent = x.id AND "
            "l.cell = e.id)) OR EXISTS (SELECT 1 FROM col r WHERE r.attr = ?5 "
            "AND r.ent = x.id AND (r.none OR (r.low IS NOT NULL AND "
            "r.low <> e.id)))))")
SILENT = ("(EXISTS (SELECT 1 FROM lrow r WHERE r.attr = ?2 AND r.ent = e.id "
          "AND (r.open OR r.u > 0)) OR (NOT EXISTS (SELECT 1 FROM lrow r "
          "WHERE r.attr = ?2 AND r.ent = e.id) AND NOT EXISTS (SELECT 1 FROM "
          "col r WHERE r.attr = ?2 AND r.ent = e.id AND (r.none OR r.low IS "
          "NOT NULL))))")
MOVES = {
    "link": ("INSERT OR REPLACE INTO move SELECT ?1, e.id, l.cell, l.certain "
             "FROM entity e JOIN " + FROM + " JOIN link l ON l.attr = ?2 AND "
             "l.ent = e.id WHERE ?4 = ?4 AND ?5 IS ?5",
             "INSERT OR REPLACE INTO move SELECT ?1, e.id, c.low, 1 FROM "
             "entity e JOIN " + FROM + " JOIN col c ON c.attr = ?2 AND "
             "c.ent = e.id AND c.low IS NOT NULL WHERE ?4 = ?4 AND ?5 IS ?5",
             "INSERT OR IGNORE INTO move SELECT ?1, e.id, x.id, 0 FROM "
             "entity e JOIN " + FROM + " JOIN entity x JOIN " + TO +
             " WHERE " + SILENT + " AND NOT " + EXCLUDED,
             "INSERT OR IGNORE INTO move SELECT ?1, e.id, '*' || x.kind, 0 "
             "FROM entity e JOIN " + FROM + " JOIN extent x ON x.kind = ?4 "
             "AND x.open WHERE ?5 IS ?5 AND " + SILENT),
    "inverse": ("INSERT OR REPLACE INTO move SELECT ?1, l.cell, e.id, "
                "l.certain FROM entity e JOIN isa f ON f.kind = e.kind AND "
                "f.of = ?4 JOIN link l ON l.attr = ?2 AND l.ent = e.id "
                "WHERE ?3 = ?3 AND ?5 IS ?5",
                "INSERT OR REPLACE INTO move SELECT ?1, c.low, e.id, 1 FROM "
                "entity e JOIN isa f ON f.kind = e.kind AND f.of = ?4 JOIN "
                "col c ON c.attr = ?2 AND c.ent = e.id AND c.low IS NOT NULL "
                "WHERE ?3 = ?3 AND ?5 IS ?5",
                "INSERT OR IGNORE INTO move SELECT ?1, x.id, e.id, 0 FROM "
                "entity e JOIN isa f ON f.kind = e.kind AND f.of = ?4 JOIN "
                "entity x JOIN isa g ON g.kind = x.kind AND g.of = ?3 "
                "WHERE ?5 IS ?5 AND " + SILENT,
                "INSERT OR IGNORE INTO move SELECT ?1, e.id, '*' || x.kind, 0 "
                "FROM entity e JOIN " + FROM + " JOIN extent x ON "
                "x.kind = ?4 AND x.open WHERE ?2 = ?2 AND ?5 IS ?5"),
    "relation": ("INSERT OR IGNORE INTO move SELECT ?1, a, b, v IS NOT NULL "
                 "FROM rel WHERE rel = ?2 AND v IS NOT 0 AND ?3 = ?3 AND "
                 "?4 = ?4 AND ?5 IS ?5",),
    "inverse_relation": ("INSERT OR IGNORE INTO move SELECT ?1, b, a, "
                         "v IS NOT NULL FROM rel WHERE rel = ?2 AND "
                         "v IS NOT 0 AND ?3 = ?3 AND ?4 = ?4 AND ?5 IS ?5",),
}
PHANTOM_OF = ("INSERT OR IGNORE INTO move SELECT ?1, e.id, '*' || x.kind, 0 "
              "FROM entity e JOIN " + FROM + " JOIN extent x ON x.kind = ?4 "
              "AND x.open")
# From one that no file names every step may lead everywhere.
PHANTOM = ("INSERT OR IGNORE INTO move SELECT ?1, '*' || k.kind, x.id, 0 FROM "
           "extent k JOIN entity x JOIN " + TO + " WHERE k.open AND (EXISTS "
           "(SELECT 1 FROM isa WHERE kind = k.kind AND of = ?3) OR EXISTS "
           "(SELECT 1 FROM isa WHERE kind = ?3 AND of = k.kind))",
           "INSERT OR IGNORE INTO move SELECT ?1, '*' || k.kind, "
           "'*' || x.kind, 0 FROM extent k JOIN extent x ON x.kind = ?4 AND "
           "x.open WHERE k.open AND (EXISTS (SELECT 1 FROM isa WHERE "
           "kind = k.kind AND of = ?3) OR EXISTS (SELECT 1 FROM isa WHERE "
           "kind = ?3 AND of = k.kind))")


def walk(certain):
    condition = (" AND m.certain AND NOT coalesce((SELECT possible FROM "
                 "entity WHERE id = m.b), 0)" if certain else "")
    return ("WITH RECURSIVE w(start, place, state) AS (SELECT DISTINCT low, "
            "low, 0 FROM v WHERE node = ?2 AND low IS NOT NULL UNION SELECT "
            "w.start, m.b, a.next FROM w JOIN arc a ON a.path = ?3 AND "
            "a.state = w.state JOIN move m ON m.step = a.step AND "
            "m.a = w.place" + condition + ") ")


def reached(certain):
    return ("INSERT OR IGNORE INTO reached " + walk(certain) + "SELECT "
            "DISTINCT ?1, start, place, %d FROM w WHERE EXISTS (SELECT 1 FROM "
            "arc WHERE path = ?3 AND state = w.state AND step = 'accept')"
            % certain)


# ?2 the start, ?3 the target set, ?4 the kind of its elements
SQL["reaches"] = (
    "INSERT INTO t SELECT ?1, x.env, CASE WHEN x.none THEN 0 WHEN x.low IS "
    "NULL THEN NULL WHEN EXISTS (SELECT 1 FROM reached r JOIN q ON "
    "q.node = ?3 AND q.env = x.env AND q.cell = r.place AND q.certain WHERE "
    "r.node = ?1 AND r.start = x.low AND r.must) THEN 1 "
    "WHEN EXISTS (SELECT 1 FROM reached r JOIN q ON q.node = ?3 AND "
    "q.env = x.env AND q.cell = r.place WHERE r.node = ?1 AND "
    "r.start = x.low) THEN NULL "
    "WHEN NOT z.open AND z.u = 0 THEN 0 "
    "WHEN EXISTS (SELECT 1 FROM reached r JOIN entity e ON e.id = r.place "
    "JOIN isa i ON i.kind = e.kind AND i.of = ?4 WHERE r.node = ?1 AND "
    "r.start = x.low) THEN NULL "
    "WHEN EXISTS (SELECT 1 FROM reached r JOIN isa i ON "
    "(r.place = '*' || i.kind AND i.of = ?4) OR (r.place = '*' || i.of AND "
    "i.kind = ?4) WHERE r.node = ?1 AND r.start = x.low) THEN NULL ELSE 0 END "
    "FROM v x JOIN z ON z.node = ?3 AND z.env = x.env WHERE x.node = ?2")


# --- lowering ----------------------------------------------------------------

class Frame:
    def __init__(self, number, parent):
        self.number, self.parent = number, parent
        self.depth = parent.depth + 1 if parent else 0


class Value:
    """A node of the tables: table is t, v or s (q and z)."""
    __slots__ = ("table", "node", "type", "frame")

    def __init__(self, table, node, type_, frame):
        self.table, self.node = table, node
        self.type, self.frame = type_, frame


class Variable:
    def __init__(self, value, tainted=False):
        self.value, self.tainted = value, tainted


class Let:
    def __init__(self, body, scope):
        self.body, self.scope = body, scope


EMPTY = frozenset()


def free_names(node):
    if node.free is not None:
        return node.free
    names = set()
    if node.op == "name":
        names.add(node.text)
    elif node.op in ("quantifier", "collect", "fold_over", "count_where"):
        bound = set()
        for name, over in node.items:
            names |= free_names(over) - bound
            bound.add(name)
        inner = set()
        for part in ((node.b, node.c) if node.op == "quantifier"
                     else (node.a, node.b)):
            if part is not None:
                inner |= free_names(part)
        names |= inner - bound
        if node.op == "quantifier" and node.a is not None:
            names |= free_names(node.a)
    else:
        for part in node.parts():
            names |= free_names(part)
    node.free = frozenset(names) if names else EMPTY
    return node.free


LITERALS = ("int", "date", "duration", "string", "true", "false", "none")


def steps_of(path):
    """The names of a path's steps."""
    if path[0] == "step":
        return {path[1]}
    if path[0] in ("then", "or"):
        return set().union(*(steps_of(part) for part in path[1]))
    return steps_of(path[1])


class Lowering:
    def __init__(self, db, program, site):
        self.db, self.program, self.site = db, program, site
        self.nodes = self.frames = self.statements = 0
        self.memo = {}
        self.derived, self.settled, self.open_relations = set(), {}, set()
        self.paths, self.steps = {}, {}
        self.uses_memo, self.made_nodes = {}, {}
        self.begin()

    def begin(self):
        for table in CLEARED:
            self.db.execute("DELETE FROM " + table)
        p, site, many = self.program, self.site, self.db.executemany
        many("INSERT INTO entity VALUES (?, ?, ?, ?)", site.entities)
        many("INSERT INTO isa VALUES (?, ?)",
             [(k, of) for k in p.kinds for of in p.line(k)])
        many("INSERT INTO extent VALUES (?, ?)",
             [(k, int(site.open[k])) for k in p.kinds])
        many("INSERT INTO col VALUES (?, ?, ?, ?, ?)", site.cells)
        many("INSERT INTO lrow VALUES (?, ?, 0, ?)", site.rows)
        many("INSERT INTO link VALUES (?, ?, ?, ?)", site.links)
        for (enum, name), a in p.fields.items():
            for value, constants in p.enums[enum].items():
                self.add_constant(a, value, constants.get(name))
        self.root = self.frame(None)
        self.db.execute("INSERT INTO env VALUES (0, ?, NULL, NULL, 1)",
                        (self.root.number,))

    def add_constant(self, a, value, node):
        if a.type.set:
            self.db.execute("INSERT INTO lrow VALUES (?, ?, 0, 0)",
                            (a.number, value))
            for item in (node.items if node else ()):
                self.db.execute("INSERT INTO link VALUES (?, ?, ?, 1)",
                                (a.number, value, self.cell(item, a.type)))
        elif node is None:
            self.db.execute("INSERT INTO col VALUES (?, ?, 1, NULL, NULL)",
                            (a.number, value))
        else:
            cell = self.cell(node, a.type)
            self.db.execute("INSERT INTO col VALUES (?, ?, 0, ?, ?)",
                            (a.number, value, cell, cell))

    def cell(self, node, type_):
        if node.op in ("true", "false"):
            return int(node.op == "true")
        if node.op == "string":
            return cell_of(type_, node.text)
        return node.text

    # --- rows -------------------------------------------------------------

    def new(self):
        self.nodes += 1
        return self.nodes

    def frame(self, parent):
        self.frames += 1
        return Frame(self.frames, parent)

    def run(self, name, *arguments):
        self.statements += 1
        self.db.execute(SQL[name], arguments)

    def truth(self, frame, name, *arguments):
        node = self.new()
        self.run(name, node, *arguments)
        return Value("t", node, BOOL, frame)

    def scalar(self, frame, type_, name, *arguments):
        node = self.new()
        self.run(name, node, *arguments)
        return Value("v", node, type_._replace(set=False), frame)

    def set(self, frame, type_, name, *arguments):
        """Of a pair of statements, NAME_q and NAME_z."""
        node = self.new()
        self.run(name + "_q", node, *arguments[:SET_Q.get(name, 9)])
        self.run(name + "_z", node, *arguments)
        return Value("s", node, type_._replace(set=True, optional=False),
                     frame)

    def move_to(self, value, frame):
        """The same in an inner frame."""
        chain = []
        while frame is not value.frame:
            chain.append(frame)
            frame = frame.parent
        for inner in reversed(chain):
            key = ("lift", value.node, value.table, inner.number)
            if key not in self.memo:
                node = self.new()
                for table in ("qz" if value.table == "s" else value.table):
                    self.run("lift_" + table, node, value.node, inner.number)
                self.memo[key] = Value(value.table, node, value.type, inner)
            value = self.memo[key]
        return value

    def as_truth(self, value):
        if value.table == "t":
            return value
        if value.table == "s":
            raise Unlowered("a set as a truth")
        return self.truth(value.frame, "truth", value.node)

    def as_scalar(self, value):
        if value.table != "t":
            return value
        return self.scalar(value.frame, BOOL, "scalar", value.node)

    # --- names --------------------------------------------------------------

    def homes(self, node, scope):
        """The variables that an expression rests on."""
        for name in free_names(node):
            entry = scope.get(name)
            if isinstance(entry, Variable):
                yield entry
            elif isinstance(entry, Let):
                yield from self.homes(entry.body, entry.scope)

    def home(self, node, scope):
        home = self.root
        for entry in self.homes(node, scope):
            if entry.value.frame.depth > home.depth:
                home = entry.value.frame
        return home

    def is_tainted(self, node, scope):
        return any(entry.tainted for entry in self.homes(node, scope))

    def uses(self, node):
        """Relations that an expression reads, through all it is made of."""
        found = self.uses_memo.get(id(node))
        if found is not None:
            return found
        p, out, seen, stack = self.program, set(), set(), [node]

        def visit(name):
            if name in seen:
                return
            seen.add(name)
            for table in (p.relations, p.defines):
                if name in table:
                    stack.append(table[name]["body"])
            if name in p.relations:
                out.add(name)
            for a in p.attributes:
                if a.body is not None and a.name == name:
                    stack.append(a.body)

        while stack:
            n = stack.pop()
            stack.extend(n.parts())
            if n.op in ("call", "name", "member"):
                visit(n.text)
            elif n.op == "reaches":
                for name in steps_of(n.text):
                    visit(name)
        self.uses_memo[id(node)] = out
        return out

    def made(self, op, text, **parts):
        """A node that no text has; one for each, as nodes are remembered by
        what they are."""
        key = (op, text)
        if key not in self.made_nodes:
            self.made_nodes[key] = Node(op, text=text, **parts)
        return self.made_nodes[key]

    # --- expressions ----------------------------------------------------------

    def lower(self, node, scope, frame, hint=None):
        if node.op in LITERALS or (node.op == "name" and
                                   node.text not in scope):
            return self.literal(node, scope, frame, hint)
        home = self.home(node, scope)
        key = (id(node), home.number)
        value = self.memo.get(key)
        if value is None:
            value = getattr(self, "on_" + NAMES.get(node.op, node.op))(
                node, scope, home, hint)
            if not (self.open_relations and
                    self.open_relations & self.uses(node)):
                self.memo[key] = value
        return self.move_to(value, frame)

    def literal(self, node, scope, frame, hint):
        op = node.op
        if op in ("true", "false") and (hint is None or hint == BOOL):
            return self.constant_truth(frame, op == "true")
        if op == "none":
            if hint is None:
                raise Unlowered("none without a type")
            return self.scalar(frame, hint._replace(optional=True),
                               "constant_v", frame.number, 1, None)
        if op == "name":
            return self.global_name(node, scope, frame, hint)
        if op == "string":
            tag = hint.tag if hint and hint.tag in (
                "caseless", "version", "ip", "net") else "string"
            type_ = plain(tag)
        elif op in ("true", "false"):
            type_ = BOOL
        else:
            type_ = plain(op)
        return self.scalar(frame, type_, "constant_v", frame.number, 0,
                           self.cell(node, type_))

    def constant_truth(self, frame, value):
        return self.truth(frame, "constant_t", frame.number,
                          None if value is None else int(value))

    def global_name(self, node, scope, frame, hint):
        p, name = self.program, node.text
        if name in p.params:
            entry = p.params[name]
            return self.lower(entry["value"], {}, frame, entry["type"])
        if name in p.defines:
            return self.lower(self.made("call", name, items=[]), {}, frame,
                              hint)
        if name in p.kinds:
            key = ("extent", name)
            if key not in self.memo:
                self.memo[key] = self.set(self.root, plain("entity", name),
                                          "extent", self.root.number, name)
            return self.move_to(self.memo[key], frame)
        if hint and hint.tag == "enum" and name in p.enums[hint.of]:
            return self.scalar(frame, plain("enum", hint.of), "constant_v",
                               frame.number, 0, name)
        raise Unlowered("the name %s" % name)

    def on_name(self, node, scope, home, hint):
        entry = scope[node.text]
        if isinstance(entry, Let):
            return self.lower(entry.body, entry.scope, home, hint)
        return entry.value

    def pair(self, node, scope, home, hint=None):
        """Both operands; a literal takes the type of the other."""
        a, b = node.a, node.b
        if self.is_bare(a, scope) and self.is_bare(b, scope):
            x = self.lower(a, scope, home, hint)
            y = self.lower(b, scope, home,
                           hint or x.type._replace(set=False))
        elif self.is_bare(a, scope):
            y = self.lower(b, scope, home)
            x = self.lower(a, scope, home, y.type._replace(set=False))
        else:
            x = self.lower(a, scope, home)
            y = self.lower(b, scope, home, x.type._replace(set=False))
        return x, y

    def is_bare(self, node, scope):
        """Does it take its type from what stands beside it?"""
        if node.op == "set":
            return all(self.is_bare(i, scope) for i in node.items)
        if node.op in ("union", "intersect", "without"):
            return self.is_bare(node.a, scope) and self.is_bare(node.b, scope)
        return node.op in LITERALS or (
            node.op == "name" and node.text not in scope and
            node.text not in self.program.kinds and
            node.text not in self.program.params and
            node.text not in self.program.defines)

    def on_and(self, node, scope, home, hint):
        return self.truth(home, node.op,
            self.as_truth(self.lower(node.a, scope, home)).node,
            self.as_truth(self.lower(node.b, scope, home)).node)

    on_or = on_and

    def on_not(self, node, scope, home, hint):
        return self.truth(home, "not",
            self.as_truth(self.lower(node.a, scope, home)).node)

    def folded(self, x, y):
        """Texts of which one is caseless are compared folded."""
        if x.type.tag in TEXTS and y.type.tag in TEXTS and \
                x.type.tag != y.type.tag:
            if x.type.tag == "string":
                x = self.fold_text(x)
            else:
                y = self.fold_text(y)
        return x, y

    def fold_text(self, x):
        return self.scalar(x.frame, x.type._replace(tag="caseless"), "fold",
                           x.node)

    def on_equal(self, node, scope, home, hint):
        x, y = self.pair(node, scope, home)
        if x.table == "s":
            return self.truth(home, "and",
                self.truth(home, "subset", x.node, y.node).node,
                self.truth(home, "subset", y.node, x.node).node)
        if x.table == "t" and y.table == "t":
            return self.truth(home, "same_truth", x.node, y.node)
        x, y = self.folded(self.as_scalar(x), self.as_scalar(y))
        return self.truth(home, "==", x.node, y.node)

    def on_unequal(self, node, scope, home, hint):
        return self.truth(home, "not",
                          self.on_equal(node, scope, home, hint).node)

    def on_order(self, node, scope, home, hint):
        x, y = self.pair(node, scope, home)
        if node.op in (">", ">="):
            x, y = y, x
        return self.truth(home, {">": "<", ">=": "<="}.get(node.op, node.op),
                          x.node, y.node)

    def on_starts(self, node, scope, home, hint):
        x = self.lower(node.a, scope, home)
        y = self.lower(node.b, scope, home, x.type)
        x, y = self.folded(x, y)
        return self.truth(home, node.op, x.node, y.node)

    on_ends = on_starts

    def on_like(self, node, scope, home, hint):
        x = self.lower(node.a, scope, home)
        y = self.lower(node.b, scope, home)
        name = node.op + ("_caseless" if x.type.tag == "caseless" else "")
        return self.truth(home, name, x.node, y.node)

    on_matches = on_like

    def on_kind(self, node, scope, home, hint):
        x = self.lower(node.a, scope, home)
        return self.truth(home, "kind", x.node, node.text)

    def on_absent(self, node, scope, home, hint):
        x = self.as_scalar(self.lower(node.a, scope, home))
        return self.truth(home, "absent", x.node)

    def on_known(self, node, scope, home, hint):
        if self.is_tainted(node.a, scope):
            return self.constant_truth(home, None)
        x = self.lower(node.a, scope, home)
        return self.truth(home, "known_" + x.table, x.node)

    def on_assume(self, node, scope, home, hint):
        x = self.lower(node.a, scope, home)
        if self.is_tainted(node.a, scope):
            return x
        y = self.lower(node.b, scope, home, x.type)
        if x.table == "t":
            return self.truth(home, "assume_t", x.node,
                              self.as_truth(y).node)
        return self.scalar(home, x.type, "assume_v", x.node,
                           self.as_scalar(y).node)

    def on_complete(self, node, scope, home, hint):
        x = self.lower(node.a, scope, home)
        if self.is_tainted(node.a, scope):
            return x
        out = self.new()
        self.run("copy_q", out, x.node)
        self.run("complete_z", out, x.node)
        return Value("s", out, x.type, home)

    # --- numbers and texts -----------------------------------------------------

    def on_plus(self, node, scope, home, hint):
        x, y = self.pair(node, scope, home)
        return self.arithmetic(node.op, x, y, home)

    def on_times(self, node, scope, home, hint):
        x = self.lower(node.a, scope, home)
        y = self.lower(node.b, scope, home)
        return self.arithmetic(node.op, x, y, home)

    def arithmetic(self, op, x, y, home):
        tags = (x.type.tag, y.type.tag)
        if op == "+" and ("string" in tags or "caseless" in tags):
            return self.concat(x, y, home)
        type_ = x.type
        if tags == ("date", "date"):
            op, type_ = "date-date", plain("duration")
        elif tags == ("date", "duration"):
            op = "date" + op
        elif tags == ("duration", "date"):
            x, y, op, type_ = y, x, "date+", plain("date")
        elif op in "*/" and y.type.tag == "duration" and op == "*":
            type_ = y.type
        out = self.new()
        self.statements += 1
        self.db.execute(ARITHMETIC[op], (out, x.node, y.node))
        return Value("v", out, type_._replace(optional=False), home)

    def concat(self, x, y, home):
        caseless = "caseless" in (x.type.tag, y.type.tag)
        x, y = self.text(x, home), self.text(y, home)
        if caseless:
            x, y = self.fold_text(x), self.fold_text(y)
        return self.scalar(home, plain("caseless" if caseless else "string"),
                           "concat", x.node, y.node)

    def text(self, x, home):
        if x.type.tag in TEXTS:
            return x
        if x.type.tag == "entity":
            raise Unlowered("an entity as a text")
        return self.scalar(home, plain("string"), "text",
                           self.as_scalar(x).node, x.type.tag)

    def on_today(self, node, scope, home, hint):
        return self.scalar(home, plain("date"), "constant_v", home.number, 0,
                           self.site.today)

    # --- reading ---------------------------------------------------------------

    def on_member(self, node, scope, home, hint):
        a = node.a
        if a.op == "name" and a.text not in scope and \
                a.text in self.program.enums:
            return self.scalar(home, plain("enum", a.text), "constant_v",
                               home.number, 0, node.text)
        x = self.lower(a, scope, home)
        at = self.attribute(x.type, node.text)
        if x.table == "s":
            return self.each_member(x, at, home)
        return self.read(x, at, home)

    def attribute(self, type_, name):
        if type_.tag == "enum":
            return self.program.fields[type_.of, name]
        at = self.program.find[type_.of, name]
        if at.body is not None:
            self.derive(at)
        return at

    def read(self, x, at, home):
        if at.type.set:
            return self.set(home, at.type, "attr", x.node, at.number)
        # past what may be none, a bool is a bool? and no truth
        if at.type == BOOL and not x.type.optional:
            return self.truth(home, "attr_t", x.node, at.number)
        return self.scalar(home, at.type._replace(optional=at.type.optional or
            x.type.optional), "attr_v", x.node, at.number)

    def each_member(self, x, at, home):
        inner, element = self.each(x)
        item = self.read(element, at, inner)
        yes = self.constant_truth(inner, True)
        return self.collect(x, inner, yes, item, home)

    def derive(self, at):
        """The attribute of every entity of its kind, as if it were stored."""
        if at.number in self.derived:
            return
        if self.open_relations & self.uses(at.body):
            raise Unlowered("a derived attribute of a relation that uses it")
        all_ = self.lower(self.made("name", at.kind), {}, self.root)
        frame, element = self.each(all_)
        scope = {"self": Variable(element)}
        value = self.lower(at.body, scope, frame, at.type._replace(set=False))
        into = (at.number, value.node, frame.number)
        if at.type.set:
            self.statements += 2
            self.db.execute("INSERT INTO lrow SELECT ?1, e.cell, z.u, z.open "
                "FROM env e JOIN z ON z.node = ?2 AND z.env = e.id "
                "WHERE e.frame = ?3", into)
            self.db.execute("INSERT INTO link SELECT ?1, e.cell, q.cell, "
                "q.certain FROM env e JOIN q ON q.node = ?2 AND q.env = e.id "
                "WHERE e.frame = ?3", into)
        elif value.table == "t":
            self.db.execute("INSERT INTO col SELECT ?1, e.cell, 0, t.v, t.v "
                "FROM env e JOIN t ON t.node = ?2 AND t.env = e.id "
                "WHERE e.frame = ?3", into)
        else:
            self.db.execute("INSERT INTO col SELECT ?1, e.cell, v.none, "
                "v.low, v.high FROM env e JOIN v ON v.node = ?2 AND "
                "v.env = e.id WHERE e.frame = ?3", into)
        self.derived.add(at.number)

    # --- sets ------------------------------------------------------------------

    def on_in(self, node, scope, home, hint):
        a, b = node.a, node.b
        if self.is_bare(b, scope) and b.op == "string":
            x = self.lower(a, scope, home)
            y = self.lower(b, scope, home, plain("net"))
        else:
            x, y = self.pair(node, scope, home)
        x = self.as_scalar(x)
        if y.table != "s":
            return self.truth(home, "in_net", x.node, y.node)
        if y.type.tag == "caseless" and x.type.tag == "string":
            x = self.fold_text(x)
        return self.truth(home, "in", x.node, y.node)

    def on_subset(self, node, scope, home, hint):
        x, y = self.pair(node, scope, home)
        return self.truth(home, "subset", x.node, y.node)

    def on_union(self, node, scope, home, hint):
        x, y = self.pair(node, scope, home, hint)
        # of two kinds, what both are
        type_ = x.type
        if type_.tag == "entity" and type_.of != y.type.of:
            type_ = type_._replace(of=self.join(type_.of, y.type.of))
        return self.set(home, type_, node.op, x.node, y.node)

    on_intersect = on_without = on_union

    def join(self, a, b):
        for kind in self.program.line(a):
            if self.program.is_a(b, kind):
                return kind
        raise Unlowered("a set of two kinds")

    def on_set(self, node, scope, home, hint):
        if not node.items:
            out = self.new()
            self.run("constant_z", out, home.number, 0)
            return Value("s", out, (hint or INT)._replace(set=True), home)
        if hint is None:
            for item in node.items:
                if not self.is_bare(item, scope):
                    hint = self.lower(item, scope, home).type
                    break
        whole = None
        for item in node.items:
            x = self.as_scalar(self.lower(item, scope, home, hint))
            if hint and hint.tag == "caseless" and x.type.tag == "string":
                x = self.fold_text(x)
            one = self.set(home, x.type, "single", x.node,
                           int(x.type.optional))
            whole = one if whole is None else self.set(
                home, whole.type, "union", whole.node, one.node)
        return whole

    # --- binders ---------------------------------------------------------------

    def each(self, over):
        """A frame with an env for each element, and the element."""
        frame = self.frame(over.frame)
        self.run("each", frame.number, over.node)
        element = self.scalar(frame, over.type._replace(optional=False),
                              "each_v", frame.number)
        return frame, element

    def bind(self, binders, scope, home):
        """Frames inside each other: (set, frame), and the scope within."""
        levels, scope = [], dict(scope)
        for name, over in binders:
            x = self.lower(over, scope, home)
            if x.table != "s":
                raise Unlowered("a binder over what is no set")
            home, element = self.each(x)
            scope[name] = Variable(element)
            levels.append((x, home))
        return levels, scope, home

    def on_quantifier(self, node, scope, home, hint):
        levels, inner, frame = self.bind(node.items, scope, home)
        body = self.as_truth(self.lower(node.c, inner, frame))
        if node.text in ("exactly", "least", "most"):
            if node.b is not None:
                body = self.both(self.condition(node.b, inner, frame), body)
            return self.quantity(node, levels, body, home)
        if node.text == "all":
            body = self.truth(frame, "not", body.node)
        if node.b is not None:
            body = self.both(self.condition(node.b, inner, frame), body)
        for over, within in reversed(levels):
            body = self.truth(over.frame, "any", over.node, within.number,
                              body.node)
        if node.text != "any":
            body = self.truth(home, "not", body.node)
        return body

    def condition(self, node, scope, frame):
        if node is None:
            return self.constant_truth(frame, True)
        return self.as_truth(self.lower(node, scope, frame))

    def both(self, a, b):
        return self.truth(a.frame, "and", a.node, b.node)

    def one_level(self, levels, what):
        if len(levels) > 1:
            raise Unlowered("%s over several binders" % what)
        return levels[0]

    def quantity(self, node, levels, body, home):
        over, within = self.one_level(levels, "a number of")
        count = self.scalar(home, INT, "count_where", over.node,
                            within.number, body.node)
        number = self.lower(node.a, {}, home)
        if node.text == "exactly":
            return self.truth(home, "==", count.node, number.node)
        if node.text == "most":
            return self.truth(home, "<=", count.node, number.node)
        return self.truth(home, "<=", number.node, count.node)

    def on_count_where(self, node, scope, home, hint):
        levels, inner, frame = self.bind(node.items, scope, home)
        over, within = self.one_level(levels, "count")
        yes = self.condition(node.b, inner, frame)
        return self.scalar(home, INT, "count_where", over.node, within.number,
                           yes.node)

    def on_collect(self, node, scope, home, hint):
        levels, inner, frame = self.bind(node.items, scope, home)
        over, within = self.one_level(levels, "a set")
        item = self.lower(node.a, inner, frame, hint)
        yes = self.condition(node.b, inner, frame)
        return self.collect(over, within, yes, item, home)

    def collect(self, over, within, yes, item, home):
        if item.table == "s":
            return self.set(home, item.type, "flatten", over.node,
                            within.number, yes.node, item.node)
        item = self.as_scalar(item)
        return self.set(home, item.type, "collect", over.node, within.number,
                        yes.node, item.node, int(item.type.optional))

    def on_fold(self, node, scope, home, hint):
        x = self.lower(node.a, scope, home)
        if node.text == "count":
            most = INF
            if x.type.tag == "bool":
                most = 2
            elif x.type.tag == "enum":
                most = len(self.program.enums[x.type.of])
            return self.scalar(home, INT, "count", x.node, most)
        frame, element = self.each(x)
        yes = self.constant_truth(frame, True)
        return self.extreme(node.text, x, frame, yes, element, home)

    def on_fold_over(self, node, scope, home, hint):
        levels, inner, frame = self.bind(node.items, scope, home)
        over, within = self.one_level(levels, node.text)
        item = self.lower(node.a, inner, frame)
        yes = self.condition(node.b, inner, frame)
        return self.extreme(node.text, over, within, yes, item, home)

    def extreme(self, which, over, within, yes, item, home):
        type_ = item.type._replace(optional=which != "sum")
        if type_.tag not in NUMBERS:
            raise Unlowered("%s of %s" % (which, type_.tag))
        return self.scalar(home, type_, which, over.node, within.number,
                           yes.node, item.node)

    # --- calls, relations, paths ---------------------------------------------------

    def on_call(self, node, scope, home, hint):
        name = node.text
        if name in self.program.relations:
            return self.ask_relation(node, scope, home)
        if name == "lower":
            x = self.lower(node.items[0], scope, home)
            return self.scalar(home, plain("string"), "fold", x.node)
        entry = self.program.defines[name]
        frame = self.frame(home)
        self.run("call", frame.number, home.number)
        inner = {}
        for (parameter, type_), argument in zip(entry["parameters"],
                                                node.items):
            x = self.lower(argument, scope, home, type_)
            if type_.tag == "bool" and type_ != BOOL:
                x = self.as_scalar(x)
            if type_.tag == "caseless" and x.type.tag == "string":
                x = self.fold_text(x)
            x = Value(x.table, x.node, type_, x.frame)
            inner[parameter] = Variable(self.move_to(x, frame),
                                        self.is_tainted(argument, scope))
        value = self.lower(entry["body"], inner, frame, entry["type"])
        out = self.new()
        for table in ("qz" if value.table == "s" else value.table):
            self.run("back_" + table, out, value.node, frame.number)
        return Value(value.table, out, value.type, home)

    def ask_relation(self, node, scope, home):
        entry = self.program.relations[node.text]
        self.settle(node.text)
        arguments = [self.lower(i, scope, home, t)
                     for i, (_, t) in zip(node.items, entry["parameters"])]
        out = self.new()
        self.statements += 1
        if len(arguments) == 1:
            self.db.execute("INSERT INTO t SELECT ?1, x.env, CASE WHEN x.none "
                "THEN 0 WHEN x.low IS NULL THEN NULL ELSE r.v END FROM v x "
                "LEFT JOIN rel r ON r.rel = ?3 AND r.a = x.low AND r.b = -1 "
                "WHERE x.node = ?2", (out, arguments[0].node, node.text))
        elif len(arguments) == 2:
            self.db.execute("INSERT INTO t SELECT ?1, x.env, CASE WHEN x.none "
                "OR y.none THEN 0 WHEN x.low IS NULL OR y.low IS NULL THEN "
                "NULL ELSE r.v END FROM v x JOIN v y ON y.node = ?4 AND "
                "y.env = x.env LEFT JOIN rel r ON r.rel = ?3 AND r.a = x.low "
                "AND r.b = y.low WHERE x.node = ?2",
                (out, arguments[0].node, node.text, arguments[1].node))
        else:
            raise Unlowered("a relation of three")
        return Value("t", out, BOOL, home)

    def settle(self, name):
        """The truths of a relation and of all that depend on it and it on."""
        if name in self.settled:
            return
        relations = self.program.relations
        together = {r for r in self.uses(relations[name]["body"]) | {name}
                    if r == name or name in self.uses(relations[r]["body"])}
        for r in together:
            self.settled[r] = True
        frames = {}
        for r in sorted(together):
            frames[r] = self.tuples(relations[r])
            self.write_tuples(r, frames[r], None)
        outer, self.open_relations = self.open_relations, \
            self.open_relations | together
        while True:
            before = self.truths(together)
            for r in sorted(together):
                scope, frame, _ = frames[r]
                body = self.as_truth(self.lower(relations[r]["body"], scope,
                                                frame))
                self.write_tuples(r, frames[r], body)
            if self.truths(together) == before:
                break
        self.open_relations = outer

    def tuples(self, entry):
        scope, frame, cells = {}, self.root, []
        for name, type_ in entry["parameters"]:
            all_ = self.move_to(self.lower(self.made("name", type_.of), {},
                                           self.root), frame)
            frame, element = self.each(all_)
            scope[name] = Variable(element)
            cells.append(element)
        if len(cells) > 2:
            raise Unlowered("a relation of three")
        return scope, frame, [self.move_to(c, frame) for c in cells]

    def write_tuples(self, name, place, body):
        scope, frame, cells = place
        self.statements += 1
        second = "y.low" if len(cells) > 1 else "-1"
        join = ("JOIN v y ON y.node = ?4 AND y.env = e.id "
                if len(cells) > 1 else "")
        self.db.execute("INSERT OR REPLACE INTO rel SELECT ?1, x.low, " +
            second + ", " + ("t.v" if body else "0") + " FROM env e JOIN v x "
            "ON x.node = ?3 AND x.env = e.id " + join +
            ("JOIN t ON t.node = ?5 AND t.env = e.id " if body else "") +
            "WHERE e.frame = ?2 AND ?4 IS ?4 AND ?5 IS ?5",
            (name, frame.number, cells[0].node,
             cells[1].node if len(cells) > 1 else None,
             body.node if body else None))

    def truths(self, names):
        return [tuple(row) for name in sorted(names) for row in
                self.db.execute("SELECT a, b, v FROM rel WHERE rel = ?",
                                (name,))]

    def on_reaches(self, node, scope, home, hint):
        x = self.lower(node.a, scope, home)
        if node.b.op == "none":
            raise Unlowered("reaches none")
        y = self.lower(node.b, scope, home)
        if y.table == "v":
            y = self.set(home, y.type, "single", y.node,
                         int(y.type.optional))
        path = self.path(node.text, x.type.of)
        out = self.new()
        self.statements += 3
        for certain in (1, 0):
            self.db.execute(reached(certain), (out, x.node, path))
        self.run("reaches", out, x.node, y.node, y.type.of)
        return Value("t", out, BOOL, home)

    # A path becomes arcs of an automaton from state 0; `accept` marks where
    # it may end.
    def path(self, path, kind):
        key = (repr(path), kind)
        if key in self.paths:
            return self.paths[key]
        empty, arcs, states = {}, [], [1]

        def state():
            states[0] += 1
            return states[0] - 1

        def build(p, start, kinds, turned):
            """Arcs of P from START, where walks are at entities of KINDS;
            gives its end and the kinds there."""
            what = p[0]
            if what == "step":
                end, to = state(), set()
                for step, kind in self.step(p[1], kinds, turned):
                    arcs.append((start, step, end))
                    to.add(kind)
                return end, to
            if what == "inverse":
                return build(p[1], start, kinds, not turned)
            if what == "then":
                for part in (reversed(p[1]) if turned else p[1]):
                    start, kinds = build(part, start, kinds, turned)
                return start, kinds
            if what == "or":
                end, all_kinds = state(), set()
                for part in p[1]:
                    last, to = build(part, start, kinds, turned)
                    empty.setdefault(last, set()).add(end)
                    all_kinds |= to
                return end, all_kinds
            _, inner, low, high = p
            for _ in range(low):
                start, kinds = build(inner, start, kinds, turned)
            end = state()
            if high is None:
                # Until no walk comes to another kind; only the last is kept.
                before, kept = None, len(arcs)
                while kinds != before:
                    before = kinds
                    del arcs[kept:]
                    again = state()
                    last, to = build(inner, again, kinds, turned)
                    kinds = kinds | to
                empty.setdefault(start, set()).add(again)
                empty.setdefault(last, set()).add(again)
                empty.setdefault(again, set()).add(end)
                return end, kinds
            empty.setdefault(start, set()).add(end)
            all_kinds = set(kinds)
            for _ in range(high - low):
                start, kinds = build(inner, start, kinds, turned)
                empty.setdefault(start, set()).add(end)
                all_kinds |= kinds
            return end, all_kinds

        end, _ = build(path, 0, {kind}, False)
        # A step may be derived along paths of its own, which have numbers by now.
        number = len(self.paths) + 1
        closure = {}
        for s in range(states[0]):
            seen, stack = {s}, [s]
            while stack:
                for t in empty.get(stack.pop(), ()):
                    if t not in seen:
                        seen.add(t)
                        stack.append(t)
            closure[s] = seen
        rows = set()
        for s in range(states[0]):
            if end in closure[s]:
                rows.add((number, s, "accept", s))
            for start, step, to in arcs:
                if start in closure[s]:
                    rows.add((number, s, step, to))
        self.db.executemany("INSERT INTO arc VALUES (?, ?, ?, ?)", rows)
        self.paths[key] = number
        return number

    def step(self, name, kinds, turned):
        """The step from entities of KINDS and the kind it leads to, in a list;
        empty when it leads from none of them."""
        p = self.program

        def related(a, b):
            return p.is_a(a, b) or p.is_a(b, a)

        if name in p.relations:
            (_, a), (_, b) = p.relations[name]["parameters"]
            here, to = (b.of, a.of) if turned else (a.of, b.of)
            if not any(related(kind, here) for kind in kinds):
                return []
            self.settle(name)
            if name in self.open_relations:
                raise Unlowered("a path through a relation that uses it")
            return [(self.moves("inverse_relation" if turned else "relation",
                                name, here, to, None), to)]
        if not turned:
            found = [p.find[kind, name] for kind in sorted(kinds)
                     if (kind, name) in p.find]
            found = [at for i, at in enumerate(found) if at not in found[:i]]
        else:
            found = [a for a in p.attributes if a.name == name and
                     a.type.tag == "entity" and
                     any(related(kind, a.type.of) for kind in kinds)]
        if len(found) > 1:
            raise Unlowered("an ambiguous step")
        if not found:
            return []
        at = found[0]
        if not turned:
            return [(self.link_moves(at), at.type.of)]
        back = self.inverse(at)
        if back is not None:
            return [(self.link_moves(back), back.type.of)]
        if at.body is not None:
            self.derive(at)
        return [(self.moves("inverse", at.number, at.type.of, at.kind,
                            None), at.kind)]

    def inverse(self, at):
        p = self.program
        if at.body is not None:
            return None
        if at.inverse:
            return p.find[at.type.of, at.inverse]
        for other in p.attributes:
            if other.inverse == at.name and other.type.tag == "entity" and \
                    p.is_a(other.type.of, at.kind) and \
                    p.is_a(at.type.of, other.kind):
                return other
        return None

    def link_moves(self, at):
        if at.body is not None:
            self.derive(at)
        back = self.inverse(at)
        return self.moves("link", at.number, at.kind, at.type.of,
                          back.number if back else None)

    def moves(self, how, number, here, to, back):
        key = (how, number, here, to)
        if key in self.steps:
            return self.steps[key]
        step = self.steps[key] = "%s %s" % (how, number)
        for sql in MOVES[how]:
            self.statements += 1
            self.db.execute(sql, (step, number, here, to, back))
        if how.endswith("relation"):
            self.db.execute(PHANTOM_OF, (step, None, here, to))
        for sql in PHANTOM:
            self.db.execute(sql, (step, None, here, to))
        return step

    # --- rules -------------------------------------------------------------------

    def rule(self, rule):
        """{(rest, cells): (verdict, reason)} of all subjects."""
        out = {}
        scope, frame = {}, self.root
        binders, kinds = [], []
        for index, (name, over) in enumerate(rule.binders):
            x = self.lower(over, scope, frame)
            bare = over.op == "name" and over.text in self.program.kinds and \
                over.text not in scope
            if not bare:
                self.rest_subjects(rule, index, x, dict(scope), binders, out)
            frame, element = self.each(x)
            scope = dict(scope)
            scope[name] = Variable(element)
            m = self.truth(frame, "each_m", frame.number)
            binders.append((element, m))
        w0, w, r = self.conditions(rule, scope, frame, binders, True)
        self.report(out, -1, frame, binders, w0, w, r)
        return out

    def conditions(self, rule, scope, frame, binders, whole):
        """W0, W and R; scope gains the lets on the way."""
        scope = dict(scope)
        lets = dict(scope)
        for what, node, name in rule.clauses:
            if what == "let":
                lets[name] = Let(node, lets)
        w0 = self.constant_truth(frame, True)
        for element, m in binders:
            w0 = self.both(w0, self.move_to(m, frame))
        for what, node, _ in rule.clauses:
            if what == "when":
                w0 = self.both(w0, self.condition(node, lets, frame))
        w = w0
        for what, node, _ in rule.clauses:
            if what == "except":
                no = self.truth(frame, "not",
                                self.condition(node, lets, frame).node)
                w = self.both(w, no)
        if not whole:
            return w0, w, None
        r = self.constant_truth(frame, True)
        for what, node, _ in rule.clauses:
            if what == "require":
                r = self.both(r, self.condition(node, lets, frame))
        return w0, w, r

    def rest_subjects(self, rule, index, over, scope, binders, out):
        frame = self.frame(over.frame)
        self.run("rest", frame.number, over.node)
        for name, set_ in rule.binders[index:]:
            type_ = self.element_type(set_, scope, frame)
            value = self.scalar(frame, type_, "constant_v", frame.number, 0,
                                None)
            scope[name] = Variable(value, True)
        _, w, _ = self.conditions(rule, scope, frame, binders, False)
        self.report(out, index, frame, binders, w, w, None)

    def element_type(self, node, scope, frame):
        return self.lower(node, scope, frame).type._replace(
            set=False, optional=False)

    def report(self, out, rest, frame, binders, w0, w, r):
        columns, joins = "", ""
        arguments = [w0.node, w.node, r.node if r else w.node, frame.number]
        for i, (element, _) in enumerate(binders):
            moved = self.move_to(element, frame)
            arguments.append(moved.node)
            name = "b%d" % i
            columns += ", " + name + ".low"
            joins += (" JOIN v %s ON %s.node = ?%d AND %s.env = e.id"
                      % (name, name, len(arguments), name))
        rows = self.db.execute(
            "SELECT w0.v, w.v, r.v" + columns + " FROM env e JOIN t w0 ON "
            "w0.node = ?1 AND w0.env = e.id JOIN t w ON w.node = ?2 AND "
            "w.env = e.id JOIN t r ON r.node = ?3 AND r.env = e.id" + joins +
            " WHERE e.frame = ?4", arguments)
        for row in rows:
            cells = tuple(self.show(element, cell) for (element, _), cell
                          in zip(binders, row[3:]))
            if rest >= 0:
                if row[1] != 0:
                    out[rest, cells] = ("unknown", 3)
            else:
                out[rest, cells] = verdict(row[0], row[1], row[2])

    def show(self, element, cell):
        if element.type.tag == "entity":
            return self.site.names[cell]
        return cell_text(element.type.tag, cell)


def verdict(w0, w, r):
    """The table of semantics.md, "Verdicts", with the number of the reason."""
    if w == 0:
        return "not_applicable", 4 if w0 != 0 else 0
    if r == 1:
        return "pass", 0
    if w is None:
        return "unknown", 2
    return ("fail", 0) if r == 0 else ("unknown", 1)


# How many arguments the statement for the elements takes.
SET_Q = {"single": 1, "collect": 4}
NAMES = {"==": "equal", "!=": "unequal", "<": "order", "<=": "order",
         ">": "order", ">=": "order", "+": "plus", "-": "plus", "*": "times",
         "/": "times", "self": "name"}


def database():
    db = sqlite3.connect(":memory:", isolation_level=None,
                         cached_statements=1000)
    db.execute("PRAGMA journal_mode = OFF")
    db.executescript(TABLES)
    for name, function, count in (("fold", fold, 1), ("in_net", in_net, 2),
            ("glob_like", like, 3), ("matches", matches, 3),
            ("cell_text", cell_text, 2)):
        db.create_function(name, count, function, deterministic=True)
    db.execute("BEGIN")
    return db

# SPDX-License-Identifier: Apache-2.0
"""Reads inventories and settles what several sources say, written from
docs/inventory.md alone.

A statement is (grade, counts, what): `what` of a single value is a cell or
NONE, of a list (certain, possible, open).  What ended on a day before the run
is left out, but for the entities it lists: these are only possible.
"""
from language import days_of
from lower import cell_of

GRADES = ("inferred", "declared", "observed", "authoritative", "attested")
NONE = object()
PLURALS = {}


class Refused(Exception):
    pass


class Entity:
    def __init__(self, number, root, owner, key):
        self.id, self.root, self.owner, self.key = number, root, owner, key
        self.kinds = []         # (kind, does the word count)
        self.kind = root
        self.exists = None      # 2 certain, 1 possible, 0 not
        self.name = None


class Row:
    """What is decided of one attribute of one entity."""
    __slots__ = ("stated", "closed", "grade", "items", "value_conflict")

    def __init__(self):
        self.stated = self.closed = self.value_conflict = False
        self.grade = -1
        self.items = {}         # cell: (certain, disputed, grade)


def plural(kind):
    """A kind is listed under its plural: alphas."""
    import re
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()
    return snake + "s"


class Site:
    def __init__(self, program, documents, as_of=None, least=0):
        self.program, self.as_of, self.least = program, as_of, least
        self.entities_by_key, self.all = {}, []
        self.facts = {}         # (entity, attribute): statements
        self.complete = set()
        for document in documents:
            self.read(document)
        self.settle()
        self.write()
        self.today = as_of

    # --- reading ------------------------------------------------------------

    def read(self, document):
        who = self.source({"grade": 1, "until": None},
                          document.get("source", {}))
        if not self.ended(who) and who["grade"] >= self.least:
            self.complete |= set(document.get("complete", []))
        for kind in self.program.kinds:
            for item in document.get(plural(kind), []):
                self.entity(kind, None, item, who)

    def source(self, outer, words):
        inner = dict(outer)
        if "grade" in words:
            inner["grade"] = GRADES.index(words["grade"])
            if words["grade"] != "attested":
                inner["until"] = None   # only what is attested ends
        if "until" in words:
            inner["until"] = days_of(words["until"])
        return inner

    def ended(self, who):
        return who["until"] is not None and self.as_of is not None and \
            self.as_of > who["until"]

    def root(self, kind):
        return list(self.program.line(kind))[-1]

    def keys(self, kind):
        return [a for base in reversed(list(self.program.line(kind)))
                for a in self.program.attributes
                if a.kind == base and a.key]

    def draft(self, kind, owner, key):
        place = (self.root(kind), owner.id if owner else None, key)
        if place not in self.entities_by_key:
            e = Entity(len(self.all), place[0], owner, key)
            self.entities_by_key[place] = e
            self.all.append(e)
        return self.entities_by_key[place]

    def entity(self, kind, owner, item, who):
        keys = self.keys(kind)
        if not isinstance(item, dict):
            item = {keys[0].name: item}
        if "source" in item:
            who = self.source(who, item["source"])
        e = self.draft(kind, owner, tuple(
            cell_of(a.type, item[a.name]) for a in keys if a.name in item))
        if e.name is None:
            own = ",".join(str(item[a.name]) for a in keys if a.name in item)
            e.name = (owner.name + "/" if owner else "") + own
        counts = not self.ended(who)
        e.kinds.append((kind, counts and who["grade"] >= self.least, counts))
        for name, value in item.items():
            if name != "source":
                at = self.program.find[kind, name]
                self.state(e, at, value, who)
        return e

    def state(self, e, at, value, who):
        what = self.read_list(e, at, value, who) if at.type.set else \
            self.read_value(at, value)
        if not self.ended(who):
            self.facts.setdefault((e.id, at.number), []).append(
                (who["grade"], what))

    def read_value(self, at, value):
        return NONE if value is None else self.cell(at, value)

    def read_list(self, e, at, value, who):
        if isinstance(value, list):
            value = {"items": value}
        opened = value.get("open", "items" not in value)

        def cells(items):
            if at.owned:
                return [self.entity(at.type.of, e, item, who).id
                        for item in items]
            return [self.cell(at, item) for item in items]
        return (frozenset(cells(value.get("items", []))),
                frozenset(cells(value.get("possible", []))), opened)

    def cell(self, at, value):
        if at.type.tag == "entity":
            return self.refer(at.type.of, value)
        if at.type.tag == "bool":
            return int(value)
        return cell_of(at.type, value) if isinstance(value, str) else value

    def refer(self, kind, text):
        """A reference is kept by its key: its target may stand later."""
        return (kind, text)

    def resolve(self, cell):
        kind, text = cell
        owner = None
        if "/" in text:
            above, text = text.rsplit("/", 1)
            owned = [a for a in self.program.attributes if a.owned and
                     self.program.is_a(kind, a.type.of)]
            owner = self.all[self.resolve((owned[0].kind, above))]
        types = [a.type for a in self.keys(kind)]
        key = tuple(cell_of(t, part) for t, part in zip(types,
                                                        text.split(",")))
        return self.entities_by_key[self.root(kind), owner.id if owner
                                    else None, key].id

    # --- settling -------------------------------------------------------------

    def settle(self):
        for e in self.all:
            e.kind = max((k for k, _, _ in e.kinds),
                         key=lambda k: len(list(self.program.line(k))))
        for key, said in self.facts.items():
            at = self.attribute(key[1])
            if at.type.tag == "entity" and not at.owned:
                self.facts[key] = [(g, self.resolved(w)) for g, w in said]
        self.by_number = {a.number: a for a in self.program.attributes}
        self.rows = {}
        for (e, number), said in self.facts.items():
            self.rows[e, number] = self.row(self.by_number[number], said)
        for e in self.all:
            e.exists = self.existence(e)
        self.alive = [e for e in self.all if e.exists]
        self.alone = {}         # (entity, attribute, cell): what that side says
        done = set()
        for at in self.program.attributes:
            back = self.inverse(at)
            if back is not None and at.number not in done:
                done |= {at.number, back.number}
                self.pairs(at, back)

    def attribute(self, number):
        for a in self.program.attributes:
            if a.number == number:
                return a
        raise KeyError(number)

    def resolved(self, what):
        if what is NONE:
            return what
        if len(what) == 2 and isinstance(what[1], str):
            return self.resolve(what)
        return (frozenset(map(self.resolve, what[0])),
                frozenset(map(self.resolve, what[1])), what[2])

    def row(self, at, said):
        """One side alone, of all that is said of it."""
        row = Row()
        top = max(g for g, _ in said)
        words = [w for g, w in said if g == top]
        row.stated, row.grade = True, top
        if not at.type.set:
            row.closed = True
            if len(set(words)) > 1:
                row.value_conflict = True
                for w in set(words):
                    if w is not NONE:
                        row.items[w] = (False, True, top)
            elif words[0] is not NONE:
                row.items[words[0]] = (True, False, top)
            return row
        row.closed = not any(w[2] for w in words)
        everything = frozenset().union(*(w[0] | w[1] for w in words))
        for cell in everything:
            if row.closed:
                disputed = not all(cell in w[0] | w[1] for w in words)
                certain = not disputed and any(cell in w[0] for w in words)
            else:
                certain = any(cell in w[0] for w in words)
                disputed = False
            row.items[cell] = (certain, disputed, top)
        return row

    def existence(self, e):
        counted = any(counts for _, counts, _ in e.kinds)
        special = [c for k, c, _ in e.kinds if k == e.kind]
        if e.owner is None:
            return 2 if counted and any(special) else 1
        if e.owner.exists is None:
            e.owner.exists = self.existence(e.owner)
        own = 1
        for a in self.program.attributes:
            if not a.owned or not self.program.is_a(e.kind, a.type.of):
                continue
            row = self.rows.get((e.owner.id, a.number))
            if row is None:
                continue
            if e.id not in row.items:
                # outranked; or only a list that ended has it
                said = self.facts[e.owner.id, a.number]
                own = 0 if any(e.id in w[0] | w[1] for _, w in said) else 1
            else:
                certain, _, grade = row.items[e.id]
                own = 2 if certain and grade >= self.least else 1
        return min(own, e.owner.exists)

    def inverse(self, at):
        p = self.program
        if at.body is not None or at.type.tag != "entity":
            return None
        if at.inverse:
            return p.find[at.type.of, at.inverse]
        for other in p.attributes:
            if other.inverse == at.name and other.body is None and \
                    other.type.tag == "entity" and \
                    p.is_a(other.type.of, at.kind) and \
                    p.is_a(at.type.of, other.kind):
                return other
        return None

    def voice(self, at, e, cell):
        """What the row of one side says of a pair: (word, grade)."""
        row = self.rows.get((e, at.number))
        if row is None:
            return "silent", -1
        if cell in row.items:
            certain, disputed, grade = row.items[cell]
            return ("holds" if certain else "disputed" if disputed
                    else "may"), grade
        if row.closed:
            return "not", row.grade
        return "silent", row.grade

    def pairs(self, at, back):
        """A link and its inverse are one fact, of which either side speaks."""
        found = {}
        for this, other, turn in ((at, back, False), (back, at, True)):
            for (e, number), row in self.rows.items():
                if number == this.number:
                    for cell in row.items:
                        found[(cell, e) if turn else (e, cell)] = None
                        self.alone[e, number, cell] = self.voice(this, e, cell)
        for a, b in list(found):
            found[a, b] = self.decide(self.voice(at, a, b),
                                      self.voice(back, b, a), a, b)
        for this, turn in ((at, False), (back, True)):
            if not this.type.set:
                self.keep_one(found, turn)
        for this, turn in ((at, False), (back, True)):
            told = {}
            for (a, b), pair in found.items():
                if pair is None:
                    continue
                here, there = (b, a) if turn else (a, b)
                told.setdefault(here, {})[there] = pair
            rows = {}
            for e in self.all:
                old = self.rows.get((e.id, this.number))
                if old is None and e.id not in told:
                    continue
                row = Row()
                if old is not None:
                    row.stated, row.closed = old.stated, old.closed
                    row.grade, row.value_conflict = old.grade, \
                        old.value_conflict
                row.items = dict(told.get(e.id, {}))
                rows[e.id] = row
            for e, row in rows.items():
                self.rows[e, this.number] = row
                if not this.type.set:
                    row.value_conflict |= any(
                        disputed for _, disputed, _ in row.items.values())

    def decide(self, x, y, a, b):
        """(certain, disputed, grade) of a pair, or None."""
        for one, two in ((x, y), (y, x)):
            if one[0] == "may":
                if two[0] == "holds":
                    return True, False, two[1]
                if two[0] == "not":
                    return None
                if two[0] == "disputed":
                    return False, True, two[1]
                return False, False, max(one[1], two[1])
        words = {x[0], y[0]}
        if words == {"holds"}:
            return True, False, max(x[1], y[1])
        if "not" in words and ("holds" in words or "disputed" in words):
            yes, no = (x, y) if y[0] == "not" else (y, x)
            if yes[1] > no[1]:
                return yes[0] == "holds", yes[0] == "disputed", yes[1]
            if yes[1] < no[1]:
                return None
            return False, True, yes[1]
        if "not" in words:
            return None
        if "silent" in words:
            one = x if y[0] == "silent" else y
            return one[0] == "holds", one[0] == "disputed", one[1]
        # one holds and one is disputed, or both are disputed
        best = max(x, y, key=lambda v: v[1])
        if x[1] == y[1]:
            return False, True, x[1]
        return best[0] == "holds", best[0] == "disputed", best[1]

    def keep_one(self, found, turn):
        """A single link of which several values are told: the highest grade
        wins, and values of one grade are in conflict."""
        rows = {}
        for (a, b), pair in found.items():
            if pair is not None:
                rows.setdefault(b if turn else a, []).append((a, b))
        for row in rows.values():
            claims = [p for p in row if found[p][0] or found[p][1]]
            if not claims:
                continue
            top = max(found[p][2] for p in claims)
            best = [p for p in claims if found[p][2] == top]
            decided = len(best) == 1 and found[best[0]][0]
            for p in row:
                if p in best:
                    if not decided:
                        found[p] = (False, True, top)
                elif p in claims or decided:
                    found[p] = None

    # --- the tables ------------------------------------------------------------

    def write(self):
        p = self.program
        self.entities = [(e.id, e.kind, e.name, int(e.exists == 1))
                         for e in self.alive]
        self.names = {e.id: e.name for e in self.alive}
        exists = {e.id: e.exists for e in self.all}
        self.cells, self.links, closed = [], [], {}
        for at in p.attributes:
            if at.body is not None:
                continue
            for e in self.alive:
                if not p.is_a(e.kind, at.kind):
                    continue
                row = self.rows.get((e.id, at.number)) or Row()
                if at.type.set:
                    closed[e.id, at.number] = self.write_list(at, e, row,
                                                              exists)
                else:
                    closed[e.id, at.number] = self.write_value(at, e, row,
                                                               exists)
        self.settled_rows = self.rows
        self.close(closed)
        self.rows_out = [(number, e, int(not is_closed))
                         for (e, number), is_closed in closed.items()
                         if self.by_number[number].type.set]
        self.rows = self.rows_out

    def write_list(self, at, e, row, exists):
        for cell, (certain, _, grade) in row.items.items():
            if at.type.tag == "entity" and not exists[cell]:
                continue
            sure = certain and grade >= self.least
            if at.type.tag == "entity" and exists[cell] == 1 and \
                    not at.owned and self.only_from(at, e, cell):
                sure = False
            self.links.append((at.number, e.id, cell, int(sure)))
        return row.stated and row.closed and row.grade >= self.least

    def only_from(self, at, e, cell):
        """Is the link told only by an entity that may not be there?  What the
        other side says has to win among its own words, and to count."""
        if self.inverse(at) is None:
            return False
        word, grade = self.alone[e.id, at.number, cell] \
            if (e.id, at.number, cell) in self.alone else ("silent", -1)
        return word != "holds" or grade < self.least

    def write_value(self, at, e, row, exists):
        """Is the value known, or known to be none?"""
        if at.key:
            keys = self.keys(e.kind)
            cell = e.key[keys.index(at)]
            self.cells.append((at.number, e.id, 0, cell, cell))
            return True
        owner = e.owner
        if owner is not None and at.inverse is None:
            back = self.inverse(at)
            if back is not None and back.owned:
                self.cells.append((at.number, e.id, 0, owner.id, owner.id))
                return True
        sure = [(c, g) for c, (certain, _, g) in row.items.items() if certain
                and not (at.type.tag == "entity" and not exists[c])]
        if len(sure) == 1 and sure[0][1] >= self.least:
            cell = sure[0][0]
            if not (at.type.tag == "entity" and exists[cell] == 1 and
                    self.only_from(at, e, cell)):
                self.cells.append((at.number, e.id, 0, cell, cell))
                return True
        if row.stated and row.closed and not row.items and \
                not row.value_conflict and row.grade >= self.least:
            self.cells.append((at.number, e.id, 1, None, None))
            return True
        if at.default is not None and not row.stated and self.least == 0:
            cell = {"true": 1, "false": 0}.get(at.default.op,
                                               at.default.text)
            if at.default.op == "string":
                cell = cell_of(at.type, cell)
            self.cells.append((at.number, e.id, 0, cell, cell))
            return True
        return False

    def close(self, closed):
        """What follows to be complete from what is."""
        p = self.program
        self.open = {k: not any(b in self.complete for b in p.line(k))
                     for k in p.kinds}
        for at in p.attributes:
            if at.owned and not self.open[at.kind] and all(
                    closed[e.id, at.number] for e in self.alive
                    if p.is_a(e.kind, at.kind)):
                for k in p.below(at.type.of):
                    self.open[k] = False
        told = [at for at in p.attributes if self.is_told(at, closed)]
        named = {(number, cell) for number, _, cell, _ in self.links}
        named |= {(number, low) for number, _, _, low, _ in self.cells}
        for at in told:
            for e in self.alive:
                if not p.is_a(e.kind, at.kind) or closed[e.id, at.number]:
                    continue
                if at.type.set:
                    closed[e.id, at.number] = True
                elif at.type.optional and not self.in_conflict(at, e) and \
                        (self.inverse(at).number, e.id) not in named:
                    self.cells.append((at.number, e.id, 1, None, None))

    def is_told(self, at, closed):
        """Do the rows of its inverse tell all there is of it?"""
        back = self.inverse(at)
        return back is not None and not self.open[back.kind] and all(
            closed[e.id, back.number] for e in self.alive
            if self.program.is_a(e.kind, back.kind))

    def in_conflict(self, at, e):
        row = self.settled_rows.get((e.id, at.number))
        return row is not None and row.value_conflict

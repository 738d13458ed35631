# SPDX-License-Identifier: Apache-2.0
"""Reads schemas and packs, written from docs/language.md alone.

Nothing of scarp's compiler is used.  Messages, tests, profiles, waivers and
mappings decide no verdict and are read over.
"""
import re
from collections import namedtuple

# A type: tag is one of bool, int, date, duration, string, caseless, version,
# ip, net, enum, entity; `of` names the enum or the kind.
Type = namedtuple("Type", "tag of set optional")


def plain(tag, of=None):
    return Type(tag, of, False, False)


BOOL = plain("bool")
INT = plain("int")
NUMBERS = ("int", "date", "duration")
TEXTS = ("string", "caseless")


class Node:
    """op names the construct; a, b, c are parts, text a word, items a list."""
    __slots__ = ("op", "a", "b", "c", "text", "items", "free")

    def __init__(self, op, a=None, b=None, c=None, text=None, items=None):
        self.op, self.a, self.b, self.c = op, a, b, c
        self.text, self.items = text, items
        self.free = None

    def parts(self):
        for part in (self.a, self.b, self.c):
            if isinstance(part, Node):
                yield part
        for item in self.items or ():
            if isinstance(item, Node):
                yield item
            elif isinstance(item, tuple):
                yield item[1]


class Mistake(Exception):
    pass


TOKEN = re.compile(r"""
    (?P<skip>[ \t\r\n]+|\#[^\n]*)
  | (?P<date>\d{4}-\d\d-\d\d)
  | (?P<duration>\d+[dhmsw]\b)
  | (?P<int>\d+)
  | (?P<name>[A-Za-z_][A-Za-z_0-9]*|`[^`\n]*`)
  | (?P<long>\"\"\")
  | (?P<string>")
  | (?P<mark>\.\.\.|\.\.|==|!=|<=|>=|[-{}()\[\]:,.=<>+*/|?])
""", re.X)

ESCAPES = {"n": "\n", "t": "\t"}


def read_string(text, at, long):
    """The text from after its opening quotes; expressions in braces stay."""
    out, depth, end = [], 0, '"""' if long else '"'
    while True:
        c = text[at]
        if c == "\\":
            if text[at + 1] == "u":
                close = text.index("}", at)
                out.append(chr(int(text[at + 3:close], 16)))
                at = close + 1
                continue
            out.append(ESCAPES.get(text[at + 1], text[at + 1]))
            at += 2
            continue
        if depth == 0 and text.startswith(end, at):
            return "".join(out), at + len(end)
        if depth > 0 and c == '"':
            _, at = read_string(text, at + 1, False)
            continue
        depth += (c == "{") - (c == "}" and depth > 0)
        out.append(c)
        at += 1


def tokens_of(text):
    at, out = 0, []
    while at < len(text):
        m = TOKEN.match(text, at)
        if not m:
            raise Mistake("character %r" % text[at])
        kind, word, at = m.lastgroup, m.group(), m.end()
        if kind == "skip":
            continue
        if kind in ("string", "long"):
            word, at = read_string(text, at, kind == "long")
            kind = "string"
        elif kind == "name" and word[0] == "`":
            word = word[1:-1]
        elif kind == "mark":
            kind = word
        out.append((kind, word))
    out.append(("end", ""))
    return out


DURATIONS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def days_of(text):
    import datetime
    return datetime.date.fromisoformat(text).toordinal() - 719163


def seconds_of(text):
    return int(text[:-1]) * DURATIONS[text[-1]]


COMPARE = ("==", "!=", "<", "<=", ">", ">=")


class Parser:
    def __init__(self, text):
        self.tokens = tokens_of(text)
        self.at = 0

    # --- tokens ---------------------------------------------------------

    def word(self):
        kind, text = self.tokens[self.at]
        return text if kind == "name" else None

    def mark(self):
        return self.tokens[self.at][0]

    def take(self, word):
        """Goes over a keyword or a mark when it is next."""
        kind, text = self.tokens[self.at]
        if text == word and (kind == "name" or kind == word):
            self.at += 1
            return True
        return False

    def need(self, word):
        if not self.take(word):
            raise Mistake("%s wanted, not %s, at %s" % (word,
                self.tokens[self.at], self.tokens[self.at - 5:self.at]))

    def any(self, kind):
        got, text = self.tokens[self.at]
        if got != kind:
            raise Mistake("%s wanted, not %r, at %s" % (kind, text,
                self.tokens[self.at - 5:self.at]))
        self.at += 1
        return text

    def peek(self, ahead=1):
        return self.tokens[self.at + ahead]

    def dotted(self):
        name = self.any("name")
        while self.take("."):
            name += "." + self.any("name")
        return name

    def skip_braces(self):
        while self.mark() != "{":
            self.at += 1
        depth = 0
        while True:
            depth += (self.mark() == "{") - (self.mark() == "}")
            self.at += 1
            if depth == 0:
                return

    # --- types and values -----------------------------------------------

    def type_(self):
        if self.take("{"):
            inner = self.type_()
            self.need("}")
            base = ("set", inner)
        else:
            base = ("name", self.any("name"))
        while self.take("?"):
            base = ("optional", base)
        return base

    def constant(self):
        if self.take("["):
            items = []
            while not self.take("]"):
                items.append(self.constant())
                self.take(",")
            return Node("list", items=items)
        if self.take("-"):
            return Node("int", text=-int(self.any("int")))
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "int":
            return Node("int", text=int(text))
        if kind == "date":
            return Node("date", text=days_of(text))
        if kind == "duration":
            return Node("duration", text=seconds_of(text))
        if kind == "string":
            return Node("string", text=text)
        if kind == "name" and text in ("true", "false", "none"):
            return Node(text)
        if kind == "name":
            return Node("name", text=text)
        raise Mistake("a value wanted, not %r" % text)

    # --- expressions ----------------------------------------------------

    def expr(self):
        left = self.or_()
        if self.take("implies"):
            return Node("or", Node("not", left), self.or_())
        return left

    def or_(self):
        left = self.and_()
        while self.take("or"):
            left = Node("or", left, self.and_())
        return left

    def and_(self):
        left = self.not_()
        while self.take("and"):
            left = Node("and", left, self.not_())
        return left

    def not_(self):
        if self.take("not"):
            return Node("not", self.not_())
        word = self.word()
        follows = self.peek()[0]
        if word in ("any", "all", "no") and follows == "name":
            self.at += 1
            return self.quantifier(word, None)
        if word == "exactly":
            self.at += 1
            return self.quantifier("exactly", self.number())
        if word == "at" and self.peek()[1] in ("least", "most"):
            self.at += 2
            which = self.tokens[self.at - 1][1]
            return self.quantifier(which, self.number())
        return self.comparison()

    def number(self):
        if self.take("("):
            inner = self.expr()
            self.need(")")
            return inner
        return self.constant()

    def binders(self):
        out = []
        while True:
            name = self.any("name")
            self.need("in")
            out.append((name, self.value()))
            if not self.take(","):
                break
        where = self.expr() if self.take("where") else None
        return out, where

    def quantifier(self, which, number):
        binders, where = self.binders()
        self.need(":")
        return Node("quantifier", number, where, self.expr(), text=which,
                    items=binders)

    def comparison(self):
        a = self.value()
        kind, word = self.tokens[self.at]
        if kind in COMPARE:
            self.at += 1
            return Node(kind, a, self.value())
        if kind != "name":
            return a
        if word == "not" and self.peek()[1] == "in":
            self.at += 2
            return Node("not", self.membership(a))
        if word == "in":
            self.at += 1
            return self.membership(a)
        if word == "has":
            self.at += 1
            return Node("in", self.value(), a)
        if word == "subset":
            self.at += 2
            return Node("subset", a, self.value())
        if word in ("like", "matches"):
            self.at += 1
            return Node(word, a, self.value())
        if word in ("starts", "ends") and self.peek()[1] == "with":
            self.at += 2
            return Node(word, a, self.value())
        if word == "is":
            self.at += 1
            return self.state(a)
        if word == "reaches":
            self.at += 1
            to = self.value()
            self.need("via")
            return Node("reaches", a, to, items=None, text=self.path())
        return a

    def membership(self, a):
        b = self.value()
        if self.take(".."):
            c = self.value()
            return Node("and", Node("<=", b, a), Node("<=", a, c))
        return Node("in", a, b)

    def state(self, a):
        negated = self.take("not")
        word = self.any("name")
        if word == "unknown":
            node = Node("not", Node("known", a))
        elif word == "known":
            node = Node("known", a)
        elif word == "none":
            node = Node("absent", a)
        elif word == "empty":
            node = Node("==", Node("fold", a, text="count"),
                        Node("int", text=0))
        else:
            node = Node("kind", a, text=word)
        return Node("not", node) if negated else node

    def value(self):
        left = self.product()
        while True:
            if self.take("+"):
                left = Node("+", left, self.product())
            elif self.take("-"):
                left = Node("-", left, self.product())
            elif self.word() in ("union", "without"):
                op = self.any("name")
                left = Node(op, left, self.product())
            else:
                return left

    def product(self):
        left = self.sign()
        while True:
            if self.take("*"):
                left = Node("*", left, self.sign())
            elif self.take("/"):
                left = Node("/", left, self.sign())
            elif self.word() == "intersect":
                self.at += 1
                left = Node("intersect", left, self.sign())
            else:
                return left

    def sign(self):
        if self.take("-"):
            inner = self.sign()
            if inner.op == "int":
                return Node("int", text=-inner.text)
            return Node("-", Node("int", text=0), inner)
        left = self.primary()
        while self.mark() == "." and self.peek()[0] == "name":
            self.at += 1
            left = Node("member", left, text=self.any("name"))
        return left

    def fold(self, which):
        """sum, min, max, count: of a set, or over binders."""
        distinct = which == "count" and self.take("distinct")
        self.need("(")
        if which == "count" and not distinct and \
                self.tokens[self.at][0] == "name" and self.peek()[1] == "in" \
                and self.peek()[0] == "name":
            binders, where = self.binders()
            self.need(")")
            return Node("count_where", None, where, items=binders)
        item = self.value()
        if not self.take("for"):
            self.need(")")
            return Node("fold", item, text=which)
        binders, where = self.binders()
        self.need(")")
        if distinct:
            return Node("fold", Node("collect", item, where, items=binders),
                        text="count")
        return Node("fold_over", item, where, text=which, items=binders)

    def primary(self):
        kind, word = self.tokens[self.at]
        if kind == "(":
            self.at += 1
            inner = self.expr()
            if self.take("assuming"):
                if self.take("complete"):
                    inner = Node("complete", inner)
                else:
                    inner = Node("assume", inner, self.value())
            self.need(")")
            return inner
        if kind == "{":
            self.at += 1
            if self.take("}"):
                return Node("set", items=[])
            first = self.expr()
            if self.take("for"):
                binders, where = self.binders()
                self.need("}")
                return Node("collect", first, where, items=binders)
            items = [first]
            while self.take(","):
                if self.mark() == "}":
                    break
                items.append(self.expr())
            self.need("}")
            return Node("set", items=items)
        if kind == "name" and word in ("sum", "min", "max", "count"):
            self.at += 1
            return self.fold(word)
        if kind == "name" and word == "today":
            self.at += 1
            return Node("today")
        if kind == "name" and self.peek()[0] == "(":
            self.at += 2
            items = []
            while not self.take(")"):
                items.append(self.expr())
                self.take(",")
            return Node("call", text=word, items=items)
        return self.constant()

    # --- paths: ("or"|"then", [...]), ("inverse", p), ("repeat", p, low, high),
    # ("step", name)

    def path(self):
        choices = [self.path_sequence()]
        while self.take("|"):
            choices.append(self.path_sequence())
        return choices[0] if len(choices) == 1 else ("or", choices)

    def path_sequence(self):
        steps = [self.path_step()]
        while self.take("then"):
            steps.append(self.path_step())
        return steps[0] if len(steps) == 1 else ("then", steps)

    def path_step(self):
        if self.take("inverse"):
            step = ("inverse", self.path_atom())
        else:
            step = self.path_atom()
        while True:
            if self.take("*"):
                step = ("repeat", step, 0, None)
            elif self.take("+"):
                step = ("repeat", step, 1, None)
            elif self.take("?"):
                step = ("repeat", step, 0, 1)
            elif self.mark() == "{" and self.peek()[0] == "int":
                self.at += 1
                low = int(self.any("int"))
                high = low
                if self.take(","):
                    high = int(self.any("int")) if self.mark() == "int" \
                        else None
                self.need("}")
                step = ("repeat", step, low, high)
            else:
                return step

    def path_atom(self):
        if self.take("("):
            inner = self.path()
            self.need(")")
            return inner
        return ("step", self.any("name"))


# --- declarations ----------------------------------------------------------

class Attribute:
    def __init__(self, number, kind, name):
        self.number, self.kind, self.name = number, kind, name
        self.type = None
        self.key = self.owned = self.shorthand = False
        self.inverse = self.default = self.body = None


class Rule:
    def __init__(self, name):
        self.name = name
        self.binders, self.clauses = [], []


class Program:
    """What the texts declare, with the types made plain."""

    def __init__(self, texts):
        self.enums, self.kinds, self.bases = {}, [], {}
        self.attributes, self.fields = [], {}
        self.defines, self.relations, self.params = {}, {}, {}
        self.rules = []
        self.numbers = 0
        raw = []
        for text in texts:
            self.items(Parser(text), raw)
        for attribute, written in raw:
            attribute.type = self.type_of(written)
        for table in (self.defines, self.relations):
            for entry in table.values():
                entry["parameters"] = [(n, self.type_of(t))
                                       for n, t in entry["parameters"]]
                if entry["type"]:
                    entry["type"] = self.type_of(entry["type"])
        for entry in self.params.values():
            entry["type"] = self.type_of(entry["type"])
        self.find = {}
        for kind in self.kinds:
            for base in self.line(kind):
                for a in self.attributes:
                    if a.kind == base:
                        self.find.setdefault((kind, a.name), a)
        for name, values in self.enums.items():
            self.type_fields(name, values)

    def line(self, kind):
        """The kind, its base, and so on."""
        while kind:
            yield kind
            kind = self.bases.get(kind)

    def is_a(self, kind, of):
        return of in self.line(kind)

    def below(self, of):
        return [k for k in self.kinds if self.is_a(k, of)]

    def type_of(self, written):
        what, inner = written
        if what == "set":
            return self.type_of(inner)._replace(set=True)
        if what == "optional":
            return self.type_of(inner)._replace(optional=True)
        if inner in self.enums:
            return plain("enum", inner)
        if inner in self.bases or inner in self.kinds:
            return plain("entity", inner)
        return plain(inner)

    def items(self, p, raw):
        while p.mark() != "end":
            word = p.any("name")
            if word == "pack":
                p.dotted()
                p.any("string")
                if p.take("version"):
                    p.any("string")
            elif word == "schema":
                p.any("name")
                if p.take("version"):
                    p.any("string")
            elif word == "use":
                p.dotted()
                if p.take("as"):
                    p.any("name")
            elif word in ("test", "map", "profile"):
                p.skip_braces()
            elif word == "waive":
                raise Mistake("waive")
            else:
                getattr(self, "read_" + word)(p, raw)

    def read_enum(self, p, raw):
        name = p.any("name")
        values = self.enums[name] = {}
        p.need("{")
        while not p.take("}"):
            value = p.any("name")
            constants = values[value] = {}
            if p.take("{"):
                while not p.take("}"):
                    field = p.any("name")
                    p.need(":")
                    constants[field] = p.constant()
                    p.take(",")
            p.take(",")

    def read_entity(self, p, raw):
        kind = p.any("name")
        self.kinds.append(kind)
        self.bases[kind] = p.any("name") if p.take(":") else None
        p.need("{")
        while not p.take("}"):
            a = Attribute(self.new_number(), kind, p.any("name"))
            p.need(":")
            raw.append((a, p.type_()))
            self.attributes.append(a)
            while p.take(","):
                self.modifier(p, a)

    def new_number(self):
        self.numbers += 1
        return self.numbers

    def modifier(self, p, a):
        word = p.any("name")
        if word in ("key", "owned", "shorthand"):
            setattr(a, word, True)
        elif word == "inverse":
            p.need("of")
            a.inverse = p.any("name")
        elif word == "default":
            a.default = p.constant()
        else:                           # changeable cost N
            p.need("cost")
            p.any("int")

    def read_derive(self, p, raw):
        kind = p.any("name")
        p.need(".")
        a = Attribute(self.new_number(), kind, p.any("name"))
        p.need(":")
        raw.append((a, p.type_()))
        p.need("=")
        a.body = p.expr()
        self.attributes.append(a)

    def parameters(self, p):
        out = []
        if p.take("("):
            while not p.take(")"):
                name = p.any("name")
                p.need(":")
                out.append((name, p.type_()))
                p.take(",")
        return out

    def read_define(self, p, raw):
        name = p.any("name")
        parameters = self.parameters(p)
        written = p.type_() if p.take(":") else None
        p.need("=")
        self.defines[name] = {"parameters": parameters, "type": written,
                              "body": p.expr()}

    def read_relation(self, p, raw):
        name = p.any("name")
        parameters = self.parameters(p)
        p.need("=")
        self.relations[name] = {"parameters": parameters, "type": None,
                                "body": p.expr(), "name": name}

    def read_param(self, p, raw):
        name = p.any("name")
        p.need(":")
        written = p.type_()
        if p.take("in"):
            p.constant()
            p.need("..")
            p.constant()
        p.need("=")
        value = p.expr()
        if p.mark() == "string":
            p.at += 1
        self.params[name] = {"type": written, "value": value}

    def read_rule(self, p, raw):
        rule = Rule(p.dotted())
        p.any("string")
        p.need("{")
        while not p.take("}"):
            self.clause(p, rule)
        self.rules.append(rule)

    def clause(self, p, rule):
        word = p.any("name")
        if word == "for":
            while True:
                name = p.any("name")
                p.need("in")
                rule.binders.append((name, p.value()))
                if not p.take(","):
                    return
        elif word == "let":
            name = p.any("name")
            p.need("=")
            rule.clauses.append(("let", p.expr(), name))
        elif word == "when":
            rule.clauses.append(("when", p.expr(), None))
        elif word == "except":
            p.need("when")
            rule.clauses.append(("except", p.expr(), None))
            p.need("because")
            p.any("string")
        elif word in ("require", "forbid"):
            condition = p.expr()
            if word == "forbid":
                condition = Node("not", condition)
            rule.clauses.append(("require", condition, None))
            if p.take("else"):
                p.any("string")
        elif word in ("severity",):
            p.any("name")
        elif word in ("why", "fix"):
            p.any("string")
        elif word in ("source",):
            p.any("name")
            p.any("string")
        elif word == "maps":
            while True:
                p.any("name")
                p.any("string")
                if not p.take(","):
                    return
        elif word == "tags":
            while True:
                p.any("name")
                if not p.take(","):
                    return
        elif word == "replaces":
            p.dotted()
        else:
            raise Mistake("clause %s" % word)

    # --- constants of enum values ------------------------------------------

    def constant_type(self, node, enum):
        if node.op == "list":
            for item in node.items:
                return self.constant_type(item, enum)._replace(set=True)
            return None
        if node.op in ("true", "false"):
            return BOOL
        if node.op == "name":
            for name in [enum] + sorted(self.enums):
                if node.text in self.enums[name]:
                    return plain("enum", name)
        return plain(node.op)

    def type_fields(self, enum, values):
        names = sorted({f for constants in values.values() for f in constants})
        for field in names:
            known = [self.constant_type(c[field], enum)
                     for c in values.values() if field in c]
            found = [t for t in known if t]
            type_ = found[0] if found else INT._replace(set=True)
            if not type_.set and len(known) < len(values):
                type_ = type_._replace(optional=True)
            a = Attribute(self.new_number(), enum, field)
            a.type = type_
            self.fields[enum, field] = a

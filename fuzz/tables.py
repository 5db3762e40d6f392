#!/usr/bin/env python3
"""Writes fuzz/tables.h: each edition's image-ID languages as state tables, and the error codes of every edition.

The tables are a third opinion beside RE2 and harness/automata, and the only one our users need: a small compiler
of its own (Brzozowski's derivatives over Python's parse of the pattern). `--check` says whether the file is
current.
"""
import json
import pathlib
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
import sre_constants as c  # noqa: E402
import sre_parse  # noqa: E402

FUZZ = pathlib.Path(__file__).resolve().parent
EDITIONS = FUZZ.parent / "cases" / "editions"

# A language is a tuple: ("none",), ("empty",), ("set", bytes), ("cat", a, b), ("or", parts), ("star", a).
NONE, EMPTY = ("none",), ("empty",)


def cat(a, b):
    if NONE in (a, b):
        return NONE
    if a == EMPTY:
        return b
    return a if b == EMPTY else ("cat", a, b)


def either(parts):
    flat = set()
    for part in parts:
        flat |= set(part[1]) if part[0] == "or" else {part}
    flat.discard(NONE)
    return NONE if not flat else flat.pop() if len(flat) == 1 else ("or", tuple(sorted(flat, key=repr)))


def from_parse(items):
    language = EMPTY
    for op, value in reversed(list(items)):
        language = cat(one(op, value), language)
    return language


def one(op, value):
    if op is c.LITERAL:
        return ("set", (value,))
    if op is c.ANY:
        return ("set", tuple(range(256)))
    if op is c.IN:
        chars = set()
        negate = value[0][0] is c.NEGATE
        for kind, what in value[1:] if negate else value:
            chars |= {what} if kind is c.LITERAL else set(range(what[0], what[1] + 1))
        return ("set", tuple(sorted(set(range(256)) - chars if negate else chars)))
    if op is c.SUBPATTERN:
        return from_parse(value[3])
    if op is c.BRANCH:
        return either(from_parse(branch) for branch in value[1])
    if op is c.MAX_REPEAT:
        low, high, items = value
        body, language = from_parse(items), EMPTY
        if high is c.MAXREPEAT:
            language = ("star", body)
        else:
            for _ in range(high - low):
                language = either([EMPTY, cat(body, language)])
        for _ in range(low):
            language = cat(body, language)
        return language
    raise SystemExit(f"tables.py does not know {op}")


def nullable(r):
    return {"none": lambda: False, "empty": lambda: True, "set": lambda: False, "star": lambda: True,
            "cat": lambda: nullable(r[1]) and nullable(r[2]), "or": lambda: any(map(nullable, r[1]))}[r[0]]()


def derive(r, byte):
    kind = r[0]
    if kind in ("none", "empty"):
        return NONE
    if kind == "set":
        return EMPTY if byte in r[1] else NONE
    if kind == "or":
        return either(derive(part, byte) for part in r[1])
    if kind == "star":
        return cat(derive(r[1], byte), r)
    first = cat(derive(r[1], byte), r[2])
    return either([first, derive(r[2], byte)]) if nullable(r[1]) else first


def table(pattern):
    start = from_parse(sre_parse.parse(pattern))
    states, rows, at = [start], [], 0
    while at < len(states):
        row = []
        for byte in range(256):
            after = derive(states[at], byte)
            if after not in states:
                states.append(after)
            row.append(states.index(after))
        rows.append(row)
        at += 1
    return rows, [nullable(state) for state in states]


def text():
    editions = [json.loads(path.read_text()) for path in sorted(EDITIONS.glob("*.json"))]
    codes, languages = set(), {}  # pattern -> whether some edition says so, and where it stands
    for edition in editions:
        codes |= set(edition["commonCodes"])
        for action in edition["actions"]:
            if action["name"] == "DeleteImages":
                codes |= set(action["codes"])
        for language, lawful in [(edition["imageId"], True)] + [(x, False) for x in edition["imageIdCandidates"]]:
            entry = languages.setdefault(language["pattern"], [False, []])
            entry[0] |= lawful
            entry[1].append(f'{edition["edition"]} {language["name"]}')
    out = ["// Made by fuzz/tables.py from cases/editions. Do not edit.", "// clang-format off", "#pragma once", "",
           "#include <cstdint>", "#include <string_view>", "", "namespace diconform::fuzz {", "",
           "// State 0 is the first; a state goes to next[state][byte].",
           "struct IdTable {", "  const std::uint8_t (*next)[256];", "  const bool* accepts;",
           "};", ""]
    for number, pattern in enumerate(languages):
        rows, accepts = table(pattern)
        out.append(f"// {pattern}")
        out.append(f"inline constexpr std::uint8_t kNext{number}[{len(rows)}][256] = {{")
        for row in rows:
            out.append("{" + ",".join(map(str, row)) + "},")
        flags = ",".join("true" if flag else "false" for flag in accepts)
        out += ["};", f"inline constexpr bool kAccepts{number}[] = {{{flags}}};", ""]
    out += ["// A language, once, however many editions have it.", "struct IdLanguageTable {",
            "  std::string_view pattern;",
            "  bool lawful;  // the language of an edition: every endpoint must accept it; candidates one may",
            "  IdTable table;", "};", "inline constexpr IdLanguageTable kIdLanguages[] = {"]
    for number, (pattern, (lawful, names)) in enumerate(languages.items()):
        out.append(f"    // {', '.join(names)}")
        out.append(f'    {{"{pattern}", {str(lawful).lower()}, {{kNext{number}, kAccepts{number}}}}},')
    out += ["};", "", "inline constexpr std::string_view kCodes[] = {"]
    out += [f'    "{code}",' for code in sorted(codes)]
    out += ["};", "", "}  // namespace diconform::fuzz", ""]
    return "\n".join(out)


if __name__ == "__main__":
    path = FUZZ / "tables.h"
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if path.read_text() == text() else f"{path} is old: run fuzz/tables.py")
    path.write_text(text())

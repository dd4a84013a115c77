"""A guess as YAML with comments that say what to check. No value of the data goes in a comment."""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from linkage.config.schema import Csv
from linkage.config.standard_names import LISTS_BY_NATION
from linkage.config.starter import role_names
from linkage.config.starter.guesses import Guess, Role

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*|(?:\.\./)+[A-Za-z0-9_./-]+")
_READ_OTHERWISE = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_WIDTH = 96
_ASKED = 16


def example() -> str:
    """Return a configuration to fill in by hand."""
    return files(__package__).joinpath("example.yaml").read_text(encoding="utf-8")


def starter(guesses: Sequence[Guess], folder: Path) -> str:
    """Return the configuration that the guesses make, for a file in ``folder``."""
    named = _named(guesses)
    return "\n".join(_lines(named, folder)) + "\n"


def _named(guesses: Sequence[Guess]) -> dict[str, Guess]:
    """Return the guesses by a name for each source, made of its file's name."""
    named: dict[str, Guess] = {}
    for each in guesses:
        stem = re.sub(r"[^A-Za-z0-9]+", "_", each.path.stem).strip("_")[:36]
        stem = stem if stem[:1].isalpha() else f"source_{stem}".rstrip("_")
        name, n = stem, 2
        while name in named:
            name, n = f"{stem}_{n}", n + 1
        named[name] = each
    return named


def _lines(named: Mapping[str, Guess], folder: Path) -> Iterator[str]:
    yield "# Written by  link init  from the files below. Every line is a guess: read it through,"
    yield "# answer the questions in the comments, then:  link validate CONFIG"
    yield "version: 1"
    yield f"name: {scalar('_'.join(named)[:80])}"
    yield "purpose: say what this linkage is for"
    yield ""
    yield "sources:"
    for name, each in named.items():
        yield from _source(name, each, folder)
    yield ""
    yield from _linkage(named)
    yield from _groups(named)
    yield ""
    yield "output: runs"


def _source(name: str, found: Guess, folder: Path) -> Iterator[str]:
    yield f"  {name}:"
    yield f"    path: {scalar(_relative(found.path, folder))}"
    if found.table is not None:
        yield f"    table: {scalar(found.table)}"
    if found.csv != Csv():
        csv = found.csv.model_dump(exclude_defaults=True)
        yield f"    csv: {_inline(csv)} # guessed from the first lines: check"
    yield "    kind: administrative # or census, or survey"
    unique = "" if found.id_is_unique else " # NOT unique, or empty in some rows: name another"
    yield f"    id: {scalar(found.id)}{unique}"
    yield "    one_record_per_person: false # does each person stand at most once? Then write true"
    yield "    columns:"
    for role, column in found.roles.items():
        yield from (f"      # {question}" for question in column.asked)
        yield f"      {role}: {_column(column)}"
    if not found.roles:
        yield "      # no column looks like a name, a date of birth or an address: write them here"
        yield f"      unknown: {scalar((*found.others, found.id)[0])}"
    yield from _not_used(found)


def _column(column: Role) -> str:
    settings = dict(column.settings)
    if list(settings) == ["column"]:
        return scalar(str(settings["column"]))
    return _inline(settings)


def _not_used(found: Guess) -> Iterator[str]:
    for column, why in found.left_out.items():
        yield f"      # {_shown(column)} is left out: {why}"
    if found.others:
        yield "      # Not used; add any that says who a person is, under a name of your own, as in"
        yield "      # occupation: {column: ..., kind: text}"
        for line in _wrapped([_shown(column) for column in found.others]):
            yield f"      #   {line}"


def _linkage(named: Mapping[str, Guess]) -> Iterator[str]:
    yield "linkage:"
    if len(named) == 1:
        yield "  type: deduplicate"
    else:
        yield "  type: link # link_and_deduplicate when people may stand in one source twice"
        yield f"  focal: {next(iter(named))} # the source whose records should find a partner"
    yield "  blocking: auto # or rules, as in  [[date_of_birth, first_initial], [postcode]]"
    yield "  comparisons: auto # every role that the sources share"


def _groups(named: Mapping[str, Guess]) -> Iterator[str]:
    """Yield the characteristics of the first source that results can be shown by."""
    source, found = next(iter(named.items()))
    lines = list(_group_lines(source, found))
    age = f"age: {{source: {source}, from: date_of_birth, on: 2021-03-21}}"
    yield ""
    yield "# Whom results are shown for. An age needs the day on which it is taken."
    yield "groups:" if lines else "# groups:"
    yield from lines
    if "date_of_birth" in found.roles:
        yield f"{'  # ' if lines else '#   '}{age}"


def _group_lines(source: str, found: Guess) -> Iterator[str]:
    if "sex" in found.roles:
        column = scalar(str(found.roles["sex"].settings["column"]))
        yield f"  sex: {{source: {source}, column: {column}, standard: sex}}"
    for column in found.characteristics:
        name = re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")
        written = f"  {name}: {{source: {source}, column: {scalar(column)}}}"
        listed = role_names.list_of_characteristic(column)
        yield written if listed is None else f"{written} # perhaps  standard: {_said(listed)}"


def _said(listed: str) -> str:
    """Return the list to write, with whose it is where each nation has its own."""
    nations = " | ".join(LISTS_BY_NATION.get(listed, {}))
    return f"{listed}, nation: {nations}" if nations else listed


def scalar(text: str) -> str:
    """Return a text as a YAML scalar, in quotes where it could be read as anything else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _READ_OTHERWISE:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08X}" for each in quoted)


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{scalar(str(k))}: {_inline(v)}" for k, v in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(_inline(each) for each in value)}]"
    return scalar(str(value))


def _shown(column: str) -> str:
    """Return a column's name for a comment, on one line."""
    return column if column.isprintable() else json.dumps(column)


def _wrapped(words: Sequence[str]) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line}, {word}" if line else word
        if len(longer) > _WIDTH - _ASKED and line:
            yield f"{line},"
            longer = word
        line = longer
    yield line


def _relative(path: Path, folder: Path) -> str:
    """Return the path from the configuration's folder, or whole when they share no parent."""
    path, folder = path.resolve(), folder.resolve()
    shared = Path(os.path.commonpath((path, folder)))
    return str(path) if shared == Path(path.anchor) else os.path.relpath(path, folder)

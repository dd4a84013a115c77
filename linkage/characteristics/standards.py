"""Harmonised lists of groups, read from harmonised.yaml, which names where each was published."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from linkage.characteristics.bands import Bands, bands, even_bands
from linkage.characteristics.missing import MissingReason

_LABELS_OF_MISSING: dict[str, MissingReason] = {
    "does not apply": "does_not_apply",
    "no code required": "does_not_apply",
    "not answered": "not_answered",
    "missing": "not_answered",
    "not stated": "not_stated",
    "religion not stated": "not_stated",
    "prefer not to say": "prefer_not_to_say",
    "prefer not to say/not stated": "not_stated",
    "refusal": "prefer_not_to_say",
}
_NOT_A_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Standard:
    """A harmonised list: its groups in order, and how their values may be written.

    ``codes`` holds the published code of each group where there is one; ``missing`` the codes and
    labels that are no group but a reason for having none. ``roll_up`` holds the declared heading
    of each group, in the order of the headings; a list without a declared tree has none.
    ``short`` holds a short name of each group whose full one is too long for the cell of a table.
    ``confidence`` says how sure it is that the list stands so at its ``source``.
    """

    name: str
    groups: tuple[str, ...]
    codes: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, MissingReason] = field(default_factory=dict)
    bands: Bands | None = None
    roll_up: Mapping[str, str] = field(default_factory=dict)
    short: Mapping[str, str] = field(default_factory=dict)
    confidence: str = "unsure"
    source: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether the whole list and its codes were read where it was published."""
        return self.confidence != "unsure"

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of the list in their order."""
        return tuple(dict.fromkeys(self.roll_up.values()))

    def group(self, value: str) -> str | None:
        """Return the group that a code or label means, None when it means none."""
        return self._spellings.get(_key(value))

    def missing_reason(self, value: str) -> MissingReason | None:
        """Return why there is no group, where the value is a code or label that says so."""
        return {_key(code): reason for code, reason in self.missing.items()}.get(_key(value))

    @cached_property
    def _spellings(self) -> dict[str, str]:
        after_colon = [_key(label.split(": ")[-1]) for label in self.groups]
        short = {
            key: label
            for key, label in zip(after_colon, self.groups, strict=True)
            if after_colon.count(key) == 1  # Other stands under several headings
        }
        by_code = {_key(code): label for code, label in self.codes.items()}
        return {**short, **by_code, **{_key(label): label for label in self.groups}}


def standard(name: str) -> Standard:
    """Return the harmonised list called ``name``: ``age.bands_8``, ``sex``, ...

    Raises
    ------
    KeyError
        When there is none of that name; :func:`standard_names` lists them.
    """
    return _standards()[name]


def short_name(group: str) -> str:
    """Return the short name that the harmonised lists give a group, or ``group`` as it is.

    Examples
    --------
    >>> short_name("White: English, Welsh, Scottish, Northern Irish or British")
    'White British'
    """
    return _short_names().get(group, group)


@cache
def _short_names() -> dict[str, str]:
    lists = reversed(_standards().values())  # the first list that has a group names it
    return {group: short for each in lists for group, short in each.short.items()}


def standard_names() -> tuple[str, ...]:
    """Return the names of all lists."""
    return tuple(_standards())


def names_by_nation() -> dict[str, dict[str, str]]:
    """Return the name of each nation's list, by characteristic."""
    found: dict[str, dict[str, str]] = {}
    for name, entry in document()["characteristics"].items():
        for nation, variant in entry.get("by_nation", {}).items():
            own = name if variant == name else f"{name}.{variant}"
            found.setdefault(name, {})[nation] = own
    return found


@cache
def document() -> dict[str, Any]:
    """Return harmonised.yaml as it is written."""
    text = files(__package__).joinpath("harmonised.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = YAML(typ="safe").load(text)
    return read


@cache
def _standards() -> dict[str, Standard]:
    return dict(_found(document()["characteristics"]))


def _found(characteristics: Mapping[str, Any]) -> Iterator[tuple[str, Standard]]:
    """Yield every list of a characteristic: its own ``values``, and those of its variants."""
    for name, entry in characteristics.items():
        if entry.get("values"):
            yield name, _standard(name, entry)
        for variant, inner in entry.items():
            if isinstance(inner, Mapping) and (inner.get("values") or "generate" in inner):
                yield f"{name}.{variant}", _standard(f"{name}.{variant}", inner)


def _standard(name: str, entry: Mapping[str, Any]) -> Standard:
    said = {
        "confidence": entry.get("confidence", "unsure"),
        "source": entry.get("source", ""),
    }
    if name.startswith("age."):
        generated = "generate" in entry
        ages = even_bands(**entry["generate"]) if generated else bands(entry["values"])
        return Standard(name, ages.names, bands=ages, **said)
    labels = dict(_labelled(entry["values"]))
    missing = {
        spelling: reason
        for code, label in labels.items()
        if (reason := _LABELS_OF_MISSING.get(label.lower()))
        for spelling in (code, label)
    }
    codes = {code: label for code, label in labels.items() if code not in missing}
    groups = tuple(codes.values())
    roll_up = dict(_tree(entry, codes))
    short = {codes[code]: name for code, name in entry.get("short", {}).items()}
    short = short or dict(_after_colon(groups))
    return Standard(name, groups, codes, missing, roll_up=roll_up, short=short, **said)


def _after_colon(groups: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield "Heading: Group" and "Group", where only one heading has a group of that name."""
    ends = [group.split(": ")[-1] for group in groups]
    for group, end in zip(groups, ends, strict=True):
        if end != group and ends.count(end) == 1:
            yield group, end


def _tree(entry: Mapping[str, Any], codes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield group and heading: as ``roll_up`` declares them, else as the list itself is headed."""
    if declared := entry.get("roll_up"):
        for heading, under in declared.items():
            if heading != "note":
                yield from ((codes[code], heading) for code in under)
    elif isinstance(entry["values"], Mapping):
        for heading, under in entry["values"].items():
            if not isinstance(under, str):
                own = under in (["write-in"], [])
                labels = [heading] if own else [f"{heading}: {each}" for each in under]
                yield from ((label, heading) for label in labels)


def _labelled(values: Mapping[str, Any] | list[str]) -> Iterator[tuple[str, str]]:
    """Yield code and label; a list without codes is its own code, a list of lists its headings'."""
    if not isinstance(values, Mapping):
        yield from ((label, label) for label in values)
        return
    for code, label in values.items():
        if isinstance(label, str):
            yield str(code), label
        elif label in (["write-in"], []):
            yield str(code), str(code)
        else:
            yield from ((f"{code}: {each}", f"{code}: {each}") for each in label)


def _key(value: str) -> str:
    """Return what two spellings of a value share; a minus is kept, because -8 is not 8."""
    text = value.strip().lower()
    sign = "-" if text.startswith("-") else ""
    return sign + _NOT_A_WORD.sub(" ", text).strip()

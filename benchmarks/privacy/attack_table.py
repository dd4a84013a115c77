"""The page of the attack on encodings."""

from collections.abc import Mapping, Sequence

Record = Mapping[str, object]

LISTS = ("population", "own")
_NAMES = ("first_name", "surname", "any name")
_BARS = {"profile standard": 0.10, "profile high": 0.01}
_SHOWN = ("HMAC token of the name", "Bloom filter, rule 90", "profile standard", "profile high")

_PAGE = """# What can be told from encodings without the key

Made by `python -m benchmarks.privacy.attack`: {records:,} records of a synthetic census, encoded in
each way under a key of its own, attacked by someone who knows every parameter and not the key. The
share of all records whose name is rightly told by the stronger of frequency alignment and pattern
mining. Two lists of names: that of another population of a million people under the same
frequencies (*population*), and the source's own counts drawn anew (*own*), which in salted
encodings says how frequent names are under each salt. *Exact* is frequency alignment alone with the
exact counts of this very file, which nobody has who does not have the file.

## By encoding and field

First name, surname and any name, each with the list of the population first:

| encoding | first name | own | exact | surname | own | exact | any name | own |
|---|---|---|---|---|---|---|---|---|
{names}

{bars}

## Other fields of the profiles

Of parts that many share (a month of birth) a guess is right more often than this.

| field | {profiles} |
|---|{rule}|
{fields}

## What the number of bits tells

In a filter of which each bigram sets as many bits, a long name sets more, whatever the salt. Said
of each filter: the commonest name of the same sex with as many bits set.

| bits | name | rightly said | without the filter |
|---|---|---|---|
{lengths}

## For whom

Any name, the stronger list.

| group | records | {encodings} |
|---|---|{group_rule}|
{groups}
"""


def page(records: Sequence[Record]) -> str:
    """Return the page of what was named."""
    whole = [each for each in records if not each["group"] and "guess" not in each]
    names = list(dict.fromkeys(str(each["encoding"]) for each in whole))
    profiles = [name for name in names if name.startswith("profile")]
    fields = dict.fromkeys(str(each["field"]) for each in whole if each["encoding"] in profiles)
    others = [field for field in fields if field not in _NAMES]
    grouped = {str(e["group"]): e["n"] for e in records if e["group"]}
    return _PAGE.format(
        records=whole[0]["records"],
        names="\n".join(_row(whole, name) for name in names),
        bars="\n".join(_bar(whole, name, most) for name, most in _BARS.items()),
        profiles=" | ".join(profiles),
        rule="---|" * (len(profiles) - 1) + "---",
        fields="\n".join(_others(whole, field, profiles) for field in others),
        lengths="\n".join(map(_length, (each for each in records if "guess" in each))),
        encodings=" | ".join(_SHOWN),
        group_rule="---|" * (len(_SHOWN) - 1) + "---",
        groups="\n".join(_group(records, group, n) for group, n in grouped.items()),
    )


def _row(records: Sequence[Record], name: str) -> str:
    cells = []
    for field in _NAMES:
        cells += [_share(records, name, field, (each,)) for each in LISTS]
        if field != "any name":
            cells.append(_share(records, name, field, ("own",), "exact"))
    return f"| {name} | {' | '.join(cells)} |"


def _bar(records: Sequence[Record], name: str, most: float) -> str:
    fields = ("first_name", "surname")
    worst = max(_value(records, name, field, LISTS) or 0.0 for field in fields)
    held = "holds" if worst <= most else "does not hold"
    any_name = _value(records, name, "any name", LISTS) or 0.0
    return (
        f"`{name.removeprefix('profile ')}` {held} its bar of {most:.0%} of records: "
        f"{worst:.2%} in the worst name, {any_name:.2%} in any."
    )


def _others(records: Sequence[Record], field: str, profiles: Sequence[str]) -> str:
    return f"| {field} | {' | '.join(_share(records, each, field, LISTS) for each in profiles)} |"


def _length(record: Record) -> str:
    share, guess = (float(str(record[name])) for name in ("share", "guess"))
    return f"| {record['encoding']} | {record['field']} | {share:.2%} | {guess:.2%} |"


def _group(records: Sequence[Record], group: str, n: object) -> str:
    of = [each for each in records if each["group"] == group]
    cells = [_share(of, name, "any name", LISTS) for name in _SHOWN]
    return f"| {group} | {n:,} | {' | '.join(cells)} |"


def _share(
    records: Sequence[Record], name: str, field: str, lists: Sequence[str], what: str = "share"
) -> str:
    value = _value(records, name, field, lists, what)
    return "" if value is None else f"{value:.2%}"


def _value(
    records: Sequence[Record], name: str, field: str, lists: Sequence[str], what: str = "share"
) -> float | None:
    """Return the largest share with any of ``lists``, None where the field is not there."""
    found = [
        float(str(each[what]))
        for each in records
        if each["encoding"] == name and each["field"] == field and each["list"] in lists
    ]
    return max(found, default=None)

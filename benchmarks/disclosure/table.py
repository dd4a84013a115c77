"""The page of the attack on releases."""

from collections.abc import Mapping, Sequence

_Records = Sequence[Mapping[str, object]]

_PAGE = """# What can be worked out of releases

Made by `make bench-disclosure`: {populations:,} random populations of {fewest:,} to {most:,}
records, with 1 to 4 characteristics of 2 to 20 groups, intersections, roll-ups, missing values,
one or two other sources, thresholds of 5, 10 and 20 and rounding to 1, 5 and 10. One in five is
released twice: the same records in other tables, or the next delivery with few or many records
more. Of one release every count shown is given to the attack as it is, not rounded: rates, limits
and indicators made of these counts then say nothing more.

An integer programme (CP-SAT) that knows the rules and everything released looks for the least and
the greatest value of every number of people under the threshold. A number is exposed where no value
at or above the threshold is left, or where the values left span less than it.

| rules | releases | populations | rows shown | small numbers | exposed | exactly | told small |
|---|---|---|---|---|---|---|---|
{rows}

Rows shown is the mean share of rows with a figure. `small cells alone` holds back what is small and
nothing beside it; `ACRO` is our implementation of its documented rules for tables of counts
(threshold 10, two contributors with nine tenths, p-ratio of a tenth, totals of what is shown), as
acro itself pins an old pandas. Both are attacked by published sums alone, over every twenty-fifth
population: whoever knows these rules knows of every cell held back that it is small.
"""


def page(records: _Records) -> str:
    """Return the page of what was found."""
    own = [each for each in records if each["rules"] == "ours"]
    kinds = dict.fromkeys((str(each["rules"]), str(each["releases"])) for each in records)
    sizes = [_number(each, "records") for each in own]
    return _PAGE.format(
        populations=len(own),
        fewest=int(min(sizes)),
        most=int(max(sizes)),
        rows="\n".join(_row(kind, records) for kind in sorted(kinds, key=_order)),
    )


def _order(kind: tuple[str, str]) -> tuple[bool, str, str]:
    rules, releases = kind
    return rules != "ours", rules, releases


def _row(kind: tuple[str, str], records: _Records) -> str:
    of = [each for each in records if (each["rules"], each["releases"]) == kind]
    shown = sum(_number(each, "shown") for each in of) / len(of)
    small = sum(_number(each, "small") for each in of)
    found = [
        sum(_number(each, name) for each in of) for name in ("exposed", "exactly", "told_small")
    ]
    shares = " | ".join(f"{n:,.0f} ({n / max(small, 1):.1%})" for n in found)
    return f"| {kind[0]} | {kind[1]} | {len(of):,} | {shown:.1%} | {small:,.0f} | {shares} |"


def _number(record: Mapping[str, object], name: str) -> float:
    return float(str(record[name]))

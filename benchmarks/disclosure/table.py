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

One population in ten has known truth, whose rates leave in bands that the attack reads as limits of
those in error, and models. There the attack has all that models see besides what is published: how
many records are alike in everything but what is held back of groups and intersections. Every world
that it finds (`worlds`) is given to the models again, and they print the same figures.

| rules | releases | cases | rows shown | small numbers | exposed | exactly | told small | worlds |
|---|---|---|---|---|---|---|---|---|
{rows}

{ended}

Whole runs are of synthetic sources, linked by `link run` with 20 draws; `records` of
`disclosure.json` are then the people that there are. The attack reads their counts
(`tables/counts.csv`) and the rates that truth gives, and no other table of them.

Rows shown is the mean share of rows with a figure. `small cells alone` holds back what is small and
nothing beside it; `ACRO` is our implementation of its documented rules for tables of counts
(threshold 10, two contributors with nine tenths, p-ratio of a tenth, totals of what is shown), as
acro itself pins an old pandas. Both are attacked by published sums alone, over every twenty-fifth
population: whoever knows these rules knows of every cell held back that it is small.
"""


def page(records: _Records) -> str:
    """Return the page of what was found."""
    stopped = [each for each in records if "stopped" in each]
    ended = [each for each in records if "stopped" not in each]
    own = [each for each in ended if each["rules"] == "ours" and isinstance(each["case"], int)]
    kinds = dict.fromkeys((str(each["rules"]), str(each["releases"])) for each in ended)
    sizes = [_number(each, "records") for each in own]
    return _PAGE.format(
        populations=len(own),
        fewest=int(min(sizes)),
        most=int(max(sizes)),
        rows="\n".join(_row(kind, ended) for kind in sorted(kinds, key=_order)),
        ended=_ended(stopped),
    )


def _ended(stopped: _Records) -> str:
    """Return what did not end, and why: the signal or the code that its process ended with."""
    if not stopped:
        return "Every one was attacked to its end."
    named = [f"{each['case']} ({each['stopped']}, {each['limit']} s)" for each in stopped]
    return (
        f"{len(named)} did not end, and are not in the table; behind each, the code its process "
        f"ended with and the processor time it was given: {', '.join(named)}."
    )


def _order(kind: tuple[str, str]) -> tuple[bool, str, bool, str]:
    rules, releases = kind
    return rules != "ours", rules, releases.startswith("a whole run"), releases


def _row(kind: tuple[str, str], records: _Records) -> str:
    of = [each for each in records if (each["rules"], each["releases"]) == kind]
    shown = sum(_number(each, "shown") for each in of) / len(of)
    small = sum(_number(each, "small") for each in of)
    found = [
        sum(_number(each, name) for each in of) for name in ("exposed", "exactly", "told_small")
    ]
    shares = [f"{n:,.0f} ({n / max(small, 1):.1%})" for n in found]
    worlds = [_number(each, "worlds") for each in of if "worlds" in each]
    held = f"{sum(worlds):,.0f}" if worlds else "-"
    columns = [*kind, f"{len(of):,}", f"{shown:.1%}", f"{small:,.0f}", *shares, held]
    return f"| {' | '.join(columns)} |"


def _number(record: Mapping[str, object], name: str) -> float:
    return float(str(record[name]))

"""The page of accuracy on encodings, what misses its bar first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.privacy.cases import BARS, POPULATION
from benchmarks.privacy.losses import EVERYONE

Record = Mapping[str, Any]

ALL, SAME = "clear, all fields", "clear"
_PROFILES = ("standard", "high", "keys")
_TIMES = 3
"""How many times clear text's CPU scoring may take."""
_SHOWN = 30
"""True pairs that a group has to have to stand in the tables; the JSON holds all."""

_PAGE = """# Linkage on encodings beside linkage on clear text

Made by `make bench-encoded`. Each profile through the command line: `link encode` for each owner,
`link run` for the unit, everything else at its default; `clear` is `link run` on clear text of the
same fields, `clear, all fields` with every column that the sources' configuration names. The true
pairs are found over the owners' private maps. The profiles were developed while these sets
were looked at: fresh data may be harder.

{bars}

## F1

Each profile is linked under so many fresh keys; what stands here is of the first, and the least and
the greatest F1 of all. The bars are held against the least.

| set | way | precision | recall | F1 | F1 lost | may lose | keys | F1 over keys |
|---|---|---|---|---|---|---|---|---|
{figures}

## Recall lost, for whom

Recall of clear text less recall of encodings, of the same true pairs, with the 95% interval for
paired proportions (Newcombe 1998, method 10). A group is that of the focal record, from its own
source. Groups of {shown} true pairs or more.

| set | group | true pairs | clear | {profiles} |
|---|---|---|---|{rule}|
{lost}

## Broken salts, for whom

The share of true pairs in which a part of a salt is missing or different, so that the encodings of
one name have nothing in common: of each filter of the surname, and of all filters that a name has.
Where all are broken, the tokens of both names together are what is left. Groups are those of the
population; the JSON file holds the others.

| set | profile | group | true pairs | by birth | by place | no surname | no first name |
|---|---|---|---|---|---|---|---|
{salts}

## The cost of scoring

CPU seconds of the stages that compare pairs; microseconds a pair and times are those of score. More
pairs are scored where blocking finds more.

| set | way | pairs | count, s | score, s | µs a pair | times clear | whole run, s | MB |
|---|---|---|---|---|---|---|---|---|
{costs}
"""


def page(records: Sequence[Record]) -> str:
    """Return the page of what was measured."""
    of = {what: [each for each in records if each["what"] == what] for what in _WHATS}
    figures, tried = (
        {(each["case"], each["way"]): each for each in of[what]} for what in ("f1", "over_keys")
    )
    over = {way: tried.get(way, {"keys": 1, "f1": [each["f1"]]}) for way, each in figures.items()}
    return _PAGE.format(
        bars="\n".join([*_bars(figures, over), *_cost_bars(of["stage"])]),
        figures="\n".join(_figures(figures, over)),
        shown=_SHOWN,
        profiles=" | ".join(f"{each}: lost" for each in _PROFILES),
        rule="---|" * (len(_PROFILES) - 1) + "---",
        lost="\n".join(_lost(of["lost"])),
        salts="\n".join(map(_salts, filter(_stated, of["salts"]))),
        costs="\n".join(_costs(of["stage"])),
    )


_WHATS = ("f1", "over_keys", "lost", "salts", "stage")

Figures = Mapping[tuple[str, str], Record]
Stages = Sequence[Record]


def _bars(figures: Figures, over: Figures) -> Iterator[str]:
    """Yield what holds its bar under every key and what does not, the misses first."""
    said = []
    for case, bars in BARS.items():
        for profile, most in bars.items():
            if (case, profile) in figures:
                tried = over[case, profile]
                lost = _f1_lost(figures, case, tried["f1"][0])
                verdict = "within" if lost <= most else "MISSES"
                line = f"- {case}, `{profile}`: {verdict} {most}: {lost:.4f}"
                line += f", the most of {tried['keys']} keys" if tried["keys"] > 1 else ""
                said.append((lost <= most, line))
    yield from (line for _, line in sorted(said, key=lambda each: each[0]))


def _cost_bars(stages: Stages) -> Iterator[str]:
    for case, way, cost in _all_costs(stages):
        if way in ("standard", "high") and case == POPULATION:
            most = max(cost["times"], cost["times_a_pair"])
            verdict = "within" if most <= _TIMES else "MISSES"
            yield (
                f"- {case}, `{way}`: scoring {verdict} {_TIMES} times the CPU of clear text: "
                f"{cost['times']:.2f} times, {cost['times_a_pair']:.2f} times a pair"
            )


def _f1_lost(figures: Figures, case: str, f1: float) -> float:
    return float(figures[case, SAME]["f1"] - f1)


def _figures(figures: Figures, over: Figures) -> Iterator[str]:
    for (case, way), each in figures.items():
        shares = " | ".join(f"{each[name]:.4f}" for name in ("precision", "recall", "f1"))
        if way in (ALL, SAME):
            yield f"| {case} | {way} | {shares} |  |  |  |  |"
            continue
        lost, tried = _f1_lost(figures, case, each["f1"]), over[case, way]
        most = BARS[case].get(way, "")  # type: ignore[call-overload]
        span = f"{tried['f1'][0]:.4f} to {tried['f1'][-1]:.4f}"
        yield f"| {case} | {way} | {shares} | {lost:.4f} | {most} | {tried['keys']} | {span} |"


def _enough(record: Record) -> bool:
    return bool(record["n_pairs"] >= _SHOWN)


def _stated(record: Record) -> bool:
    whole = record["characteristic"] == EVERYONE
    return _enough(record) and (whole or record["case"] == POPULATION)


def _called(record: Record) -> str:
    if record["characteristic"] == EVERYONE:
        return EVERYONE
    return f"{record['characteristic']}: {record['group']}"


def _lost(records: Sequence[Record]) -> Iterator[str]:
    by = {(each["case"], _called(each), each["way"]): each for each in records}
    for each in filter(_enough, records):
        if each["way"] == _PROFILES[0]:
            cells = [by.get((each["case"], _called(each), way)) for way in _PROFILES]
            clear = f"{each['case']} | {_called(each)} | {each['n_pairs']:,}"
            said = " | ".join("" if cell is None else _interval(cell) for cell in cells)
            yield f"| {clear} | {each['recall_clear']:.4f} | {said} |"


def _interval(cell: Record) -> str:
    return f"{cell['lost']:.4f} ({cell['lost_lower']:.4f} to {cell['lost_upper']:.4f})"


def _salts(each: Record) -> str:
    names = ("surname_by_birth", "surname_by_place", "surname", "first_name")
    shares = [each.get(f"broken_{name}") for name in names]
    said = " | ".join("" if share is None else f"{share:.2%}" for share in shares)
    return f"| {each['case']} | {each['way']} | {_called(each)} | {each['n_pairs']:,} | {said} |"


def _all_costs(stages: Stages) -> Iterator[tuple[str, str, dict[str, float]]]:
    by = {(each["case"], each["way"], each["stage"]): each for each in stages}
    for (case, way, stage), score in by.items():
        if stage == "score":
            clear = by[case, SAME, "score"]
            a_pair = score["cpu_s"] / score["pairs"]
            yield (
                case,
                way,
                {
                    "pairs": score["pairs"],
                    "count": by[case, way, "count"]["cpu_s"],
                    "score": score["cpu_s"],
                    "a_pair": a_pair * 1e6,
                    "times": score["cpu_s"] / clear["cpu_s"],
                    "times_a_pair": a_pair / (clear["cpu_s"] / clear["pairs"]),
                    "whole": by[case, way, "whole run"]["cpu_s"],
                    "peak_mb": by[case, way, "whole run"]["peak_mb"],
                },
            )


def _costs(stages: Stages) -> Iterator[str]:
    for case, way, cost in _all_costs(stages):
        yield (
            f"| {case} | {way} | {cost['pairs']:,.0f} | {cost['count']:.2f} | {cost['score']:.2f} "
            f"| {cost['a_pair']:.2f} | {cost['times']:.2f} | {cost['whole']:,.0f} "
            f"| {cost['peak_mb']:,.0f} |"
        )

"""The speed records as a Markdown page: ratios first, then stage by stage."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import product
from typing import Any

from benchmarks.speed.engines import BEST, DEFAULTS, LISTED, OURS, SPLINK, TUNED
from benchmarks.speed.watched import LINKS, WHOLE

Record = Mapping[str, Any]

BARS = {"wall_s": ("wall", 3.0), "peak_mb": ("memory", 2.0)}
"""How many times ours splink's best practice is to take at least, at the largest size."""

_BARS = """The bar, at {n:,} a side: a third of the wall time of `{best}`, and half of its memory.
`{tuned}` is more than the bar asks.
"""

_HEAD = """# Speed and memory beside plain splink

The same two files and blocking rules, from files to one-to-one links in a file, by splink in three
ways (`benchmarks/speed/plain_splink.py`): `{defaults}`, as its documentation shows it;
`{best}`, as its documentation advises for large files; `{tuned}`, faster than its documentation
asks for, at links as good here. `link run` also checks and standardises what it reads, and ends
with a report: "whole run" has that too.

Every run is a process of its own, start and imports included; medians of {turns} turns, the engines
by turns. Ratios are splink's figure over the row's: 8 means an eighth of the time or memory. Made
by `make bench` with splink {splink} and DuckDB {duckdb} on {cores} cores.
"""


def page(records: Sequence[Record], links: Sequence[Record], turns: int) -> str:
    """Return the whole page."""
    head = _HEAD.format(
        defaults=DEFAULTS,
        best=BEST,
        tuned=TUNED,
        turns=turns,
        splink=version("splink"),
        duckdb=version("duckdb"),
        cores=os.cpu_count(),
    )
    parts = [head, "## Files to links\n", *_ratios(records, LINKS), *bars(records), ""]
    parts += ["## With the report\n", *_ratios(records, WHOLE)]
    parts += ["## How good the links are\n", *_links(links)]
    parts += ["## Stage by stage\n", *stages(records)]
    return "\n".join(parts) + "\n"


def _ratios(records: Iterable[Record], stage: str) -> Iterator[str]:
    """Yield a table of ``stage``: each engine's figures, and splink's in each mode over them."""
    columns = ("a side", "engine", "wall s", "CPU s", "peak MB")
    modes = (mode.removeprefix("splink, ") for mode in SPLINK)
    yield header(*columns, *(f"{mode} ÷ this: wall, memory" for mode in modes))
    at = _at(records, stage)
    for (n, engine), each in at.items():
        beside = (at.get((n, mode)) for mode in SPLINK)
        ratios = (_over(mode, each) if mode is not None else "" for mode in beside)
        yield (
            f"| {n:,} | {engine} | {each['wall_s']:.1f} | {each['cpu_s']:.1f} "
            f"| {each['peak_mb']:,.0f} | {' | '.join(ratios)} |"
        )
    yield ""


def _over(mode: Record, each: Record) -> str:
    return ", ".join(f"{mode[name] / each[name]:.2f}" for name in ("wall_s", "peak_mb"))


def bars(records: Sequence[Record]) -> Iterator[str]:
    """Yield whether our engines meet the bar at the largest size, beside both lean modes."""
    at = _at(records, LINKS)
    n = max(size for size, _ in at)
    yield _BARS.format(n=n, best=BEST, tuned=TUNED)
    yield header("engine", "beside", *(f"{named} ÷ this" for named, _ in BARS.values()))
    for engine, mode in product((OURS, LISTED), (BEST, TUNED)):
        if (n, engine) in at and (n, mode) in at:
            times = {name: at[n, mode][name] / at[n, engine][name] for name in BARS}
            met = (_met(times[name], bar) for name, (_, bar) in BARS.items())
            yield f"| {engine} | {mode} | {' | '.join(met)} |"


def _met(times: float, bar: float) -> str:
    return f"{times:.2f}: {bar:g} {'met' if times >= bar else 'missed'}"


def _at(records: Iterable[Record], stage: str) -> dict[tuple[int, str], Record]:
    return {
        (each["n_per_side"], each["engine"]): each for each in records if each["stage"] == stage
    }


def _links(links: Iterable[Record]) -> Iterator[str]:
    yield header("a side", "engine", "links", "precision", "recall", "F1")
    for each in links:
        shares = " | ".join(f"{each[name]:.4f}" for name in ("precision", "recall", "f1"))
        yield f"| {each['n_per_side']:,} | {each['engine']} | {each['links']:,} | {shares} |"
    yield ""


def stages(records: Iterable[Record]) -> Iterator[str]:
    """Yield a table of every stage."""
    yield header("a side", "engine", "stage", "wall s", "CPU s", "peak MB", "pairs")
    for each in records:
        pairs = "" if each["pairs"] is None else f"{each['pairs']:,}"
        yield (
            f"| {each['n_per_side']:,} | {each['engine']} | {each['stage']} | {each['wall_s']:.2f} "
            f"| {each['cpu_s']:.2f} | {each['peak_mb']:,.0f} | {pairs} |"
        )


def header(*columns: str) -> str:
    """Return the head of a Markdown table."""
    return f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|"

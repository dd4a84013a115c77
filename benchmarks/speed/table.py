"""The speed records as a Markdown page: ratios first, then stage by stage."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from benchmarks.speed.engines import BEST, DEFAULTS
from benchmarks.speed.watched import LINKS, WHOLE

Record = Mapping[str, Any]

_HEAD = """# Speed and memory beside plain splink

The same two files and blocking rules, from files to one-to-one links in a file. `{defaults}` is
splink as its documentation shows it; `{best}` everything that its documentation offers for speed
and that paid here at links as good (`benchmarks/speed/plain_splink.py` says what). `link run` also
checks and standardises what it reads, and ends with a report: "whole run" has that too.

Every run is a process of its own, start and imports included; medians of {turns} turns, the engines
by turns. Ratios are splink's figure over the row's: 8 means an eighth of the time or memory. Made
by `make bench` with splink {splink} and DuckDB {duckdb} on {cores} cores.
"""


def page(records: Sequence[Record], links: Sequence[Record], turns: int) -> str:
    """Return the whole page."""
    head = _HEAD.format(
        defaults=DEFAULTS,
        best=BEST,
        turns=turns,
        splink=version("splink"),
        duckdb=version("duckdb"),
        cores=os.cpu_count(),
    )
    parts = [head, "## Files to links\n", *_ratios(records, LINKS)]
    parts += ["## With the report\n", *_ratios(records, WHOLE)]
    parts += ["## How good the links are\n", *_links(links)]
    parts += ["## Stage by stage\n", *stages(records)]
    return "\n".join(parts) + "\n"


def _ratios(records: Iterable[Record], stage: str) -> Iterator[str]:
    """Yield a table of ``stage``: each engine's figures, and splink's in each mode over them."""
    columns = ("a side", "engine", "wall s", "CPU s", "peak MB")
    yield header(*columns, "defaults ÷ this: wall, memory", "best ÷ this: wall, memory")
    at = {(each["n_per_side"], each["engine"]): each for each in records if each["stage"] == stage}
    for (n, engine), each in at.items():
        beside = (at.get((n, mode)) for mode in (DEFAULTS, BEST))
        ratios = (_over(mode, each) if mode is not None else "" for mode in beside)
        yield (
            f"| {n:,} | {engine} | {each['wall_s']:.1f} | {each['cpu_s']:.1f} "
            f"| {each['peak_mb']:,.0f} | {' | '.join(ratios)} |"
        )
    yield ""


def _over(mode: Record, each: Record) -> str:
    return ", ".join(f"{mode[name] / each[name]:.2f}" for name in ("wall_s", "peak_mb"))


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

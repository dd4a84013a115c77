"""Commands killed at random moments, started again, and held against undisturbed ones."""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.faults.content import broken
from benchmarks.faults.warm import Warm
from benchmarks.faults.worlds import World, worlds
from linkage.runs.folder import BUILDING

_MOST_IN_A_ROW = 3


@dataclass(frozen=True)
class Kill:
    """A kill: of which command, in which stage, the how many-eth in a row.

    ``wrong`` is what was wrong when it was dead, or after it was started again and went through.
    """

    command: str
    stage: str
    in_a_row: int
    wrong: tuple[str, ...]

    def as_record(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return asdict(self)


def kills(folder: Path, n: int, seed: int) -> Iterator[Kill]:
    """Kill commands ``n`` times, each command as often as the others; yield every kill."""
    draw = random.Random(seed)  # noqa: S311 - moments, not secrets
    with Warm(folder) as warm:
        made = list(worlds(folder, warm).values())
        for number, world in enumerate(made):
            left = n * (number + 1) // len(made) - n * number // len(made)
            while left > 0:
                some = list(_killed(world, warm, draw, min(left, _MOST_IN_A_ROW)))
                left -= len(some)
                yield from some


def _killed(world: World, warm: Warm, draw: random.Random, most: int) -> Iterator[Kill]:
    """Kill the command some times in a row, then let it go through."""
    world.restore()
    dead, through = list[Kill](), 0
    for number in range(1, draw.randint(1, most) + 1):
        moment, newest = draw.random() * world.seconds, world.newest
        ended = warm.call(*world.arguments, temp=world.temp, kill_after=moment)
        if not ended.killed:
            break  # it was through before its moment
        through += world.newest != newest
        dead.append(Kill(world.command, _stage(world.home), number, tuple(broken(world.home))))
    if not dead:
        return
    if ended.killed:
        ended = warm.call(*world.arguments, temp=world.temp)
    wrong = (
        tuple(world.faults(through))
        if ended.code == 0
        else (f"ends with {ended.code}: {ended.error}",)
    )
    for each in dead:
        yield Kill(each.command, each.stage, each.in_a_row, (*each.wrong, *wrong))


def _stage(home: Path) -> str:
    """Return where the killed command was, by its log."""
    log = home / BUILDING / "restricted" / "log.jsonl"
    if not log.is_file():
        return "between runs"
    lines = [
        line for line in log.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")
    ]
    last = json.loads(lines[-1]) if lines else {"event": "run_started"}
    if last["event"] == "stage_started":
        return str(last["stage"])
    return "publishing" if last["event"] == "run_finished" else "between stages"

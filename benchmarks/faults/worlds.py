"""Folders with sources, deliveries and a configuration, before a command and as it leaves them."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from benchmarks.batches.deliveries import deliver
from benchmarks.faults.content import broken, content, left_over
from benchmarks.faults.warm import ROOT, Warm

INVENTED = ROOT / "tests" / "data" / "invented"
_QUICK = "quality: {draws: 20, gates: {effective_draws: 1, rhat: 100}}\n"
_BATCH = "batch: {deliveries: deliveries, report: false}\n"
_FIRST = 400
"""So many records of each source come with the first delivery; the others with the second."""

RUN, FIRST, ADDED, DELETE = COMMANDS = (
    "link run",
    "link batch, the first",
    "link batch, an increment",
    "link delete",
)


@dataclass(frozen=True)
class World:
    """What a command works on.

    Parameters
    ----------
    arguments
        The command as it is called.
    home
        The home of its runs; ``base`` is a copy of that as the command finds it.
    temp
        The folder of temporary files.
    expected
        The canonical content of what an undisturbed command leaves, which took ``seconds``.
    """

    command: str
    arguments: tuple[object, ...]
    home: Path
    base: Path
    temp: Path
    expected: dict[str, str]
    seconds: float = 0.0

    def restore(self) -> None:
        """Put everything back to where it was before the command."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.base, self.home, symlinks=True)

    def content(self) -> dict[str, str]:
        """Return the canonical content of the newest run and of those before the command."""
        runs = {"latest": self.newest}
        runs |= {path.name: self.home / path.name for path in self.base.glob("2*")}
        return {
            f"{name}: {file}": h for name, run in runs.items() for file, h in content(run).items()
        }

    @property
    def newest(self) -> Path:
        """The run that is ``latest``."""
        return (self.home / "latest").resolve()

    def faults(self, through: int) -> Iterator[str]:
        """Yield what is not as an undisturbed command leaves it.

        ``through`` is how often it was killed when its run was complete: ``link run`` then makes
        another, and every other command finds nothing left to do.
        """
        yield from broken(self.home)
        found = self.content()
        for file in sorted(self.expected.keys() | found.keys()):
            if self.expected.get(file) != found.get(file):
                yield f"not as undisturbed: {file}"
        runs = [len(list(place.glob("2*"))) for place in (self.base, self.home)]
        if runs[1] != runs[0] + 1 + (through if self.command == RUN else 0):
            yield f"{runs[1] - runs[0]} runs were added"
        yield from (f"left: {path.relative_to(self.home)}" for path in left_over(self.home))
        yield from (f"left in the folder of temporary files: {p.name}" for p in self.temp.iterdir())


def worlds(folder: Path, warm: Warm, commands: Sequence[str] = COMMANDS) -> dict[str, World]:
    """Return a world for each command, with what it leaves when nothing disturbs it."""
    made = {}
    for command in commands:
        world = begun(command, folder / command.replace(" ", "-").replace(",", ""), warm)
        ended = warm.call(*world.arguments, temp=world.temp)
        if ended.code:
            raise RuntimeError(f"{command} ends with {ended.code}, undisturbed: {ended.error}")
        made[command] = replace(world, expected=world.content(), seconds=ended.seconds)
    return made


def begun(command: str, folder: Path, warm: Warm) -> World:
    """Make the folder that ``command`` works in, and do what comes before it."""
    shutil.copytree(INVENTED, folder)
    temp, config = folder / "temp", folder / "config.yaml"
    temp.mkdir()
    text = config.read_text("utf-8")
    config.write_text(text + (_QUICK if command == RUN else _BATCH), "utf-8")
    arguments: tuple[object, ...] = ("run" if command == RUN else "batch", config)
    before = command != FIRST
    if command != RUN:
        _deliver(folder, 1, slice(0, _FIRST))
    if before:
        warm.call(*arguments, temp=temp)
    if command == ADDED:
        _deliver(folder, 2, slice(_FIRST, None))
    elif command == DELETE:
        (folder / "ids.csv").write_text("source,record_id\na,p7\nb,q7\na,p90\n", "utf-8")
        arguments = ("delete", config, "--ids", folder / "ids.csv")
    home, base = folder / "runs" / "small", folder / "base"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copytree(home, base, symlinks=True)
    return World(command, arguments, home, base, temp, {})


def _deliver(folder: Path, number: int, which: slice) -> None:
    for name in ("a", "b"):
        rows = pl.read_csv(folder / f"{name}.csv", infer_schema=False)[which]
        deliver(folder / "deliveries", name, number, rows.to_arrow())

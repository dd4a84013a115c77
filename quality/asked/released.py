"""What is out of a run's counts: its own release, and approved ones of the same files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from quality.finished_run import FinishedRun
from quality.release.before import before
from quality.release.manifest import about
from quality.release.published import published
from quality.release.register import earlier, register_of
from quality.tally import Tally


@dataclass(frozen=True)
class _OwnRelease:
    """A run's own release, approved or not."""

    folder: Path
    config: str
    run: str
    sources: Mapping[str, str]


def released_counts(run: FinishedRun, tallies: Sequence[Tally]) -> list[Tally]:
    """Return every row of a release that is of this run's records, with None for what it hides.

    The run's own release counts as out before it is approved, for it may be at any time.

    Parameters
    ----------
    tallies
        The exact counts, by which a count of the same records is known from one of others.

    Raises
    ------
    DataError
        When the register, or a release in it, is damaged.
    """
    root = run.restricted.parent
    said = about(root)
    own = _OwnRelease(root / "for_release", said.config, said.run, said.sources)
    others = [each for each in earlier(register_of(root)) if each.run != said.run]
    found = before(others, said.config, said.sources, tallies)
    return [each.tally for each in (*published(own), *found.same)]

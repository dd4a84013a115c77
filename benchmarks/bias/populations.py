"""Synthetic populations linked by the product, and what is true of every focal record.

Only the stages that link are run: reviews are simulated, and what follows of them is asked of the
product's own functions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.coverage.cache import Cache, Made, key_of
from benchmarks.coverage.worlds import Flags, Index
from linkage.config.loader import load as load_config
from linkage.execution import execute
from linkage.stages import KEPT, STAGES
from quality.errors.cell import NOWHERE, RIGHT
from quality.errors.record_groups import RecordGroups
from quality.errors.scored_pairs import make_scored_pairs
from quality.errors.truth_file import read_truth
from quality.errors.truth_outcomes import record_outcomes
from quality.finished_run import finished_run
from quality.review.focal import Focal, read_focal
from quality.review.strata import Frame
from synthetic_data.generate import Order, generate
from synthetic_data.spec.loader import load

PEOPLE = 5_000
_BLOCKING = """focal: census
  blocking:  # of those that are chosen where none is said: to choose takes half of the time
    - [first_name_phonetic, surname_phonetic]
    - [date_of_birth_text]
    - [surname_phonetic, postcode]
    - [first_initial, birth_year, birth_month]
    - [first_name, surname_initial]
"""
_BESIDE = "\nquality: {draws: 0}\nengine: {threads: 1}\n"


@dataclass(frozen=True)
class Population:
    """The focal records of a linked population (N,), by rising record number.

    ``kind`` is what a reviewer who knows who is who finds of each, whatever the record holds: a
    number of :mod:`quality.errors.cell`. ``by`` are the groups that its review is designed by.
    """

    focal: Focal
    kind: Index
    by: RecordGroups
    groupings: tuple[RecordGroups, ...]

    @property
    def linked(self) -> Flags:
        """Whether a record has a link."""
        return self.focal.frame.linked

    @property
    def matched(self) -> Flags:
        """Whether a record has a partner."""
        return np.where(self.linked, self.kind != NOWHERE, self.kind != RIGHT)

    @property
    def correct(self) -> Flags:
        """Whether a record is linked to its partner."""
        return self.linked & (self.kind == RIGHT)


def populations(
    cache: Cache, name: str, specification: str, groups: str, seeds: Iterable[int]
) -> list[Population]:
    """Return populations of ``PEOPLE`` people, made, linked and set against their truth.

    Parameters
    ----------
    name
        Of the file in which they are kept.
    specification
        The name of a preset, or the text of a specification.
    groups
        The section ``groups`` of the configuration, in place of the preset's own; a review is
        designed by the first.
    """
    key = key_of((specification, groups, PEOPLE), _CODE)
    made = cache.populations(name, key, seeds, _made, specification, groups)
    return [_population(each) for each in made]


_CODE = (
    "benchmarks/bias/populations.py",
    "quality/errors/truth_outcomes.py",
    *(f"linkage/model/{name}.py" for name in ("training", "scoring", "normalise")),
    *(f"linkage/decide/{name}.py" for name in ("deciding", "assignment", "threshold")),
)
"""The code that a population and its links come from."""


def _made(specification: str, groups: str, seed: int) -> Made:
    with TemporaryDirectory(prefix="bias-") as temporary:
        folder = Path(temporary)
        truth = folder / "truth.parquet"
        made = read(_linked(specification, groups, seed + 1, folder), truth)
    focal, frame = made.focal, made.focal.frame
    arrays = {
        "record": focal.record,
        "partner": focal.partner,
        "linked": frame.linked,
        "band": frame.band,
        "risk": frame.risk.round(6),
        "kind": made.kind,
    }
    return {
        "seed": seed,
        "sources": [focal.source, focal.other],
        **{name: each.tolist() for name, each in arrays.items()},
        "groups": [[g.characteristic, g.names, g.group.tolist()] for g in made.groupings],
    }


def _population(made: Made) -> Population:
    groupings = tuple(
        RecordGroups(name, tuple(names), np.array(group, np.int64))
        for name, names, group in made["groups"]
    )
    by = groupings[0]
    record, partner, band, kind = (
        np.array(made[name], np.int64) for name in ("record", "partner", "band", "kind")
    )
    frame = Frame(np.array(made["linked"], bool), band, by.group, np.array(made["risk"]))
    source, other = made["sources"]
    return Population(
        Focal(source, other, record, partner, tuple(map(str, by.names)), frame),
        kind,
        by,
        groupings,
    )


def _linked(specification: str, groups: str, seed: int, folder: Path) -> Path:
    name = specification
    if "\n" in specification:
        name = str(folder / "specification.yaml")
        Path(name).write_text(specification, encoding="utf-8")
    loaded = load(name)
    generate(Order(loaded.spec, loaded.document.text, PEOPLE, seed), folder, processes=1)
    config = folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    head, rest = text[: text.index("focal:")], text[text.index("\noutput:") :]
    config.write_text(f"{head}{_BLOCKING}\n{groups}\n{rest}{_BESIDE}", encoding="utf-8")
    said = load_config(config)
    return execute(STAGES, said.config, said.text, KEPT, Unobserved())


class Unobserved:
    """Nobody is told how a run goes."""

    def planned(self, stages: Sequence[str]) -> None:
        """Hear the names of all stages."""

    def started(self, stage: str) -> None:
        """Hear that a stage has started."""

    def progressed(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Hear how far it has come."""

    def finished(self, stage: str, seconds: float) -> None:
        """Hear that it is done."""

    def skipped(self, stage: str) -> None:
        """Hear that it need not be done again."""

    def failed(self, stage: str, error: BaseException) -> None:
        """Hear that it failed."""


def read(folder: Path, truth: Path) -> Population:
    """Return the focal records of the finished run in ``folder``, set against ``truth``."""
    with finished_run(folder, readable=[truth]) as run:
        read_truth(run, truth)
        make_scored_pairs(run)
        outcomes = f"SELECT kind FROM ({record_outcomes(run)}) ORDER BY record"  # noqa: S608 - ours
        kind = run.connection.execute(outcomes).fetchnumpy()["kind"]
        by_name = {name: read_focal(run, run.config, (name,)) for name in run.config.groups}
    groupings = tuple(
        RecordGroups(name, focal.groups, focal.frame.group) for name, focal in by_name.items()
    )
    focal = next(iter(by_name.values()))
    return Population(focal, np.asarray(kind, np.int64), groupings[0], groupings)

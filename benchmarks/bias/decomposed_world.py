"""A linked population of ``known_bias`` whose every loss of a value is known, and its review."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.accuracy.measured import measure
from benchmarks.coverage.reviews import Review, reviewed
from benchmarks.coverage.worlds import Flags, Index, Reals
from benchmarks.populations.linking import order
from linkage.characteristics import NOT_ASKED
from linkage.characteristics.standards import standard
from linkage.config.schema import Config
from linkage.sql import identifier, literal
from quality import measures, tally
from quality.drawn import CellDraws, gathered
from quality.errors import audit
from quality.errors.cell import ASSIGNMENT, BLOCKING, NOWHERE, RIGHT, THRESHOLD, Reviewed
from quality.errors.reviewers import Reviewers
from quality.errors.scored_pairs import make_scored_pairs
from quality.errors.truth_file import read_truth
from quality.estimate import Estimate
from quality.finished_run import FinishedRun, finished_run
from quality.grades import grade_of
from quality.missingness.basis import Known, known
from quality.review.allocation import Design, draw
from quality.review.focal import Focal, read_focal
from synthetic_data.codes import HARMONISED
from synthetic_data.configuration import configuration
from synthetic_data.generate import Order, generate

A_GROUP, DRAWS = 300, 1_000
BY, OTHER, VARIABLE = "ethnicity", "register", "religion"
_MISSING = {"not_answered": 0.06, "prefer_not_to_say": 0.03, "does_not_apply": 0.05}
_TIMES = {"3": 2.0, "4": 1.5, "6": 1.0}
"""How many times as often the variable is missing in the groups that are linked less."""


@dataclass(frozen=True)
class World:
    """A linked population: its focal records (N,), what is true of each, and its counts.

    ``kind`` is what a reviewer who knows the truth finds; ``asked`` and ``answered`` are of the
    record's own partner, where it was linked to it.
    """

    config: Config
    focal: Focal
    tallies: Sequence[tally.Tally]
    kind: Index
    matched: Flags
    correct: Flags
    blocked: Flags
    asked: Flags
    answered: Flags


def made(folder: Path, people: int, seed: int) -> World:
    """Make a population with its variable, link it, and return what is true of its records."""
    asked = _with_variable(order("known_bias", people, seed))
    generate(asked, folder, processes=1)
    line = f"{{ source: {OTHER}, column: {VARIABLE} }}"
    codes = standard(HARMONISED[VARIABLE]).missing
    said = ", ".join(f'"{code}": {why}' for code, why in codes.items() if code.startswith("-"))
    reasons = f"{line[:-2]}, reasons: {{ {said} }} }}"
    text = configuration(asked.spec).replace(line, reasons) + "\nquality: { draws: 0 }\n"
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    done = measure(["-m", "cli", "run", str(folder / "config.yaml"), "--json"], folder)
    truth = folder / "truth.parquet"
    with finished_run(Path(json.loads(done.stdout)["run"]), readable=[truth]) as run:
        return _world(run, truth)


def _with_variable(asked: Order) -> Order:
    """Return the order with a variable in the register, missing more often in some groups."""
    register = asked.spec.sources[OTHER]
    errors = register.errors.model_copy(
        update={
            "missing": {**register.errors.missing, VARIABLE: _MISSING},
            "by": {**register.errors.by, "missing": {BY: _TIMES}},
        }
    )
    columns = {**register.columns, VARIABLE: VARIABLE}
    changed = register.model_copy(update={"columns": columns, "errors": errors})
    sources = {**asked.spec.sources, OTHER: changed}
    spec = asked.spec.model_copy(update={"sources": sources})
    return Order(spec, asked.text, asked.people, asked.seed)


def _world(run: FinishedRun, truth: Path) -> World:
    focal = read_focal(run, run.config, (BY,))
    read_truth(run, truth)
    make_scored_pairs(run)
    reason = f"partner.{identifier(f'missing_variable_{VARIABLE}')}"
    unasked = ", ".join(map(literal, sorted(NOT_ASKED)))
    found = run.connection.execute(
        "SELECT focal.record, coalesce(bool_or(is_true), false) AS matched, "  # noqa: S608 - names
        "coalesce(bool_or(is_true AND is_found), false) AS correct, "
        "coalesce(bool_or(is_true AND is_blocked), false) AS blocked, "
        f"coalesce(bool_or(is_true AND coalesce({reason}, '') NOT IN ({unasked})), false) AS asked,"
        f"coalesce(bool_or(is_true AND {reason} IS NULL), false) AS answered "
        f"FROM {run.view(f'records_{focal.source}')} AS focal "
        "LEFT JOIN scored ON scored.l = focal.record "
        f"LEFT JOIN {run.view(f'records_{focal.other}')} AS partner ON partner.record = scored.r "
        "GROUP BY focal.record ORDER BY focal.record"
    ).fetchnumpy()
    matched, correct, blocked, asked, answered = (
        np.asarray(found[name], dtype=bool)
        for name in ("matched", "correct", "blocked", "asked", "answered")
    )
    linked = focal.frame.linked
    kind = np.where(linked & ~correct, NOWHERE, RIGHT)
    lost = matched & ~correct
    kind = np.where(lost & ~blocked, BLOCKING, kind)
    kind = np.where(lost & blocked, np.where(linked, ASSIGNMENT, THRESHOLD), kind)
    tallies = run.connection.sql(f"SELECT * FROM {run.view('tallies')}").to_arrow_table()  # noqa: S608 - quoted
    counts = tally.from_table(tallies)
    return World(run.config, focal, counts, kind, matched, correct, blocked, asked, answered)


def true_stages(world: World, group: int) -> dict[str, Reals]:
    """Return the share that passed each stage in truth, (1,) each."""
    member = world.focal.frame.group == group
    n = [
        float((member & passed).sum())
        for passed in (
            member,
            world.matched,
            world.blocked,
            world.correct,
            world.correct & world.asked,
            world.correct & world.answered,
        )
    ]
    stages = (
        measures.COVERED,
        measures.BLOCKED,
        measures.RIGHTLY_LINKED,
        measures.ASKED,
        measures.ANSWERED,
    )
    return {
        stage: np.array([after / before])
        for stage, before, after in zip(stages, n, n[1:], strict=False)
    }


def reviewing(world: World, design: Design, seed: int) -> Known:
    """Return what a review by people who know the truth gives the product to go by."""
    rows = draw(design, seed, world.focal.record)
    done = Review(design, rows, world.kind[rows], np.ones(len(rows), bool), Reviewers())
    cells = list(_cells(world, done))
    drawn = gathered(measures.REVIEW, [each for each, _ in cells])
    rows = [row for each, cell in cells for row in _rows(world, each, cell)]
    return known(drawn, rows, {})


def _rows(world: World, place: CellDraws, cell: Reviewed) -> Iterator[Estimate]:
    """Yield the rows from which the product reads what was reviewed, and how surely."""
    wanted = (measures.RECALL, measures.BLOCKING_RECALL)
    for measure_, interval in audit.error_rates(cell, draws=DRAWS, wanted=wanted).items():
        yield Estimate(
            measure=measure_,
            method=measures.REVIEW,
            source=world.focal.source,
            other=place.other,
            characteristic=place.characteristic,
            group=place.group,
            estimate=interval.value,
            lower=interval.lower,
            upper=interval.upper,
            level=interval.level,
            grade=grade_of(measures.REVIEW),
            n_reviewed=round(float(cell.reviewed.sum())),
            status="ok",
        )


def _cells(world: World, done: Review) -> Iterator[tuple[CellDraws, Reviewed]]:
    everyone = np.ones(len(world.kind), bool)
    groups = world.focal.groups
    places: list[tuple[str | None, str | None, Flags]] = [(None, None, everyone)]
    places += [(BY, name, world.focal.frame.group == at) for at, name in enumerate(groups)]
    for characteristic, group, member in places:
        cell = reviewed(done, member)
        rates = audit.joint_draws(cell, DRAWS, 1)
        yield CellDraws(OTHER, characteristic, group, audit.point(cell), rates), cell

"""What the report is made from: tables that passed disclosure control, and the model's summary."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from linkage.config.schema import Config
from linkage.runs.fingerprints import digest, versions
from linkage.runs.storage import storage
from linkage.runs.workspace import Workspace
from linkage.tables import REVIEWS
from quality.errors.dependence import Dependence
from quality.errors.dependence_found import DEPENDENCE
from quality.estimate import Estimate
from quality.gates import GATES, UNCERTAINTY, Verdict, from_record
from quality.report.profiles import Profile, estimates_for, holding_nothing_back
from quality.review.reviewing import Reviewing, reviewing
from quality.uncertainty.calibrated import CALIBRATION
from quality.uncertainty.calibration import Calibration

TRAINING = "training"


@dataclass(frozen=True)
class Level:
    """A comparison level with its parameters; ``missing`` levels carry no evidence."""

    label: str
    m: float | None
    u: float | None
    weight: float | None
    missing: bool


@dataclass(frozen=True)
class ModelComparison:
    """A comparison of the model as trained."""

    name: str
    columns: tuple[str, ...]
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Rule:
    """A blocking rule: the pairs that meet it, and those that no rule before it gave."""

    name: str
    pairs: int
    new_pairs: int


@dataclass(frozen=True)
class Decision:
    """Where the cut lies, what it serves, and what the model expects of it."""

    threshold: float | None
    objective: str
    expected_precision: float | None
    expected_recall: float | None
    expected_f1: float | None
    n_links: int
    n_ties: int
    assignment: str
    trust: str


@dataclass(frozen=True)
class WeightCounts:
    """Counts of pairs by match weight: one more edge than there are bins."""

    edges: tuple[float, ...]
    links: tuple[int, ...]
    candidates: tuple[int, ...]


@dataclass(frozen=True)
class Training:
    """The summary of model and decision that the run leaves for the report."""

    prior: float | None
    household_share: float | None
    comparisons: tuple[ModelComparison, ...]
    rules: tuple[Rule, ...]
    left_out: tuple[str, ...]
    blocking_loss: float | None
    decision: Decision | None
    weights: WeightCounts | None


@dataclass(frozen=True)
class Draws:
    """How the drawing of whole linkages went."""

    n: int
    rhat: float
    effective: float
    collisions: float


@dataclass(frozen=True)
class Bounds:
    """The intervals of one comparison level's m, u and match weight."""

    m: tuple[float, float]
    u: tuple[float, float]
    weight: tuple[float, float]


@dataclass(frozen=True)
class Uncertainty:
    """How uncertain the links and the model's parameters are: what ``uncertainty.json`` holds.

    ``bounds`` is by comparison and level; empty where the model was not fitted again. ``draws`` is
    None, and ``note`` says why, where no linkages were drawn.
    """

    level: float | None
    refits: int
    draws: Draws | None
    note: str | None
    bounds: Mapping[tuple[str, str], Bounds]


NOTHING_DRAWN = Uncertainty(None, 0, None, None, {})


@dataclass(frozen=True)
class Provenance:
    """Which run this is, and the inputs, settings, versions and stages that made it, by name.

    What the run's manifest does not say yet is None.
    """

    run: str | None
    started: str | None
    settings: str
    inputs: Mapping[str, str]
    versions: Mapping[str, str]
    stages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inputs:
    """Everything the view model is built from.

    In the internal profile every estimate is exact, and the rules of disclosure control in
    ``config`` change no count.
    """

    config: Config
    estimates: tuple[Estimate, ...]
    training: Training
    provenance: Provenance
    verdicts: tuple[Verdict, ...] = ()
    uncertainty: Uncertainty = NOTHING_DRAWN
    dependences: tuple[Dependence, ...] = ()
    calibration: Calibration | None = None
    reviewing: Reviewing | None = None
    profile: Profile = "release"


def training_summary(record: Mapping[str, Any]) -> Training:
    """Return the model's summary from what ``training.json`` holds."""
    decision, weights = record.get("decision"), record.get("weight_histogram")
    return Training(
        prior=record.get("prior"),
        household_share=record.get("household_share"),
        comparisons=tuple(map(_comparison, record.get("comparisons", ()))),
        rules=tuple(
            Rule(each["name"], each["pairs"], each["new_pairs"]) for each in record.get("rules", ())
        ),
        left_out=tuple(record.get("left_out", ())),
        blocking_loss=record.get("estimated_blocking_loss"),
        decision=None if decision is None else _decision(decision),
        weights=None if weights is None else _weights(weights),
    )


def _comparison(record: Mapping[str, Any]) -> ModelComparison:
    levels = (
        Level(each["label"], each["m"], each["u"], each["weight"], each["missing"])
        for each in record["levels"]
    )
    return ModelComparison(record["name"], tuple(record["columns"]), tuple(levels))


def _decision(record: Mapping[str, Any]) -> Decision:
    return Decision(
        threshold=record.get("threshold"),
        objective=record["objective"],
        expected_precision=record.get("expected_precision"),
        expected_recall=record.get("expected_recall"),
        expected_f1=record.get("expected_f1"),
        n_links=record["n_links"],
        n_ties=record.get("n_ties", 0),
        assignment=record["assignment"],
        trust=record["trust"],
    )


def _weights(record: Mapping[str, Any]) -> WeightCounts:
    return WeightCounts(tuple(record["edges"]), tuple(record["links"]), tuple(record["candidates"]))


def uncertainty_summary(record: Mapping[str, Any]) -> Uncertainty:
    """Return what ``uncertainty.json`` says of the draws and of the model's parameters."""
    draws = None
    if record["draws"]:
        draws = Draws(
            n=record["draws"],
            rhat=record["rhat"],
            effective=record["effective_draws"],
            collisions=record["collisions"],
        )
    return Uncertainty(
        level=record.get("level"),
        refits=record.get("refits", 0),
        draws=draws,
        note=record.get("note"),
        bounds={
            (each["comparison"], each["level"]): Bounds(
                *((each[f"{name}_lower"], each[f"{name}_upper"]) for name in ("m", "u", "w"))
            )
            for each in record.get("levels", ())
        },
    )


def read_inputs(workspace: Workspace, config: Config, profile: Profile = "release") -> Inputs:
    """Read what the stages before have left."""
    verdicts = from_record(workspace.read_json(GATES))
    if profile == "internal":
        verdicts = tuple(replace(each, named=True) for each in verdicts)
    return Inputs(
        config=config if profile == "release" else holding_nothing_back(config),
        estimates=estimates_for(workspace, profile),
        training=training_summary(workspace.read_json(TRAINING)),
        provenance=provenance(_manifest(workspace), config),
        verdicts=verdicts,
        uncertainty=uncertainty_summary(workspace.read_json(UNCERTAINTY)),
        dependences=tuple(Dependence(**each) for each in workspace.read_json(DEPENDENCE)),
        calibration=_calibration(workspace.read_json(CALIBRATION)),
        reviewing=reviewing(workspace.read(REVIEWS.name)),
        profile=profile,
    )


def _calibration(record: Mapping[str, Any] | None) -> Calibration | None:
    return None if record is None else Calibration.from_record(record)


def provenance(manifest: Mapping[str, Any], config: Config) -> Provenance:
    """Return what the run's manifest says of its making."""
    return Provenance(
        run=manifest.get("run"),
        started=manifest.get("started"),
        settings=digest(config.resolved()),
        inputs={name: each["sha256"] for name, each in manifest.get("inputs", {}).items()},
        versions=manifest.get("versions") or versions(),
        stages=tuple(stage["name"] for stage in manifest.get("stages", ())),
    )


def _manifest(workspace: Workspace) -> dict[str, Any]:
    path = workspace.root / "manifest.json"
    if not path.is_file():
        return {}
    with storage(path, "reading the manifest"):
        found: dict[str, Any] = json.loads(path.read_bytes())
    return found

"""A realistic run without running one: tallies made up, then held back, rounded and estimated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from linkage.config.schema import Config, Disclosure
from linkage.disclosure import to_base
from quality import measures
from quality.error_rates import with_complements
from quality.estimate import Estimate
from quality.estimation import estimates, reference_groups
from quality.gates import judge
from quality.grades import grade_of
from quality.release.error_rates import released_error_rates
from quality.report.build import build
from quality.report.inputs import Inputs, provenance, training_summary, uncertainty_summary
from quality.report.page import Page
from quality.tally import Tally

Groups = Mapping[str, Sequence[tuple[str, int, int]]]
"""For each characteristic its groups: name, records, and how many of them were linked."""

GROUPS: Groups = {
    "race": [
        ("White", 6120, 5902),
        ("Black", 1310, 1228),
        ("Latino", 1904, 1757),
        ("Asian", 612, 585),
        ("AIAN", 83, 76),
        ("NHOPI", 9, 8),
        ("unknown", 162, 130),
    ],
    "sex": [("F", 5172, 4911), ("M", 4988, 4735), ("unknown", 40, 40)],
}
MISSING = {
    ("census", "first_name"): {"not_answered": 0.004},
    ("census", "surname"): {"not_answered": 0.0005},
    ("census", "date_of_birth"): {"not_answered": 0.021, "placeholder": 0.013, "invalid": 0.004},
    ("census", "postcode"): {"not_answered": 0.06},
    ("ssa", "first_name"): {"not_answered": 0.002},
    ("ssa", "date_of_birth"): {"invalid": 0.012},
}


def config(**changes: object) -> Config:
    columns = {"first_name": "first_name", "surname": "last_name", "date_of_birth": "dob"}
    settings = {
        "name": "census_ssa",
        "purpose": "How well a census is covered by social-security records, by race and age.",
        "sources": {
            "census": {
                "path": "census.parquet",
                "kind": "census",
                "id": "record_id",
                "label": "Census 2020",
                "one_record_per_person": True,
                "columns": {**columns, "sex": "sex"},
            },
            "ssa": {
                "path": "ssa.parquet",
                "id": "record_id",
                "label": "Social security",
                "drop": {"event_type": "death"},
                "one_record_per_person": True,
                "columns": columns,
            },
        },
        "linkage": {"focal": "census"},
        "groups": {
            "race": {"source": "census", "column": "race", "label": "race and ethnicity"},
            "sex": {"source": "census", "column": "sex"},
        },
    }
    return Config.model_validate(settings | changes)


def tallies(groups: Groups, missing: Mapping[tuple[str, str], Mapping[str, float]]) -> list[Tally]:
    n = sum(size for _, size, _ in next(iter(groups.values()), [("", 10_200, 0)]))
    linked = sum(k for *_, k in next(iter(groups.values()), [("", 0, 9_686)]))
    found = [
        *_ingest("census", n, n, None),
        *_ingest("ssa", 16_497, 12_731, "drop"),
        *_linked(None, None, n, linked),
    ]
    places: list[tuple[str | None, str | None, int]] = [(None, None, n)]
    for characteristic, members in groups.items():
        for group, size, k in members:
            found += _linked(characteristic, group, size, k)
            found.append(_records("census", characteristic, group, size))
            places.append((characteristic, group, size))
    for (source, variable), reasons in missing.items():
        for place in places if source == "census" else [(None, None, 12_731)]:
            found += _missing(source, variable, reasons, place)
    return found


def _ingest(source: str, read: int, kept: int, dropped: str | None) -> list[Tally]:
    found = [
        Tally(measure=measures.RECORDS_READ, source=source, stage="ingest", k=read, n=read),
        _records(source, None, None, kept),
    ]
    if dropped:
        found.append(
            Tally(
                measure=measures.RECORDS_DROPPED,
                source=source,
                variable=dropped,
                stage="ingest",
                k=read - kept,
                n=read,
            )
        )
    return found


def _records(source: str, characteristic: str | None, group: str | None, n: int) -> Tally:
    return Tally(
        measure=measures.RECORDS,
        source=source,
        characteristic=characteristic,
        group=group,
        stage="ingest",
        k=n,
        n=n,
    )


def _linked(characteristic: str | None, group: str | None, n: int, k: int) -> list[Tally]:
    with_candidate = k + (n - k) * 3 // 5
    return [
        Tally(
            measure=measure,
            source="census",
            other="ssa",
            characteristic=characteristic,
            group=group,
            stage=stage,
            k=count,
            n=n,
        )
        for measure, stage, count in (
            (measures.WITH_CANDIDATE, measures.BLOCK, with_candidate),
            (measures.LINKED, measures.DECIDE, k),
        )
    ]


def _missing(
    source: str,
    variable: str,
    reasons: Mapping[str, float],
    place: tuple[str | None, str | None, int],
) -> list[Tally]:
    characteristic, group, n = place
    counts = {reason: round(share * n) for reason, share in reasons.items()}
    return [
        Tally(
            measure=measures.MISSING_IDENTIFIER,
            source=source,
            characteristic=characteristic,
            group=group,
            variable=variable,
            stage=reason,
            k=k,
            n=n,
        )
        for reason, k in {None: sum(counts.values()), **counts}.items()
    ]


TRAINING: dict[str, object] = {
    "pi": {"census-ssa": 0.953},
    "household_share": 0.137,
    "left_out": ["country"],
    "estimated_blocking_loss": 0.0018,
    "prior": 0.0000772,
    "comparisons": [
        {
            "name": "first_name",
            "columns": ["first_name"],
            "levels": [
                {"label": "missing", "m": None, "u": None, "weight": 0.0, "missing": True},
                {"label": "same", "m": 0.934, "u": 0.0071, "weight": 7.04, "missing": False},
                {
                    "label": "Jaro-Winkler 0.92 or more",
                    "m": 0.041,
                    "u": 0.0033,
                    "weight": 3.63,
                    "missing": False,
                },
                {"label": "none", "m": 0.025, "u": 0.9896, "weight": -5.31, "missing": False},
            ],
        },
        {
            "name": "date_of_birth",
            "columns": ["birth_day", "birth_month", "birth_year"],
            "levels": [
                {"label": "missing", "m": None, "u": None, "weight": 0.0, "missing": True},
                {"label": "same day", "m": 0.951, "u": 0.000031, "weight": 14.9, "missing": False},
                {
                    "label": "one part differs, or day and month have changed places",
                    "m": 0.043,
                    "u": 0.0029,
                    "weight": 3.89,
                    "missing": False,
                },
                {"label": "none", "m": 0.006, "u": 0.997069, "weight": -7.38, "missing": False},
            ],
        },
    ],
    "rules": [
        {"name": "date_of_birth, first_initial", "pairs": 31_847, "new_pairs": 31_847},
        {"name": "first_name, surname", "pairs": 14_210, "new_pairs": 4_123},
    ],
    "decision": {
        "threshold": 0.4163,
        "objective": "f1",
        "expected_precision": 0.9971,
        "expected_recall": 0.9968,
        "expected_f1": 0.997,
        "n_links": 9686,
        "n_ties": 14,
        "assignment": "one_to_one",
        "trust": "indicative: the cut rests on the model's own probabilities",
    },
    "weight_histogram": {
        "edges": [float(edge) for edge in range(-10, 31, 2)],
        "candidates": [
            9100, 7400, 5210, 3100, 1490, 610, 240, 66, 31, 14, 8, 3, 0, 19, 110, 640, 2440, 4120,
            2240, 176,
        ],
        "links": [0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 5, 2, 0, 19, 109, 638, 2433, 4113, 2238, 176],
    },
}  # fmt: skip

UNCERTAINTY: dict[str, object] = {
    "level": 0.95,
    "refits": 50,
    "draws": 200,
    "rhat": 1.012,
    "effective_draws": 163.4,
    "collisions": 0.0081,
    "levels": [
        {
            "comparison": "first_name",
            "level": "same",
            **{"m": 0.934, "m_lower": 0.929, "m_upper": 0.938},
            **{"u": 0.0071, "u_lower": 0.0071, "u_upper": 0.0071},
            **{"w": 7.04, "w_lower": 6.98, "w_upper": 7.1},
        }
    ],
}

MANIFEST = {
    "run": "20260330T101500Z-1a2b3c4d",
    "started": "2026-03-30T10:15:00Z",
    "versions": {"python": "3.11.7", "linkage": "0.1.0", "splink": "5.0.0", "duckdb": "2.0.0"},
    "inputs": {
        "census": {"file": "census.parquet", "sha256": "ab" * 32},
        "ssa": {"file": "ssa.parquet", "sha256": "cd" * 32},
    },
    "stages": [{"name": name} for name in ("ingest", "score", "report")],
}


def _held_back_or_rounded(tally: Tally, rules: Disclosure) -> Tally:
    """Suppress each small count by itself: made-up margins need not add up, as real ones must."""
    n, k = tally.n or 0, tally.k or 0
    small = n < rules.threshold
    hidden = small or k < rules.threshold or 0 < n - k < rules.threshold
    return replace(
        tally,
        n=None if small else to_base(n, rules.rounding),
        k=None if hidden else to_base(k, rules.rounding),
    )


def error_rates(groups: Groups, *, reviewed: bool) -> list[Estimate]:
    """Return what every method says of a run, all records first; a review only if there was one."""
    n = sum(size for _, size, _ in next(iter(groups.values()), [("", 10_200, 0)]))
    places: list[tuple[str | None, str | None, int]] = [(None, None, n)]
    places += [(name, group, size) for name, each in groups.items() for group, size, _ in each]
    rows = [
        row
        for at, (characteristic, group, size) in enumerate(places)
        for made in (*_modelled(at), *(_reviewed(at, size) if reviewed else ()))
        for row in [
            replace(made, characteristic=characteristic, group=group, n_records=size),
        ]
    ]
    if reviewed:
        rows += [gap for name, each in groups.items() for gap in _gaps(name, each)]
    return with_complements(rows)


def _rate(measure: str, method: str, lower: float | None, upper: float | None) -> Estimate:
    return Estimate(
        measure=measure,
        method=method,
        source="census",
        other="ssa",
        stage=measures.DECIDE,
        lower=lower,
        upper=upper,
        grade=grade_of(method),
        status="ok",
    )


def _modelled(at: int) -> list[Estimate]:
    """Return the models, their range and the bounds of one place: worse with each place."""
    worse = 0.0031 * at
    ranges = [
        replace(
            _rate(measure, measures.MODEL_RANGE, best - spread - worse, best - worse),
            interval_covers=measures.RANGE_OVER_MODELS,
            assumptions=("the models err in different ways",),
        )
        for measure, best, spread in (
            (measures.PRECISION, 0.9941, 0.006),
            (measures.RECALL_IN_BLOCKS, 0.9712, 0.021),
        )
    ]
    single = [
        replace(_rate(measures.PRECISION, method, None, None), estimate=value - worse)
        for method, value in (
            (measures.MODEL_NORMALISED, 0.9922),
            (measures.MODEL_TWO_QUALITY, 0.9881),
            (measures.FABL, 0.9941),
        )
    ]
    lost = _rate(measures.BLOCKING_LOSS, measures.CAPTURE_RECAPTURE, 0.004 + worse, 0.02 + worse)
    bounds = [
        replace(lost, estimate=0.004 + worse, interval_covers=measures.RANGE_OVER_MODELS),
        _rate(measures.FALSE_LINK_RATE, measures.IMPOSSIBLE_LINKS, 0.0004, None),
    ]
    return [*ranges, *single, *bounds]


def _reviewed(at: int, size: int) -> list[Estimate]:
    """Return what a review of one place found; small groups were reviewed less."""
    half = 0.008 if at == 0 else min(0.012 + 25 / size, 0.4)
    n = 600 if at == 0 else min(100, size)
    found = [
        (measures.PRECISION, 0.981 - 0.004 * at),
        (measures.RECALL, 0.952 - 0.006 * at),
        (measures.BLOCKING_LOSS, 0.011 + 0.002 * at),
        (measures.THRESHOLD_LOSS, 0.03 + 0.004 * at),
        (measures.ASSIGNMENT_LOSS, 0.007),
    ]
    return [
        replace(
            _rate(measure, measures.REVIEW, max(0.0, value - half), min(1.0, value + half)),
            estimate=value,
            level=0.95,
            interval_covers=measures.SAMPLING_ONLY,
            n_reviewed=n,
            status="too_few_to_tell" if half > 0.05 else "ok",
            grade=grade_of(measures.REVIEW, borrowed=n < 20),
            assumptions=("reviewers are right",),
        )
        for measure, value in found
    ]


def _gaps(characteristic: str, members: Sequence[tuple[str, int, int]]) -> list[Estimate]:
    return [
        replace(
            _rate(measures.RECALL_GAP, measures.REVIEW, -0.02 * at - 0.03, 0.03 - 0.02 * at),
            characteristic=characteristic,
            group=group,
            estimate=-0.02 * at,
            level=0.95,
            interval_covers=measures.SAMPLING_ONLY,
            reference=members[0][0],
            n_records=size,
            n_reviewed=min(100, size),
            n_tests=9,
            p_adjusted=0.04,
            finding=measures.LOWER if at > 1 else measures.NOT_TOLD_APART,
        )
        for at, (group, size, _) in enumerate(members)
        if at
    ]


def inputs(
    settings: Config | None = None,
    groups: Groups = GROUPS,
    missing: Mapping[tuple[str, str], Mapping[str, float]] = MISSING,
    training: Mapping[str, object] = TRAINING,
    manifest: Mapping[str, object] = MANIFEST,
    errors: Sequence[Estimate] = (),
) -> Inputs:
    """Return what a report is made from; ``errors`` are exact and pass disclosure control here."""
    settings = settings or config()
    counted = tallies(groups, missing)
    safe = [_held_back_or_rounded(tally, settings.disclosure) for tally in counted]
    made = estimates(settings, safe, reference_groups(settings, counted), errors)
    made += released_error_rates(errors, safe, settings.disclosure)
    return Inputs(
        config=settings,
        estimates=tuple(made),
        training=training_summary(training),
        provenance=provenance(manifest, settings),
        verdicts=judge(settings, errors, made, UNCERTAINTY),
        uncertainty=uncertainty_summary(UNCERTAINTY),
    )


@pytest.fixture(scope="session")
def page() -> Page:
    """Return the view model of a usual run."""
    return build(inputs())


@pytest.fixture(scope="session")
def modelled_page() -> Page:
    """Return the view model of a run that nobody reviewed, with all that models say of it."""
    return build(inputs(errors=error_rates(GROUPS, reviewed=False)))


@pytest.fixture(scope="session")
def reviewed_page() -> Page:
    """Return the view model of a run of which a sample was reviewed."""
    return build(inputs(errors=error_rates(GROUPS, reviewed=True)))


NASTY = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    '" onmouseover="alert(1)',
    "</svg></title><img src=x>",
    "ذوو الأصول المختلطة",
    "\N{RIGHT-TO-LEFT OVERRIDE}evil",
    "Any other Mixed or Multiple background, write in, please describe it in full " * 4,
)


@pytest.fixture(scope="session")
def hard_page() -> Page:
    """Return the internal view model of a run whose groups have nasty names."""
    configured = {"race": {"source": "census", "column": "race", "label": NASTY[0]}}
    groups = {"race": [(name, 1_000 + 50 * k, 900) for k, name in enumerate(NASTY)]}
    settings = config(groups=configured, purpose=NASTY[1])
    made = inputs(settings, groups, errors=error_rates(groups, reviewed=True))
    return build(replace(made, profile="internal"))


@pytest.fixture(scope="session")
def make_errors() -> Callable[..., list[Estimate]]:
    """Return a maker of exact error rates: see :func:`error_rates`."""
    return error_rates


@pytest.fixture(scope="session")
def make_page() -> Callable[..., Page]:
    """Return a maker of view models: see :func:`inputs`."""
    return lambda **changes: build(inputs(**changes))


@pytest.fixture(scope="session")
def make_config() -> Callable[..., Config]:
    """Return a maker of configurations."""
    return config


@pytest.fixture(scope="session")
def make_inputs() -> Callable[..., Inputs]:
    """Return a maker of what the report is made from."""
    return inputs


@pytest.fixture(scope="session")
def training() -> Mapping[str, object]:
    """Return what training.json holds."""
    return TRAINING


@pytest.fixture(scope="session")
def groups() -> Groups:
    """Return the groups of the usual run."""
    return GROUPS

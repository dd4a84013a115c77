"""What models say of one group, as rows: each model's own figure, and the range over all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from linkage.config.schema import Quality
from linkage.model.normalise import Reals
from quality import measures
from quality.errors.capture_recapture import Uncaught
from quality.estimate import Estimate, Status, revised
from quality.grades import grade_of

_MODEL = (
    "comparisons are independent of each other, given whether two records match and how well they "
    "are written",
)
_CANDIDATES = "matches that no blocking rule brought together are not counted"
_ASSUMPTIONS: Mapping[str, tuple[str, ...]] = {
    measures.MODEL_NORMALISED: (
        *_MODEL,
        "every match is written with the same care",
        "u and the share of records with a partner differ by group, m does not; both are drawn "
        "towards those of all records where a group is small",
    ),
    measures.MODEL_TWO_QUALITY: (
        *_MODEL,
        "some matches, a share that differs by group, are written badly: their odds of an error "
        "are higher by one factor in every comparison",
        "given how two records agree, each blocking rule is met or not by itself",
    ),
    measures.FABL: (
        *_MODEL,
        "every match is written with the same care, and u and m are the same for every group",
    ),
    measures.MODEL_RANGE: (
        "a range over models, not an interval: the truth can lie outside it",
        *_MODEL,
        "every model takes the share of pairs of one household as trained",
    ),
    measures.CAPTURE_RECAPTURE: (
        "a lower bound on the loss: matches that are hard to bring together by any rule leave more",
        "the range is from Chao's bound to a model in which any two rules may depend on each other",
        "matches with as many missing comparisons are alike, and found by each rule with chances "
        "of their own",
    ),
}
_LOSS = "the blocking loss is as capture-recapture has it, a lower bound: recall is likely lower"


@dataclass(frozen=True)
class Place:
    """What a row is of."""

    source: str
    other: str
    characteristic: str | None
    group: str | None
    n_records: int


def rows_of_group(
    place: Place,
    values: Mapping[str, Mapping[str, float]],
    drawn: Mapping[str, Reals] | None,
    uncaught: Uncaught,
    overlap: str | None,
    quality: Quality,
) -> Iterator[Estimate]:
    """Yield the rows of one group.

    Parameters
    ----------
    values
        By method and measure; not a number where there is nothing to take a share of.
    drawn
        The same of each drawn linkage, by measure.
    uncaught
        Matches that no blocking rule caught.
    overlap
        What is to be said of rules that share fields.
    """
    lowest, highest = uncaught.range
    if uncaught.caught > 0:
        said = (*_ASSUMPTIONS[measures.CAPTURE_RECAPTURE], *([overlap] if overlap else []))
        yield revised(
            _row(place, measures.BLOCKING_LOSS, measures.CAPTURE_RECAPTURE, uncaught.loss),
            stage=measures.BLOCK,
            lower=lowest,
            upper=highest,
            interval_covers=measures.RANGE_OVER_MODELS,
            assumptions=said,
        )
    for measure in (measures.PRECISION, measures.RECALL_IN_BLOCKS, measures.EXPECTED_MATCHES):
        found = {method: of[measure] for method, of in values.items()}
        if not all(np.isfinite(value) for value in found.values()):
            continue
        for method, value in found.items():
            yield _row(place, measure, method, value)
        if drawn is not None and np.isfinite(drawn[measure]).all():
            row = _drawn_row(place, measure, drawn[measure], quality.level)
            found[measures.FABL] = float(row.estimate or 0.0)
            yield row
        middle = found[measures.MODEL_NORMALISED]
        ends = min(found.values()), max(found.values())
        yield _range(place, measure, middle, ends, quality.material_gap)
        if measure == measures.RECALL_IN_BLOCKS and uncaught.caught > 0:
            yield _with_blocking(place, middle, ends, uncaught, quality.material_gap)


def _with_blocking(
    place: Place, middle: float, ends: tuple[float, float], uncaught: Uncaught, material_gap: float
) -> Estimate:
    """Return recall of all matches: recall in the blocks, less what blocking lost at least."""
    lowest, highest = uncaught.range
    row = _range(
        place,
        measures.RECALL,
        middle * (1 - uncaught.loss),
        (ends[0] * (1 - highest), ends[1] * (1 - lowest)),
        material_gap,
    )
    return revised(row, assumptions=(*_ASSUMPTIONS[measures.MODEL_RANGE], _LOSS))


def _range(
    place: Place, measure: str, middle: float, ends: tuple[float, float], material_gap: float
) -> Estimate:
    wide = measure != measures.EXPECTED_MATCHES and (ends[1] - ends[0]) / 2 > material_gap
    status: Status = "too_few_to_tell" if wide else "ok"
    return revised(
        _row(place, measure, measures.MODEL_RANGE, middle),
        lower=ends[0],
        upper=ends[1],
        interval_covers=measures.RANGE_OVER_MODELS,
        status=status,
    )


def _drawn_row(place: Place, measure: str, drawn: Reals, level: float) -> Estimate:
    lower, upper = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    mean = float(drawn.mean())  # of draws that hardly differ, it may lie outside both
    return revised(
        _row(place, measure, measures.FABL, mean),
        lower=min(float(lower), mean),
        upper=max(float(upper), mean),
        level=level,
        interval_covers=measures.MODEL_PARAMETERS_ONLY,
    )


def _row(place: Place, measure: str, method: str, value: float) -> Estimate:
    counted = () if measure == measures.BLOCKING_LOSS else (_CANDIDATES,)
    return Estimate(
        measure=measure,
        method=method,
        source=place.source,
        other=place.other,
        characteristic=place.characteristic,
        group=place.group,
        stage=measures.DECIDE,
        estimate=float(value),
        grade=grade_of(method),
        n_records=int(place.n_records),
        status="ok",
        assumptions=(*_ASSUMPTIONS[method], *counted),
    )

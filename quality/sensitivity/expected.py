"""What the model expects of the links under other thresholds."""

from collections.abc import Iterator

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.drawn import Drawn
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.sensitivity.tried import tried

_ASSUMED = (
    "the mean and the sum of the model's own probabilities: it cannot see its own mistakes",
    "recall is of matches among the pairs compared",
)


def expected_at_thresholds(
    workspace: Workspace, config: Config, drawn: Drawn
) -> Iterator[Estimate]:
    """Yield precision and recall in blocks of all records, as the model expects them.

    ``drawn`` is not read: draws are of the links that were made.
    """
    found = tried(workspace, config)
    if found is None:
        return
    kept, made = found
    for each in made:
        for measure, value in (
            (measures.PRECISION_AT, each.cut.precision),
            (measures.RECALL_IN_BLOCKS_AT, each.cut.recall),
        ):
            if each.cut.n:
                yield Estimate(
                    measure=measure,
                    method=measures.MODEL_NORMALISED,
                    source=kept.focal.name,
                    other=kept.other.name,
                    variable=each.factor,
                    stage=measures.DECIDE,
                    estimate=value,
                    grade=grade_of(measures.MODEL_NORMALISED),
                    n_records=kept.focal.n,
                    status="ok",
                    assumptions=_ASSUMED,
                )

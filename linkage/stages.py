"""The first half of the method: ingest, standardise, block, count, train, score, draw, decide.

What a stage needs is imported when it runs: nobody waits for it before the first stage.
"""

from linkage.config.schema import AnalysisVariable, Config, MissingVariable
from linkage.pipeline import Stage
from linkage.runs.fingerprints import file_hash
from linkage.runs.workspace import Workspace


def _ingest(workspace: Workspace, config: Config) -> None:
    from linkage.sources.ingest import ingest

    ingest(workspace, config.sources, config.groups, _beside(config))


def _standardise(workspace: Workspace, config: Config) -> None:
    from linkage.standardise.stage import standardise

    standardise(workspace, config.sources, config.groups, _beside(config))


def _block(workspace: Workspace, config: Config) -> None:
    from linkage.model.method import settle

    settle(workspace, config)


def _count(workspace: Workspace, config: Config) -> None:
    from linkage.model.counting import count

    count(workspace, config)


def _train(workspace: Workspace, config: Config) -> None:
    from linkage.model.fitting import fit

    fit(workspace, config.sources, config.linkage)


def _score(workspace: Workspace, config: Config) -> None:
    from linkage.model.scoring import score

    score(workspace, config)


def _draw(workspace: Workspace, config: Config) -> None:
    from linkage.uncertainty.drawing import draw

    draw(workspace, config)


def _decide(workspace: Workspace, config: Config) -> None:
    from linkage.decide.writing import link

    link(workspace, config.sources, config.linkage, config.assignment)


def _what_is_read(config: Config) -> object:
    return {
        "sources": config.sources,
        "groups": config.groups,
        "missingness": config.missingness,
        "analysed": config.analysed,
    }


def _looked_up(config: Config) -> dict[str, str]:
    """Return the hash of every area look-up: an input of the stage that reads it."""
    return {str(path): file_hash(path) for path in config.lookups if path.is_file()}


def _beside(config: Config) -> tuple[MissingVariable | AnalysisVariable, ...]:
    """Return the variables that are read beside what links and what groups."""
    return (*config.missingness.variables, *config.analysed)


def _people(config: Config) -> object:
    """Return what training takes from the sources: who holds each person once."""
    unique = {name: source.one_record_per_person for name, source in config.sources.items()}
    return [config.linkage.type, unique]


STAGES: tuple[Stage, ...] = (
    Stage(
        name="ingest",
        reads=(),
        writes=("ingested_*", "record_keys", "ingest_counts"),
        settings=_what_is_read,
        function=_ingest,
    ),
    Stage(
        name="standardise",
        reads=("ingested_*",),
        writes=("records_*", "standardisation_counts"),
        settings=lambda config: [_what_is_read(config), _looked_up(config)],
        function=_standardise,
    ),
    Stage(
        name="block",
        reads=("records_*",),
        writes=("method", "random_patterns"),
        settings=lambda config: [
            _people(config),
            config.sources,
            config.linkage.model_dump(exclude={"decide"}),
        ],
        function=_block,
    ),
    Stage(
        name="count",
        reads=("records_*", "method", "random_patterns"),
        writes=(
            "counted_patterns",
            "sampled_records",
            "record_patterns",
            "household_patterns",
            "pattern_counts",
            "counts",
        ),
        settings=lambda config: [
            _people(config),
            config.linkage.training,
            config.groups,
            config.intersections,
        ],
        function=_count,
    ),
    Stage(
        name="train",
        reads=(
            "records_*",
            "method",
            "counts",
            "counted_patterns",
            "sampled_records",
            "record_patterns",
            "household_patterns",
            "random_patterns",
        ),
        writes=("fitted", "model.json"),
        settings=lambda config: [_people(config), config.linkage.training],
        function=_train,
    ),
    Stage(
        name="score",
        reads=(
            "records_*",
            "method",
            "fitted",
            "counts",
            "counted_patterns",
            "pattern_counts",
        ),
        writes=("candidates", "patterns", "weights"),
        settings=_people,
        function=_score,
    ),
    Stage(
        name="draw",
        reads=(
            "records_*",
            "method",
            "counts",
            "counted_patterns",
            "sampled_records",
            "record_patterns",
            "household_patterns",
            "random_patterns",
            "fitted",
            "candidates",
            "patterns",
        ),
        writes=("drawn", "pattern_bounds", "uncertainty"),
        settings=lambda config: [
            _people(config),
            config.assignment,
            config.linkage.training.seed,
            config.quality.draws,
            config.quality.level,
            config.quality.gates.rhat,
            config.quality.gates.effective_draws,
            config.groups,
        ],
        function=_draw,
    ),
    Stage(
        name="decide",
        reads=(
            "records_*",
            "record_keys",
            "method",
            "fitted",
            "candidates",
            "weights",
            "drawn",
            "pattern_bounds",
            "uncertainty",
        ),
        writes=("links", "draws", "entities", "tie_counts", "training"),
        settings=lambda config: [_people(config), config.assignment, config.linkage],
        function=_decide,
    ),
)
KEPT: tuple[str, ...] = (
    "record_keys",
    "ingest_counts",
    "standardisation_counts",
    "records_*",
    "method",
    "patterns",
    "pattern_counts",
    "fitted",
    "training",
    "candidates",
    "uncertainty",
    "links",
    "draws",
    "entities",
    "tie_counts",
)
"""What stays in ``restricted/`` when a run is done; the rest is for the stages only."""

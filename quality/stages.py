"""The second half of the method: estimate, control, report.

What a stage needs is imported when it runs: nobody waits for it before the first stage.
"""

from collections.abc import Collection

from linkage.config.schema import Config
from linkage.model.level_weights import SCORING
from linkage.pipeline import Stage
from linkage.runs.fingerprints import file_hash
from linkage.runs.holding import HELD
from linkage.runs.workspace import Workspace
from quality.drift import DRIFT, SENTINEL
from quality.estimate import RELEASED
from quality.gates import GATES, UNCERTAINTY


def _estimate(workspace: Workspace, config: Config) -> None:
    from quality.estimation import estimate

    estimate(workspace, config)


def _control(workspace: Workspace, config: Config) -> None:
    from quality.release.control import control

    control(workspace, config)


def report(workspace: Workspace, config: Config, groups: Collection[str] | None = None) -> None:
    """Write report and documents, then the manifest of all that a checker has to approve.

    ``groups`` are the characteristics that the report shows; all of the run where None.
    """
    from quality.documents.write import write_beside_report
    from quality.release.manifest import about, write_manifest
    from quality.report.write import write_report

    write_report(workspace, config, groups=groups)
    write_beside_report(workspace, config)
    write_manifest(workspace.release, about(workspace.root), config.disclosure)


def _what_is_counted(config: Config) -> object:
    return {
        "sources": {name: [each.keep, each.drop] for name, each in config.sources.items()},
        "linkage": [config.linkage.type, config.focal],
        "groups": config.groups,
        "intersections": config.intersections,
        "missingness": config.missingness,
        "analyses": config.analyses,
        "quality": config.quality,
        "review": _reviewed(config),
    }


def _reviewed(config: Config) -> object:
    """Return what a review holds at this moment: an input of the stage, like the sources."""
    if config.quality.review is None:
        return None
    from quality.review.reviewed import files_hash

    return files_hash(config.quality.review)


def _outside(config: Config) -> list[str | None]:
    """Return the hashes of what is known from outside the run: inputs of the stage that reads it.

    The truth, coverage by group, and the margins of a population.
    """
    quality = config.quality
    paths = (quality.truth, config.missingness.coverage, quality.reference_population)
    return [file_hash(path) if path is not None and path.is_file() else None for path in paths]


def _approved(config: Config) -> list[str]:
    """Return the names of the releases in the register: a run is set against the newest."""
    from linkage.runs.sharing import REGISTER

    register = config.output / REGISTER
    return sorted(each.name for each in register.iterdir()) if register.is_dir() else []


def _watch(workspace: Workspace, config: Config) -> None:
    from quality.drift.watching import watch

    watch(workspace, config)


def _cohort(workspace: Workspace, config: Config) -> None:
    from quality.drift.cohort import write_cohorts, write_scoring

    write_cohorts(workspace, config)
    write_scoring(workspace)


def _watched(config: Config) -> object:
    """Return what drift depends on, beside the records: what earlier runs said of it."""
    from quality.drift.earlier import earlier_hashes

    rules = [config.disclosure.threshold, config.quality.gates.drift]
    focal = [config.focal, config.linkage.decide.threshold_by_group]
    earlier = earlier_hashes(config.output / config.name)
    return [list(config.groups), rules, focal, earlier]


WATCHING: tuple[Stage, ...] = (
    Stage(
        name="drift",
        reads=("cohort_*", SCORING),
        writes=(DRIFT, HELD, SENTINEL),
        settings=_watched,
        function=_watch,
    ),
)
"""What looks at the records that a batch brings, with a report or without."""

WATCHED: tuple[Stage, ...] = (
    Stage(
        name="cohort",
        reads=("records_*", "candidates", "patterns", "links", "method", "fitted", "training"),
        writes=("cohort_*", SCORING),
        settings=lambda config: config.groups,
        function=_cohort,
    ),
    *WATCHING,
)
"""The same of a run that is no batch: it looks at all records."""

STAGES: tuple[Stage, ...] = (
    Stage(
        name="estimate",
        reads=(
            "records_*",
            "record_keys",
            "ingest_counts",
            "method",
            "random_patterns",
            "counted_patterns",
            "sampled_records",
            "record_patterns",
            "fitted",
            "patterns",
            "candidates",
            UNCERTAINTY,
            "links",
            "draws",
            "entities",
            "training",
        ),
        writes=(
            "tallies",
            "estimates",
            "error_rates",
            "bias",
            "gaps",
            "linkage_weights",
            "group_agreement",
            "chosen_groups",
            "estimate_draws",
            "reviews",
            "dependence",
            "calibration",
        ),
        settings=lambda config: [_what_is_counted(config), _outside(config)],
        function=_estimate,
    ),
    Stage(
        name="control",
        reads=("records_*", "tallies", "error_rates", "bias", "gaps", UNCERTAINTY),
        writes=(RELEASED, GATES, "for_release/estimates.csv", "for_release/tables/*.csv"),
        settings=lambda config: [_what_is_counted(config), config.disclosure, _approved(config)],
        function=_control,
    ),
    Stage(
        name="report",
        reads=(
            RELEASED,
            GATES,
            UNCERTAINTY,
            "dependence",
            "calibration",
            "reviews",
            "training",
            "for_release/estimates.csv",
            "for_release/tables/*.csv",
        ),
        writes=(
            "for_release/report.html",
            "for_release/report.json",
            "for_release/report.schema.json",
            "for_release/linkage-statement.md",
            "for_release/documents/*.md",
            "for_release/tables.xlsx",
            "for_release/metadata.jsonld",
            "for_release/ro-crate-metadata.json",
            "for_release/release-manifest.json",
        ),
        settings=lambda config: config,
        function=report,
    ),
)

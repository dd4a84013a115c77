"""The records of a whole run as drift looks at them, ``cohort_<source>``, and its model."""

from collections.abc import Iterator

from linkage.config.group_names import UNKNOWN
from linkage.config.schema import Config
from linkage.model.fitting import from_fitted_record
from linkage.model.level_weights import SCORING, level_weights
from linkage.model.method import from_record
from linkage.runs.workspace import Workspace
from linkage.sql import identifier, literal

_COHORT = """
    WITH ends AS (
        SELECT record_l AS record, record_r AS other, pattern, match_weight, w_tf, p_record
        FROM {candidates} WHERE source_l = $source
        UNION ALL
        SELECT record_r, record_l, pattern, match_weight, w_tf, p_record
        FROM {candidates} WHERE source_r = $source
    ), best AS (
        SELECT record, max(p_record) AS p_record, arg_max(
            {{other: other, pattern: pattern, w_levels: match_weight - w_tf}},
            (match_weight, -other)
        ) AS best
        FROM ends GROUP BY record
    ), linked AS (
        SELECT record_id_l AS record_id FROM {links} WHERE source_l = $source
        UNION SELECT record_id_r FROM {links} WHERE source_r = $source
    )
    SELECT {columns}
    FROM {records} AS own
    LEFT JOIN best USING (record)
    LEFT JOIN {patterns} AS levels ON levels.pattern = best.best.pattern
    LEFT JOIN linked ON linked.record_id = own.record_id
    {joins}
"""


def write_cohorts(workspace: Workspace, config: Config) -> None:
    """Write ``cohort_<source>`` of every source: one row a record.

    A record has the groups of its own, and of characteristics that another source holds those of
    its best candidate, by which it is found who a shift is of; NULL where it has no candidate.
    """
    for source in config.sources:
        query = _COHORT.format(
            candidates=workspace.view("candidates"),
            links=workspace.view("links"),
            patterns=workspace.view("patterns"),
            records=workspace.view(f"records_{source}"),
            columns=", ".join(_columns(workspace, config, source)),
            joins=" ".join(_joins(workspace, config, source)),
        )
        workspace.write_query(f"cohort_{source}", query, {"source": source})


def write_scoring(workspace: Workspace) -> None:
    """Write ``scoring.json``: what the run's model says of levels, and its threshold."""
    fitted = workspace.read_json("fitted")
    said = level_weights(
        from_record(workspace.read_json("method")),
        from_fitted_record(fitted).parameters,
        fitted["prior"],
        workspace.read_json("training")["decision"]["threshold"],
    )
    workspace.write_json(SCORING, said)


def _columns(workspace: Workspace, config: Config, source: str) -> Iterator[str]:
    """Yield what a row holds: groups, reasons, levels, and how likely the best candidate is."""
    held = workspace.schema(f"records_{source}").names
    for name, group in config.groups.items():
        column = identifier(f"group_{name}")
        if f"group_{name}" in held:
            yield f"coalesce(own.{column}, {literal(UNKNOWN)}) AS {column}"
        else:
            other = identifier(f"records_{group.source}")
            known = f"coalesce({other}.{column}, {literal(UNKNOWN)})"
            yield f"CASE WHEN {other}.record IS NOT NULL THEN {known} END AS {column}"
    yield from (f"own.{identifier(name)}" for name in held if name.startswith("missing_"))
    levels = workspace.schema("patterns").names
    yield from (f"levels.{identifier(name)}" for name in levels if name.startswith("gamma_"))
    yield "best.best.w_levels"
    yield "best.p_record"
    yield "linked.record_id IS NOT NULL AS linked"


def _joins(workspace: Workspace, config: Config, source: str) -> Iterator[str]:
    """Yield a join to each other source that holds a characteristic."""
    for other in dict.fromkeys(group.source for group in config.groups.values()):
        if other != source:
            view = workspace.view(f"records_{other}")
            yield f"LEFT JOIN {view} ON {view}.record = best.best.other"

"""Every pair that is true or was found, in one table: what is right, missed, false, and blocked."""

import numpy as np
import pyarrow as pa

from linkage.config.schema import Config
from linkage.decide.clusters import components
from linkage.model.method import from_record
from linkage.sql import identifier
from quality.finished_run import FinishedRun
from quality.links_made import decided_by_links

_FOUND_BY_LINK = """
    SELECT DISTINCT least(a.record, b.record) AS l, greatest(a.record, b.record) AS r
    FROM {links} AS link
    JOIN {keys} AS a ON a.source = link.source_l AND a.record_id = link.record_id_l
    JOIN {keys} AS b ON b.source = link.source_r AND b.record_id = link.record_id_r
"""

_FOUND_BY_ENTITY = """
    WITH members AS (
        SELECT record, entity FROM {entities} JOIN {keys} USING (source, record_id)
    )
    SELECT a.record AS l, b.record AS r FROM members AS a JOIN members AS b
    ON a.entity = b.entity AND a.record < b.record
"""

# one side first, materialised: else every two records of a source may be joined before the pairs
_WITHIN_SCOPE = """
    WITH sided AS MATERIALIZED (
        SELECT pair.l, pair.r, source FROM ({pairs}) AS pair JOIN {keys} ON record = pair.l
    )
    SELECT a.l, a.r FROM sided AS a JOIN {keys} AS b ON b.record = a.r WHERE {scope}
"""

_SCOPES = {
    "link": "a.source <> b.source",
    "deduplicate": "a.source = b.source",
    "link_and_deduplicate": "true",
}

_SCORED = """
    CREATE TEMP TABLE scored AS
    WITH truth AS ({truth}), found AS ({found}),
    blocked AS (
        SELECT truth.l, truth.r, {rules} AS is_blocked FROM truth
        JOIN blocking_values AS l ON l.record = truth.l
        JOIN blocking_values AS r ON r.record = truth.r
    )
    SELECT coalesce(truth.l, found.l) AS l, coalesce(truth.r, found.r) AS r,
        truth.l IS NOT NULL AS is_true, found.l IS NOT NULL AS is_found,
        coalesce(blocked.is_blocked, false) AS is_blocked
    FROM truth FULL JOIN found ON truth.l = found.l AND truth.r = found.r
    LEFT JOIN blocked ON blocked.l = truth.l AND blocked.r = truth.r
"""

_CLUSTERS = """
    CREATE TEMP TABLE clusters AS
    SELECT scored.*, {left} AS cluster_l, {right} AS cluster_r FROM scored
    JOIN record_person AS l ON l.record = scored.l JOIN record_person AS r ON r.record = scored.r
    JOIN {keys} AS a ON a.record = scored.l JOIN {keys} AS b ON b.record = scored.r
"""


def make_scored_pairs(run: FinishedRun) -> None:
    """Make ``clusters``: every pair with what it is, and the clusters that it belongs to.

    Needs ``truth_pairs``. Links between two sources cluster by the focal source's record; pairs
    that entities imply belong half to the person of each of their records. Makes
    ``record_person`` too.
    """
    keys = run.view("record_keys")
    scope = _SCOPES[run.config.linkage.type]
    by_link = decided_by_links(run.config)
    if by_link:
        found = found_by_link(run.view("links"), keys)
    else:
        found = found_by_entity(run.view("entities"), keys)
    true = "SELECT l, r FROM truth_pairs"
    run.connection.execute(
        _SCORED.format(
            truth=_WITHIN_SCOPE.format(pairs=true, keys=keys, scope=scope),
            found=_WITHIN_SCOPE.format(pairs=found, keys=keys, scope=scope),
            rules=_rules(run),
        )
    )
    _make_persons(run)
    left, right = ("l.person", "r.person")
    if by_link:
        left = right = _focal_record(run.config)
    run.connection.execute(_CLUSTERS.format(left=left, right=right, keys=keys))


def found_by_link(links: str, keys: str) -> str:
    """Return the query of the pairs (l, r) of record numbers that the view ``links`` holds."""
    return _FOUND_BY_LINK.format(links=links, keys=keys)


def found_by_entity(entities: str, keys: str) -> str:
    """Return the query of the pairs (l, r) that share an entity, whichever source they are of."""
    return _FOUND_BY_ENTITY.format(entities=entities, keys=keys)


def _focal_record(config: Config) -> str:
    first = next(iter(config.sources))
    return "a.record" if config.focal == first else "b.record"


def _rules(run: FinishedRun) -> str:
    """Make ``blocking_values`` and return the condition that a pair meets any blocking rule.

    Records are numbered source by source, so a pair's lower number is on the side that the rules
    call l.
    """
    rules = from_record(run.read_json("method")).rules
    columns = dict.fromkeys(column for rule in rules for column in rule.columns)
    parts = []
    for source in run.config.sources:
        view = run.view(f"records_{source}")
        held = run.columns(view)
        values = "".join(f", {identifier(column)}" for column in columns if column in held)
        parts.append(f"SELECT record{values} FROM {view}")  # noqa: S608 - quoted
    run.connection.execute(
        f"CREATE TEMP TABLE blocking_values AS {' UNION ALL BY NAME '.join(parts)}"
    )
    return " OR ".join(f"coalesce({rule.sql('l', 'r')}, false)" for rule in rules)


def _make_persons(run: FinishedRun) -> None:
    """Make ``record_person``: the true person of every record, whom nobody shares if unsaid."""
    connection = run.connection
    records = connection.execute("SELECT record FROM record_keys ORDER BY record").fetchnumpy()
    pairs = connection.execute("SELECT l, r FROM truth_pairs").fetchnumpy()
    record = np.asarray(records["record"])
    left, right = (np.searchsorted(record, np.asarray(pairs[side])) for side in ("l", "r"))
    person = components(left, right, len(record))
    connection.register("record_person", pa.table({"record": record, "person": person}))

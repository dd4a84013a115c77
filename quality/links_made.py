"""Which records the run linked: from its links, or from its entities where those decide."""

from linkage.config.schema import Config
from quality.run_tables import Tables

_BY_LINK = """
    SELECT record_id_l AS record_id FROM {links} WHERE source_l = $source AND source_r = $other
    UNION SELECT record_id_r FROM {links} WHERE source_r = $source AND source_l = $other
"""

_BY_ENTITY = """
    SELECT record_id FROM {entities} WHERE source = $source
    AND entity IN (SELECT entity FROM {entities} WHERE source = $other)
"""

_PARTNERS_BY_LINK = """
    SELECT record_id_l AS record_id, record_id_r AS partner_id FROM {links}
    WHERE source_l = $source AND source_r = $other
    UNION ALL SELECT record_id_r, record_id_l FROM {links}
    WHERE source_r = $source AND source_l = $other
"""

_PARTNERS_BY_ENTITY = """
    SELECT own.record_id, partner.record_id AS partner_id
    FROM {entities} AS own JOIN {entities} AS partner USING (entity)
    WHERE own.source = $source AND partner.source = $other
"""

_DUPLICATED = """
    SELECT record_id FROM {entities} WHERE source = $source
    QUALIFY count(*) OVER (PARTITION BY entity) > 1
"""

_WITH_CANDIDATE = """
    SELECT record_l AS record FROM {candidates} WHERE source_l = $source AND source_r = $other
    UNION SELECT record_r FROM {candidates} WHERE source_r = $source AND source_l = $other
"""


def decided_by_links(config: Config) -> bool:
    """Say whether the links are the decision; elsewhere the pairs that entities imply are."""
    return config.linkage.type == "link" and len(config.sources) == 2


def linked_records(workspace: Tables, config: Config) -> str:
    """Return the query of the records of ``$source`` that are linked to one of ``$other``."""
    if decided_by_links(config):
        return _BY_LINK.format(links=workspace.view("links"))
    return _BY_ENTITY.format(entities=workspace.view("entities"))


def partners(workspace: Tables, config: Config) -> str:
    """Return the query of the records of ``$source`` with each partner of theirs in ``$other``."""
    if decided_by_links(config):
        return _PARTNERS_BY_LINK.format(links=workspace.view("links"))
    return _PARTNERS_BY_ENTITY.format(entities=workspace.view("entities"))


def duplicated_records(workspace: Tables) -> str:
    """Return the query of the records of ``$source`` that share their entity with another."""
    return _DUPLICATED.format(entities=workspace.view("entities"))


def records_with_candidate(workspace: Tables) -> str:
    """Return the query of the records of ``$source`` with a candidate pair in ``$other``.

    Only pairs above the floor of ``candidates`` are kept by a run, so a record all of whose pairs
    lie below it counts as one without.
    """
    return _WITH_CANDIDATE.format(candidates=workspace.view("candidates"))

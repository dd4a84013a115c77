"""What another source says of a record: the group that its linked record has there."""

from collections.abc import Iterator
from dataclasses import dataclass

from linkage.config.schema import Config, Group
from linkage.runs.workspace import Workspace
from linkage.sql import identifier
from quality import links_made

SURE = 0.99
"""Links of this ``p_link`` and above: few of them are false, so few disagreements are theirs."""

_PARTNERS = """
    CREATE TEMP TABLE IF NOT EXISTS {name} AS
    SELECT own.record, partner.record AS partner, pair.p_link
    FROM ({pairs}) AS pair
    JOIN {own} AS own ON own.record_id = pair.record_id
    JOIN {other} AS partner ON partner.record_id = pair.partner_id
"""
_LINKS = """
    SELECT record_id_l AS record_id, record_id_r AS partner_id, p_link FROM {links}
    WHERE source_l = $source AND source_r = $other
    UNION ALL SELECT record_id_r, record_id_l, p_link FROM {links}
    WHERE source_r = $source AND source_l = $other
"""
_IMPLIED = """
    SELECT pair.record_id, pair.partner_id, link.p_link
    FROM ({partners}) AS pair LEFT JOIN ({links}) AS link USING (record_id, partner_id)
"""
_WORDS = """
    SELECT own.{group} AS own_group, said.first.word AS word,
        coalesce(said.first.p_link >= {sure}, false) AS is_sure
    FROM (
        SELECT pair.record, arg_min(
            {{'word': partner.{group}, 'p_link': pair.p_link}},
            (partner.{group} IS NULL)::BIGINT * 4294967296 + pair.partner
        ) AS first
        FROM {pairs} AS pair JOIN {partner_records} AS partner ON partner.record = pair.partner
        GROUP BY pair.record
    ) AS said
    JOIN {records} AS own ON own.record = said.record
"""


@dataclass(frozen=True)
class Compared:
    """Two sources that hold the same characteristic; the records are those of ``source``."""

    characteristic: str
    source: str
    other: str


def held_by_several(config: Config) -> dict[str, Group]:
    """Return the characteristics that several sources hold, where sources are linked."""
    if config.linkage.type == "deduplicate":
        return {}
    return {name: group for name, group in config.groups.items() if group.also}


def compared(config: Config) -> Iterator[Compared]:
    """Yield every two holders of a characteristic, the focal source before others."""
    for name, group in held_by_several(config).items():
        holders = [group.source, *(other.source for other in group.also)]
        holders.sort(key=lambda source: source != config.focal)
        for at, source in enumerate(holders):
            yield from (Compared(name, source, other) for other in holders[at + 1 :])


def partners(workspace: Workspace, config: Config, source: str, other: str) -> str:
    """Make the table of each record of ``source`` with its partners in ``other``, and name it.

    Columns: ``record``, ``partner`` (its record) and ``p_link``, NULL where entities imply the pair
    and no link joins the two. Made once in a stage, and joined to for each characteristic.
    """
    name = identifier(f"partners_{source}_{other}")
    pairs = _LINKS.format(links=workspace.view("links"))
    if not links_made.decided_by_links(config):
        implied = links_made.partners(workspace, config)
        pairs = _IMPLIED.format(partners=implied, links=pairs)
    query = _PARTNERS.format(
        name=name,
        pairs=pairs,
        own=workspace.view(f"records_{source}"),
        other=workspace.view(f"records_{other}"),
    )
    workspace.connection.execute(query, {"source": source, "other": other})
    return name


def words(workspace: Workspace, pair: Compared, linked: str) -> str:
    """Return the query of the linked records of a source with their own group and the other's word.

    Columns: ``own_group`` and ``word`` (NULL where not known), and ``is_sure``: whether the link
    has a ``p_link`` of :data:`SURE` at least. Of several partners the first of known group has the
    word. ``linked`` is the table that :func:`partners` made.
    """
    return _WORDS.format(
        group=identifier(f"group_{pair.characteristic}"),
        sure=SURE,
        pairs=linked,
        records=workspace.view(f"records_{pair.source}"),
        partner_records=workspace.view(f"records_{pair.other}"),
    )

"""What another source says of a record: the group that its linked record has there."""

from collections.abc import Iterator
from dataclasses import dataclass

from linkage.config.schema import Config, Group
from linkage.runs.workspace import Workspace
from linkage.sql import identifier
from quality import links_made

SURE = 0.99
"""Links of this ``p_link`` and above: few of them are false, so few disagreements are theirs."""

_WORDS = """
    SELECT own.record_id, own.{group} AS own_group, other.said.word AS word,
        coalesce(other.said.p_link >= {sure}, false) AS is_sure
    FROM {records} AS own
    JOIN (
        SELECT pair.record_id,
            arg_min({{'word': partner.{group}, 'p_link': link.p_link}},
                (partner.{group} IS NULL)::UTINYINT * 4294967296 + partner.record) AS said
        FROM ({partners}) AS pair
        JOIN {partner_records} AS partner ON partner.record_id = pair.partner_id
        LEFT JOIN ({links}) AS link
            ON link.record_id = pair.record_id AND link.partner_id = pair.partner_id
        GROUP BY pair.record_id
    ) AS other ON other.record_id = own.record_id
"""
_LINKS = """
    SELECT record_id_l AS record_id, record_id_r AS partner_id, p_link FROM {links}
    WHERE source_l = $source AND source_r = $other
    UNION ALL SELECT record_id_r, record_id_l, p_link FROM {links}
    WHERE source_r = $source AND source_l = $other
"""


@dataclass(frozen=True)
class Compared:
    """Two sources that hold the same characteristic; the records are those of ``source``."""

    characteristic: str
    source: str
    other: str

    @property
    def bound(self) -> dict[str, object]:
        """The values bound in :func:`words`."""
        return {"source": self.source, "other": self.other}


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


def words(workspace: Workspace, config: Config, pair: Compared) -> str:
    """Return the query of the linked records of a source with their own group and the other's word.

    Columns: ``record_id``, ``own_group`` and ``word`` (NULL where not known), and ``is_sure``:
    whether the link has a ``p_link`` of :data:`SURE` at least. Of several partners the first of
    known group has the word. ``$source`` and ``$other`` are to be bound.
    """
    return _WORDS.format(
        group=identifier(f"group_{pair.characteristic}"),
        sure=SURE,
        records=workspace.view(f"records_{pair.source}"),
        partner_records=workspace.view(f"records_{pair.other}"),
        partners=links_made.partners(workspace, config),
        links=_LINKS.format(links=workspace.view("links")),
    )

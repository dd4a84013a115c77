"""Whose word counts where sources disagree about a person: the group of a record by each rule."""

from collections.abc import Sequence
from datetime import date

from linkage.config.schema import Config, Group
from linkage.runs.workspace import Workspace
from linkage.sql import identifier
from quality.disagreement.words import partners
from quality.holders import holders

RULES: tuple[str, ...] = ("source_order", "latest", "most_frequent", "self_report_first")

_SAID_BY_OTHER = """
    SELECT pair.record, {at} AS holder, pair.partner, partner.{group} AS value
    FROM {linked} AS pair JOIN {records} AS partner ON partner.record = pair.partner
"""
_SAID_ITSELF = """
    SELECT record, {own} AS holder, record AS partner, {group} AS value FROM {records}
    WHERE record IN (SELECT record FROM others)
"""
_CHOSEN = """
    CREATE OR REPLACE TEMP TABLE {name} AS
    WITH others AS MATERIALIZED ({others}),
    said AS (SELECT * FROM others UNION ALL {itself}),
    known AS (
        SELECT record, value, {keys} FROM said WHERE value IS NOT NULL GROUP BY record, value
    ),
    chosen AS (SELECT record, {by_rule} FROM known GROUP BY record)
    SELECT own.record_id, own.{group} AS own_group, chosen.* EXCLUDE (record)
    FROM {records} AS own LEFT JOIN chosen USING (record)
    WHERE own.record IN (SELECT record FROM others)
"""
_PLACE = 2**36
"""Above any number of a record; there are far fewer holders, and records of a person, than fit."""


def choose(workspace: Workspace, config: Config, name: str) -> str:
    """Make the table of the focal source's linked records with their group by each rule.

    Columns: ``record_id``, ``own_group``, and one for each of :data:`RULES`: NULL where no source
    knows the group. A record without a link to another holder is not among them: its own word is
    the only one.

    *Rules*: source_order: the first source that knows, as configured; latest: the one that speaks
    of the latest day, one without a day last; most_frequent: what most records of the person say;
    self_report_first: what the person said before what others said. Ties are settled by
    source_order, and in one source by the order of its records.

    Returns
    -------
    str
        The quoted name of the table.
    """
    held = list(holders(config.groups[name]))
    group, table = identifier(f"group_{name}"), identifier(f"chosen_{name}")
    own = [each.source for each in held].index(config.focal)
    records = workspace.view(f"records_{config.focal}")
    others = [
        _SAID_BY_OTHER.format(
            at=at,
            group=group,
            linked=partners(workspace, config, config.focal, each.source),
            records=workspace.view(f"records_{each.source}"),
        )
        for at, each in enumerate(held)
        if at != own
    ]
    query = _CHOSEN.format(
        name=table,
        others=" UNION ALL ".join(others),
        itself=_SAID_ITSELF.format(own=own, group=group, records=records),
        keys=", ".join(f"{_first(rule, held)} AS {identifier(f'by_{rule}')}" for rule in RULES),
        by_rule=", ".join(
            f"arg_min(value, {identifier(f'by_{rule}')}) AS {identifier(rule)}" for rule in RULES
        ),
        group=group,
        records=records,
    )
    workspace.connection.execute(query)
    return table


def own_word_stands(config: Config, name: str, rule: str) -> bool:
    """Say whether a rule can change no group that the focal source itself knows.

    So it is where the focal source comes first, or where nobody can outvote it.
    """
    held = list(holders(config.groups[name]))
    own = [each.source for each in held].index(config.focal)
    if rule == "most_frequent":
        alone = all(config.sources[each.source].one_record_per_person for each in held)
        return own == 0 and len(held) == 2 and alone
    places = _places(rule, held)
    return min(range(len(held)), key=lambda at: (places[at], at)) == own


def _first(rule: str, held: Sequence[Group]) -> str:
    """Return the SQL number by which a rule orders the values of a record, the least to be chosen.

    Of each value it is what speaks most for it: the first place of a holder, then the first of its
    records; for most_frequent how often it is said, before these.
    """
    if rule == "most_frequent":
        return f"min(holder * {_PLACE} + partner) - count(*) * {_PLACE} * {len(held)}"
    places = _places(rule, held)
    order = sorted(places, key=lambda at: (places[at], at))
    cases = " ".join(f"WHEN {at} THEN {place}" for place, at in enumerate(order))
    return f"min((CASE holder {cases} END) * {_PLACE} + partner)"


def _places(rule: str, held: Sequence[Group]) -> dict[int, int]:
    """Return the place of each holder by a rule; those of one place are settled by their order."""
    if rule == "latest":
        days = [each.on or date.min for each in held]
        return {at: -day.toordinal() for at, day in enumerate(days)}
    if rule == "self_report_first":
        return {at: int(each.collected != "self_reported") for at, each in enumerate(held)}
    return dict.fromkeys(range(len(held)), 0)

"""Whose word counts where sources disagree about a person: the group of a record by each rule."""

from collections.abc import Mapping, Sequence
from datetime import date

from linkage.config.schema import Config, Group
from linkage.runs.workspace import Workspace
from linkage.sql import identifier
from quality import links_made
from quality.holders import holders

RULES: tuple[str, ...] = ("source_order", "latest", "most_frequent", "self_report_first")

_SAID_ITSELF = """
    SELECT record_id, {at} AS holder, record AS partner, {group} AS value FROM {records}
"""
_SAID_BY_OTHER = """
    SELECT pair.record_id, {at} AS holder, partner.record AS partner, partner.{group} AS value
    FROM ({partners}) AS pair JOIN {records} AS partner ON partner.record_id = pair.partner_id
"""
_CHOSEN = """
    WITH said AS ({said}),
    known AS (
        SELECT *, count(*) OVER (PARTITION BY record_id, value) AS times
        FROM said WHERE value IS NOT NULL
    ),
    chosen AS (SELECT record_id, {by_rule} FROM known GROUP BY record_id),
    linked AS (SELECT DISTINCT record_id FROM said WHERE holder <> {own})
    SELECT linked.record_id, own.{group} AS own_group, chosen.* EXCLUDE (record_id)
    FROM linked JOIN {records} AS own USING (record_id)
    LEFT JOIN chosen USING (record_id)
"""


def chosen(workspace: Workspace, config: Config, name: str) -> tuple[str, dict[str, object]]:
    """Return the query of the focal source's linked records with their group by each rule.

    Columns: ``record_id``, ``own_group``, and one for each of :data:`RULES`: NULL where no source
    knows the group. A record without a link to another holder is not among them: its own word is
    the only one.

    *Rules*: source_order: the first source that knows, as configured; latest: the one that speaks
    of the latest day, one without a day last; most_frequent: what most records of the person say;
    self_report_first: what the person said before what others said. Ties are settled by
    source_order, and in one source by the order of its records.

    Returns
    -------
    tuple
        The query, and the values to bind in it.
    """
    held = list(holders(config.groups[name]))
    group = identifier(f"group_{name}")
    own = [each.source for each in held].index(config.focal)
    records = workspace.view(f"records_{config.focal}")
    said = [_SAID_ITSELF.format(at=own, group=group, records=records)]
    bound: dict[str, object] = {"source": config.focal}
    for at, each in enumerate(held):
        if at != own:
            bound[f"other_{at}"] = each.source
            partners = links_made.partners(workspace, config)
            said.append(
                _SAID_BY_OTHER.format(
                    at=at,
                    group=group,
                    partners=partners.replace("$other", f"$other_{at}"),
                    records=workspace.view(f"records_{each.source}"),
                )
            )
    by_rule = ", ".join(
        f"arg_min(value, ({_first(rule, held)}, partner)) AS {identifier(rule)}" for rule in RULES
    )
    query = _CHOSEN.format(
        said=" UNION ALL ".join(said), by_rule=by_rule, own=own, group=group, records=records
    )
    return query, bound


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
    """Return the SQL numbers by which a rule orders what holders say, the first to be chosen."""
    if rule == "most_frequent":
        return "-times, holder"
    return f"{_case(_places(rule, held))}, holder"


def _places(rule: str, held: Sequence[Group]) -> dict[int, int]:
    """Return the place of each holder by a rule; those of one place are settled by their order."""
    if rule == "latest":
        days = [each.on or date.min for each in held]
        return {at: -day.toordinal() for at, day in enumerate(days)}
    if rule == "self_report_first":
        return {at: int(each.collected != "self_reported") for at, each in enumerate(held)}
    return dict.fromkeys(range(len(held)), 0)


def _case(places: Mapping[int, int]) -> str:
    cases = " ".join(f"WHEN {at} THEN {place}" for at, place in places.items())
    return f"CASE holder {cases} END"

"""The audit of a run's sources: sources by identifiers, and sources by characteristics."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from linkage.characteristics.equality_act import NINE, Protected
from linkage.config.schema import Config, Group
from linkage.model.blocking import Rule
from linkage.runs.workspace import Workspace
from quality.audit.completeness import (
    Completeness,
    LeastComplete,
    Share,
    by_group,
    columns_of,
    least_complete,
    reasons_of,
    share,
)
from quality.audit.linkable import linkable, telling
from quality.audit.unclaimed import unclaimed
from quality.holders import collected, holders, listed_by, made_of, protected

LINKABLE = "usable by a blocking rule"
_TELLING = "an identifier that few people share"
_MOST = 5
"""Groups named for each source and each characteristic."""


@dataclass(frozen=True)
class SourceAudit:
    """One source: its identifiers, and how many of its records could be linked at all.

    ``linkable`` is None where there is no blocking rule; ``bare`` counts the records with no
    identifier but what very many people share. ``not_held`` are identifiers of other sources.
    """

    name: str
    file: str
    kind: str
    records: int
    identifiers: tuple[Completeness, ...]
    not_held: tuple[str, ...]
    linkable: Share | None
    bare: Share
    least_complete: tuple[LeastComplete, ...]


@dataclass(frozen=True)
class Holding:
    """A characteristic as one source holds it."""

    source: str
    made_of: str
    collected: str
    mode: str | None
    listed_by: str
    completeness: Completeness
    least_complete: tuple[LeastComplete, ...]


@dataclass(frozen=True)
class Possible:
    """A column that may hold a characteristic: an identifier, or one that nothing uses."""

    source: str
    column: str
    is_identifier: bool


@dataclass(frozen=True)
class CharacteristicAudit:
    """A characteristic: which of the nine it is, and how each source holds it.

    ``name`` is None for one of the nine of which the configuration makes no group; ``could_hold``
    are columns of which no group is made.
    """

    protected: Protected | None
    name: str | None
    label: str
    not_held_by: tuple[str, ...]
    holdings: tuple[Holding, ...]
    could_hold: tuple[Possible, ...]


@dataclass(frozen=True)
class Audit:
    """Exact counts, for those who may see the records."""

    name: str
    level: float
    rules: tuple[str, ...]
    sources: tuple[SourceAudit, ...]
    characteristics: tuple[CharacteristicAudit, ...]


@dataclass(frozen=True)
class _Counted:
    """What was counted in one source."""

    source: SourceAudit
    characteristics: Mapping[str, tuple[Completeness, tuple[LeastComplete, ...]]]


def audit(
    workspace: Workspace,
    config: Config,
    rules: Sequence[Rule],
    held: Mapping[str, Sequence[str]],
) -> Audit:
    """Audit the standardised records of all sources.

    Parameters
    ----------
    rules
        Blocking rules and match-keys; none where none could be settled.
    held
        All columns of each source's file, used or not.
    """
    counted = {name: _counted(workspace, config, name, rules) for name in config.sources}
    roles = dict.fromkeys(
        each.column for one in counted.values() for each in one.source.identifiers
    )
    hints = {name: list(unclaimed(config, name, columns)) for name, columns in held.items()}
    return Audit(
        config.name,
        config.quality.level,
        tuple(rule.name for rule in rules),
        tuple(_with_not_held(one.source, roles) for one in counted.values()),
        (*_of_the_act(config, counted, hints), *_beyond_the_act(config, counted)),
    )


def _counted(workspace: Workspace, config: Config, name: str, rules: Sequence[Rule]) -> _Counted:
    connection, level = workspace.connection, config.quality.level
    smallest = config.disclosure.threshold
    view, source = workspace.view(f"records_{name}"), config.sources[name]
    columns = columns_of(connection, view)
    groups = [f"group_{each}" for each in columns.characteristics]
    usable = linkable(rules, _sides(config, name))
    extra = {_TELLING: telling(columns.identifiers)} | ({LINKABLE: usable} if usable else {})
    names, counts = by_group(
        connection, view, [*columns.identifiers, *groups], extra, columns.characteristics
    )
    everyone = counts[0]
    of_all = dict(zip(names, everyone.counts, strict=True))
    complete = list(reasons_of(connection, view, [*columns.identifiers, *groups], level))
    n_identifiers = len(columns.identifiers)

    def least(*wanted: str) -> tuple[LeastComplete, ...]:
        at = [names.index(each) for each in wanted]
        kept = [replace(each, counts=tuple(each.counts[k] for k in at)) for each in counts]
        return tuple(least_complete(wanted, kept, level, smallest, _MOST))

    return _Counted(
        SourceAudit(
            name,
            source.path.name,
            source.kind,
            everyone.n,
            tuple(complete[:n_identifiers]),
            (),
            share(of_all[LINKABLE], everyone.n, level) if usable else None,
            share(everyone.n - of_all[_TELLING], everyone.n, level),
            least(*columns.identifiers, *([LINKABLE] if usable else [])),
        ),
        {
            name: (made, least(f"group_{name}"))
            for name, made in zip(columns.characteristics, complete[n_identifiers:], strict=True)
        },
    )


def _sides(config: Config, name: str) -> list[str]:
    """Return on which sides of a pair a source's records stand: pairs follow the sources' order."""
    if config.linkage.type != "link":
        return ["l", "r"]
    names = list(config.sources)
    sides = {"l": name != names[-1], "r": name != names[0]}
    return [side for side, stands in sides.items() if stands]


def _with_not_held(source: SourceAudit, roles: Mapping[str, None]) -> SourceAudit:
    own = {each.column for each in source.identifiers}
    return replace(source, not_held=tuple(role for role in roles if role not in own))


def _of_the_act(
    config: Config,
    counted: Mapping[str, _Counted],
    hints: Mapping[str, Sequence[tuple[Protected, str]]],
) -> Iterator[CharacteristicAudit]:
    for each in NINE:
        named: list[str | None] = [
            name for name, group in config.groups.items() if protected(name, group) == each
        ]
        for name in named or [None]:
            could = tuple(
                possible
                for source in config.sources
                for possible in _could_hold(config, source, each, name, hints[source])
            )
            yield _characteristic(config, counted, each, name, could)


def _beyond_the_act(
    config: Config, counted: Mapping[str, _Counted]
) -> Iterator[CharacteristicAudit]:
    for name, group in config.groups.items():
        if protected(name, group) is None:
            yield _characteristic(config, counted, None, name, ())


def _characteristic(
    config: Config,
    counted: Mapping[str, _Counted],
    each: Protected | None,
    name: str | None,
    could_hold: tuple[Possible, ...],
) -> CharacteristicAudit:
    group = None if name is None else config.groups[name]
    held = (
        []
        if group is None or name is None
        else [_holding(one, *counted[one.source].characteristics[name]) for one in holders(group)]
    )
    label = str(each if group is None else group.label or name)
    without = [source for source in config.sources if source not in {h.source for h in held}]
    return CharacteristicAudit(each, name, label, tuple(without), tuple(held), could_hold)


def _holding(held: Group, completeness: Completeness, least: tuple[LeastComplete, ...]) -> Holding:
    return Holding(
        held.source,
        made_of(held),
        collected(held),
        held.mode,
        listed_by(held),
        completeness,
        least,
    )


def _could_hold(
    config: Config,
    source: str,
    each: Protected,
    name: str | None,
    hints: Sequence[tuple[Protected, str]],
) -> Iterator[Possible]:
    """Yield columns of a source that may hold one of the nine, where no group says so."""
    if name is not None and config.groups[name].held_in(source) is not None:
        return
    role = {"age": "date_of_birth", "sex": "sex"}.get(each)
    if role in config.sources[source].columns:
        yield Possible(source, str(role), is_identifier=True)
    yield from (
        Possible(source, column, is_identifier=False) for found, column in hints if found == each
    )

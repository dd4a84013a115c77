"""Do the settings of a characteristic go together, and do they hide nobody."""

from collections.abc import Iterator

from linkage.characteristics.refusals import (
    names_a_split,
    one_name_for_all,
    white_and_everyone_else,
)
from linkage.config.draft import Draft
from linkage.config.nodes import Path
from linkage.config.schema import Group
from linkage.errors import Fault

_ADDRESS = ("postcode", "street", "town")
_REASON = 'or write  allow_binary: "..."  with the reason, which the report prints'


def check_origin(draft: Draft, group: Group, path: Path) -> Iterator[Fault]:
    """Yield that the source has not the columns of which the characteristic is made."""
    columns = draft.columns_of(group.source)
    if columns is None:
        return
    aged = group.from_ == "date_of_birth" or (group.from_ == "household" and group.on)
    if aged and "date_of_birth" not in columns:
        message = f"age is taken from date_of_birth, and {group.source} has no such column"
        fix = f"add  date_of_birth: ...  to sources.{group.source}.columns"
        yield draft.fault("C145", path, message, fix)
    if group.from_ == "address" and columns.isdisjoint(_ADDRESS):
        message = f"{group.source} has no address: neither {', '.join(_ADDRESS[:-1])} nor town"
        fix = f"add  postcode: ...  to sources.{group.source}.columns"
        yield draft.fault("C145", path, message, fix)
    people = draft.config.sources[group.source].one_record_per_person
    if group.from_ == "household" and not people:
        message = f"households are counted in records, and {group.source} may hold people twice"
        fix = f"write  one_record_per_person: true  under sources.{group.source}, if it is so"
        yield draft.fault("C150", path, message, fix)


def check_settings(draft: Draft, name: str, group: Group) -> Iterator[Fault]:
    """Yield the settings that are written and would not be read."""
    aged, plain = group.from_ == "date_of_birth", group.from_ is None
    dated = aged or group.from_ == "household" or bool(group.also)
    where = {
        "on": (dated, "for an age, for households, or where  also  names other holders"),
        "split": (aged, "for an age:  from: date_of_birth"),
        "standard": (aged or plain, "for a column, or for an age:  from: date_of_birth"),
        "values": (plain, "for a column"),
        "lookup": (plain, "for a column"),
        "rule": (bool(group.also), "where  also  names other holders"),
    }
    for setting, (is_read, only) in where.items():
        if not is_read and draft.is_written("groups", name, setting):
            message = f"{setting} is only read {only}"
            path = ("groups", name, setting)
            yield draft.fault("C137", path, message, f"remove {setting}", key=True)


def check_refusals(draft: Draft, name: str, group: Group) -> Iterator[Fault]:
    """Yield the names and splits that put all ethnic minorities together without a reason."""
    if group.allow_binary is not None:
        return
    path: Path = ("groups", name)
    said = {"label": group.label, "reference": group.reference}
    named = {
        ("groups", name): name,
        **{(*path, key): text for key, text in said.items() if text},
        **{(*path, "values", code): meaning for code, meaning in group.values.items()},
    }
    for at, text in named.items():
        if one_name_for_all(text):
            message = "BAME and BME put groups together that differ in how well they are linked"
            fix = f"name each ethnic group, {_REASON}"
            yield draft.fault("C151", at, message, fix, key=at == path)
    splits = names_a_split(name) or (group.label is not None and names_a_split(group.label))
    if splits or white_and_everyone_else(group.values.values()):
        message = "White against everyone else says nothing of anyone else"
        at = path if splits else (*path, "values")
        yield draft.fault("C151", at, message, f"take each ethnic group, {_REASON}", key=True)

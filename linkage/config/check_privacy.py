"""Can what is to be encoded be encoded, and linked once it is."""

from collections.abc import Iterator

from linkage.config.draft import Draft
from linkage.config.nearest import nearest
from linkage.config.nodes import Path
from linkage.config.privacy_settings import Privacy
from linkage.config.source_settings import Column
from linkage.errors import Fault
from linkage.privacy.profiles import NAMES, schema_for
from linkage.privacy.schema import Encoded, Filter

_AT = ("privacy",)


def check_privacy(draft: Draft) -> Iterator[Fault]:
    """Yield fields that no encoding can be made of, and profiles that the fields do not allow."""
    privacy = draft.config.privacy
    if privacy is None:
        return
    faults = [*_listed(draft, privacy), *_held(draft, privacy)]
    yield from faults
    if not faults:
        yield from _profile(draft, privacy)


def _listed(draft: Draft, privacy: Privacy) -> Iterator[Fault]:
    """Yield fields that stand twice, and those that are encoded by their parts."""
    for i, field in enumerate(privacy.fields):
        if field in privacy.fields[:i] or field in privacy.numbers:
            message = f"{field} is listed twice"
            yield draft.fault("C181", (*_AT, "fields", i), message, "name each field once")
        if field == "full_name":
            message = "a full name is encoded by its parts"
            fix = "write  first_name, middle_name, surname : a full name gives all three"
            yield draft.fault("C181", (*_AT, "fields", i), message, fix)


def _held(draft: Draft, privacy: Privacy) -> Iterator[Fault]:
    """Yield fields that a source does not hold, or holds as another kind."""
    for name, source in draft.config.sources.items():
        columns = draft.columns_of(name)
        if columns is None:
            continue
        for i, field in enumerate(privacy.fields):
            if field != "full_name":
                yield from _one_held(draft, (*_AT, "fields", i), name, field, columns)
                yield from _no_text(draft, i, field, source.columns.get(field))
        for field in privacy.numbers:
            yield from _one_held(draft, (*_AT, "numbers", field), name, field, columns)
            yield from _no_number(draft, name, field, source.columns.get(field))


def _one_held(
    draft: Draft, path: Path, source: str, field: str, columns: frozenset[str]
) -> Iterator[Fault]:
    if field in columns:
        return
    meant = nearest(field, columns)
    fix = f"map it under sources.{source}.columns, be it an empty column, or leave it out"
    fix = f"write  {meant} ; or {fix}" if meant else fix
    message = f'{source} has no column called "{field}", and every owner encodes the same fields'
    yield draft.fault("C180", path, message, fix, key=path[1] == "numbers")


def _no_text(draft: Draft, i: int, field: str, column: Column | None) -> Iterator[Fault]:
    """Yield a field that is no text: a number has a step, and a list has no one value."""
    if column is None or column.kind not in {"number", "array"}:
        return
    if column.kind == "number":
        message, fix = f"{field} is a number", f"write  numbers: {{{field}: STEP}}  in privacy"
    else:
        message, fix = f"{field} is a list of values", "leave it out: lists are not encoded"
    yield draft.fault("C181", (*_AT, "fields", i), message, fix)


def _no_number(draft: Draft, source: str, field: str, column: Column | None) -> Iterator[Fault]:
    if column is not None and column.kind != "number":
        message = f"{field} of {source} is not of kind number"
        fix = f"write  {field}: {{column: ..., kind: number}}  under sources.{source}.columns"
        yield draft.fault("C181", (*_AT, "numbers", field), message, fix, key=True)


def _profile(draft: Draft, privacy: Privacy) -> Iterator[Fault]:
    """Yield what the profile needs beside the fields: salts, and something to block on."""
    columns = schema_for(privacy).columns
    if privacy.profile == "keys":
        for field in privacy.numbers:
            path = (*_AT, "numbers", field)
            fix = "leave numbers out, or choose  profile: standard"
            yield draft.fault("C181", path, "match-keys hold no numbers", fix, key=True)
    else:
        yield from _salts(draft, privacy, columns)
    if all(isinstance(each, Filter) or each.coarse for each in columns):
        message = f"profile {privacy.profile} makes nothing of these fields to find candidates by"
        fix = "add fields: names and a date of birth together are enough for every profile"
        yield draft.fault("C183", (*_AT, "fields"), message, fix)


def _salts(draft: Draft, privacy: Privacy, columns: tuple[Encoded, ...]) -> Iterator[Fault]:
    """Yield the fields that would have filters, and have none for want of a salt."""
    filtered = {column.of for column in columns if isinstance(column, Filter)}
    wanted = [*(field for field in privacy.fields if field in NAMES), *privacy.numbers]
    for field in wanted:
        if field not in filtered:
            message = f"profile {privacy.profile} encodes {field} salted, and no field gives a salt"
            fix = "add  date_of_birth  to the fields: every owner maps it, be it an empty column"
            yield draft.fault("C182", (*_AT, "profile"), message, fix)

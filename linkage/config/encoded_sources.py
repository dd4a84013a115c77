"""Encoded sources as ordinary ones: what their folder's schema says takes its place in the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from linkage.config import nodes
from linkage.config.schema import Column, Config, Source
from linkage.config.source_settings import Encoding, Origin
from linkage.errors import DataError
from linkage.privacy.folder import Delivery, opened
from linkage.privacy.manifest import GROUP
from linkage.privacy.schema import Band, Encoded, Filter, Token


@dataclass(frozen=True)
class Expanded:
    """A configuration with the columns of its encoded sources.

    ``broken`` names those of folders that cannot be opened: why, is told with what is wrong with
    the data.
    """

    config: Config
    broken: frozenset[nodes.Path]


def expanded(config: Config, folder: Path) -> Expanded:
    """Return ``config``, of which relative paths start at ``folder``, with encoded sources told."""
    broken: set[nodes.Path] = set()
    sources: dict[str, Source] = {}
    for name, source in config.sources.items():
        if source.encoded is None:
            sources[name] = source
            continue
        try:
            delivery = opened(name, folder / source.encoded)
        except DataError:
            broken.add(("sources", name, "columns"))
            sources[name] = source
        else:
            told = {"columns": columns_of(delivery), "origin": _origin(delivery)}
            sources[name] = source.model_copy(update=told)
    return Expanded(config.model_copy(update={"sources": sources}), frozenset(broken))


def columns_of(delivery: Delivery) -> dict[str, Column]:
    """Return a column for each of the schema's, called as it is."""
    return {each.name: _column(each) for each in delivery.schema.columns}


def _column(encoded: Encoded) -> Column:
    match encoded:
        case Filter(name, of, levels=levels, salt=salt):
            return Column(column=name, kind="filter", levels=levels, of=(of,), salt=salt)
        case Token(name, of, coarse, salt):
            kind: Encoding = "coarse_token" if coarse else "token"
            return Column(column=name, kind=kind, of=of, salt=salt)
        case Band(name, of, joined):
            return Column(column=name, kind="band", of=(*of, *joined))


def encoded_columns(sources: Mapping[str, Source]) -> dict[str, Column]:
    """Return the columns of all encoded sources: owners encode alike."""
    return {
        name: column
        for source in sources.values()
        if source.encoded is not None
        for name, column in source.columns.items()
    }


def is_group(column: str) -> bool:
    """Say whether a column of an encoded source holds what it says: the code of a group."""
    return column.startswith(GROUP)


def _origin(delivery: Delivery) -> Origin:
    return Origin(
        project=delivery.schema.project,
        profile=delivery.schema.profile,
        schema_hash=delivery.schema.hash,
        key_check=delivery.manifest.key_check,
        delivery=delivery.manifest.delivery,
    )

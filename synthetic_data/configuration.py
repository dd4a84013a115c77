"""The configuration that links the sources of a specification: what ``link run`` is given."""

from collections.abc import Iterator, Mapping
from importlib.resources import files

import jinja2

from synthetic_data.codes import HARMONISED
from synthetic_data.spec.schema import AGE, SourceSpec, Spec

LINKED_ON = (
    "first_name",
    "middle_name",
    "surname",
    "date_of_birth",
    "sex",
    "house_number",
    "street",
    "town",
    "postcode",
)
"""Columns that identify people; those of characteristics say how well that goes for whom."""

_TEMPLATE = "config.yaml.j2"


def configuration(spec: Spec) -> str:
    """Return a configuration for the files beside it."""
    focal = spec.focal or next(iter(spec.sources))
    return (
        environment()
        .get_template(_TEMPLATE)
        .render(
            spec=spec,
            focal=focal,
            columns={name: dict(_columns(source)) for name, source in spec.sources.items()},
            groups=list(_groups(spec, focal)),
            variables=list(_variables(spec)),
        )
    )


def environment() -> jinja2.Environment:
    """Return what fills the templates of this package."""
    folder = files(__package__).joinpath("templates")
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: folder.joinpath(name).read_text("utf-8")),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(("html.j2",)),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _columns(source: SourceSpec) -> Iterator[tuple[str, str]]:
    """Yield the roles that link, each with what the configuration says of its column."""
    for role in LINKED_ON:
        if role not in source.columns:
            continue
        column = _text(source.columns[role])
        if role == "date_of_birth":
            yield role, f"{{ column: {column}, format: {_text(source.dates)} }}"
        elif codes := source.codes.get(role):
            written = ", ".join(f"{_text(code)}: {group}" for group, code in codes.items())
            yield role, f"{{ column: {column}, codes: {{ {written} }} }}"
        else:
            yield role, column


def _groups(spec: Spec, focal: str) -> Iterator[str]:
    """Yield the groups whom results are shown for.

    All of the source that holds the most of them, so that they can be crossed: the focal one, where
    it holds as many as any; what that one does not hold of the first that does.
    """
    held = {
        name: [group for group in spec.groups if _column_of(group) in spec.sources[name].columns]
        for name in (focal, *spec.sources)
    }
    in_turn = sorted(held, key=lambda name: -len(held[name]))
    for group in spec.groups:
        source = next((name for name in in_turn if group in held[name]), None)
        if source is not None:
            yield f"{group}: {{ source: {source}, {_group(group, spec.sources[source])} }}"


def _column_of(group: str) -> str:
    return "date_of_birth" if group == AGE else group


def _group(name: str, source: SourceSpec) -> str:
    """Return what the configuration says of a characteristic of a source."""
    if name == AGE:
        return f"from: date_of_birth, on: {source.day}, standard: age.bands_8, split: [20]"
    listed = source.lists.get(name, HARMONISED.get(name))
    return f"column: {_text(source.columns[name])}" + (f", standard: {listed}" if listed else "")


def _variables(spec: Spec) -> Iterator[str]:
    """Yield the columns whose missing values are reported: those that link nothing."""
    for name, source in spec.sources.items():
        for role, column in source.columns.items():
            if role not in LINKED_ON and role in source.errors.missing:
                yield f"{{ source: {name}, column: {_text(column)} }}"


def _text(value: str) -> str:
    """Return a text as YAML, in quotes where it needs them."""
    plain = value.replace("_", "").isalnum() and not value[0].isdigit()
    return value if plain and value.lower() not in _WORDS else f'"{value}"'


_WORDS: Mapping[str, None] = dict.fromkeys(("yes", "no", "true", "false", "null", "on", "off"))

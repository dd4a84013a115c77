"""The encodings that are attacked: those that fail, and those that are offered."""

from collections.abc import Iterator
from dataclasses import dataclass

from linkage.config.privacy_settings import Privacy, Profile
from linkage.privacy.profiles import schema_for
from linkage.privacy.schema import Encoded, Filter, Schema, Token

PROJECT = "attack"
NAMES = ("first_name", "surname")
_FIELDS = ("first_name", "surname", "date_of_birth", "sex", "postcode")
_BITS = 15
_SEX = Token("sex", ("sex",), True)


@dataclass(frozen=True)
class Encoding:
    """A schema under the name that the table gives it; ``flipped`` is the f of BLIP."""

    name: str
    schema: Schema
    flipped: float = 0.0


def encodings() -> Iterator[Encoding]:
    """Yield the encodings, the weakest first."""
    yield _encoding("HMAC token of the name", *(Token(name, (name,), False) for name in NAMES))
    for name, harden in _HARDENED.items():
        yield _encoding(name, *_filters(harden, ()))
    for flipped in (0.05, 0.2):
        schema = _encoding("", *_filters((), ())).schema
        yield Encoding(f"Bloom filter, BLIP {flipped:g}", schema, flipped)
    for name, salts in _SALTED.items():
        columns = [column for salt in salts for column in _filters((), salt)]
        yield _encoding(name, *columns)
    yield from profiles()


def profiles() -> Iterator[Encoding]:
    """Yield what is offered."""
    for profile in ("keys", "standard", "high"):
        yield Encoding(f"profile {profile}", _profile(profile))


_HARDENED: dict[str, tuple[str, ...]] = {
    "Bloom filter": (),
    "Bloom filter, rule 90": ("rule90",),
    "Bloom filter, balanced": ("balanced",),
    "Bloom filter, folded": ("fold",),
}
_SALTED: dict[str, tuple[tuple[str, ...], ...]] = {
    "salted by sex": (("sex",),),
    "salted by decade of birth": (("birth_decade",),),
    "salted by year of birth and sex": (("birth_year", "sex"),),
    "salted by year, and by month and day": (("birth_year",), ("birth_month", "birth_day")),
    "salted by each two parts of the date": (
        ("birth_year", "birth_month"),
        ("birth_year", "birth_day"),
        ("birth_month", "birth_day"),
    ),
}


def _filters(harden: tuple[str, ...], salt: tuple[str, ...]) -> Iterator[Filter]:
    for name in NAMES:
        called = "_by_".join((name, "_".join(salt)))
        yield Filter(called, name, _BITS, harden, salt, (0.8,))


def _encoding(name: str, *columns: Encoded) -> Encoding:
    return Encoding(name, Schema(PROJECT, "standard", "1", (_SEX, *columns)))


def _profile(profile: Profile) -> Schema:
    return schema_for(Privacy(project=PROJECT, profile=profile, fields=_FIELDS))

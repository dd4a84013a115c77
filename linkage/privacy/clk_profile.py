"""The schema of clkhash that a project's fields give, where an owner encodes with another tool."""

from hashlib import sha512

from linkage.config.loader import Loaded
from linkage.config.privacy_settings import Privacy
from linkage.errors import ConfigError
from linkage.privacy.clkhash_schema import ClkSchema, Comparison, Feature

_BIGRAMS = Comparison("ngram", 2)
_IN_PLACE = Comparison("ngram", 2, positional=True)
_EXACT = Comparison("exact")

_FEATURES: dict[str, tuple[Comparison, int]] = {
    "first_name": (_BIGRAMS, 200),
    "middle_name": (_BIGRAMS, 100),
    "surname": (_BIGRAMS, 200),
    "date_of_birth": (_IN_PLACE, 150),
    "sex": (_EXACT, 30),
    "postcode": (_IN_PLACE, 150),
}
"""How a field is compared, and the bits that it sets: about half of 1024 all together."""

_OTHER = (_BIGRAMS, 100)


def require_privacy(loaded: Loaded) -> Privacy:
    """Return what a configuration says of encoding.

    Raises
    ------
    ConfigError
        C180 when it says nothing.
    """
    if loaded.config.privacy is None:
        message = "the configuration does not say what is encoded"
        fix = "write  privacy: {project: ..., fields: [...]}"
        raise ConfigError(loaded.fault("C180", (), message, fix))
    return loaded.config.privacy


def clk_schema_for(privacy: Privacy) -> ClkSchema:
    """Return the schema of the fields, bound to the project. Numbers are left out.

    A date is read as 1980-02-29.
    """
    made = sha512(f"linkage clk {privacy.project}".encode()).digest()
    features = tuple(map(_feature, privacy.fields))
    return ClkSchema(features, salt=made, info=privacy.project.encode())


def _feature(field: str) -> Feature:
    comparison, bits = _FEATURES.get(field, _OTHER)
    date = "%Y-%m-%d" if field == "date_of_birth" else None
    return Feature(field, comparison, per_feature=bits, date=date, missing=("", ""))

"""What a report says of a linkage that saw no identifier: how it was encoded, what can be read."""

from collections.abc import Iterable, Iterator

from linkage.config.encoded_sources import encoded_columns
from linkage.config.schema import Config
from quality.report.numbers import words
from quality.report.page import Fact, Part
from quality.report.wording import isolate, listed, sentence

_SAID = (
    "The sources were linked on encodings that their owners made with a key the linkage unit does "
    "not have. Encoded records are pseudonymised personal data, not anonymous ones."
)
_UNSEEN = (
    "Nobody looked at a pair: without a truth file every figure on errors is of the model alone, "
    "grade C."
)
_OPENED = (
    "The owners opened the values of sampled records to a review party. What it decided came back "
    "without a value, and figures on errors rest on it. Partners whose encodings agree in next to "
    "nothing were not among what it saw: how many there are is the model's reckoning, so precision "
    "is measured, and recall measured and modelled together, grade B."
)
_PROFILES = {
    "keys": "keys: tokens of several fields together, equal or not",
    "standard": "standard: filters of names, salted by when and where people were born or live",
    "high": "high: as standard, salted by more",
}


def encoded_part(config: Config) -> Iterator[Part]:
    """Yield what is to be said where the sources are encoded."""
    columns = encoded_columns(config.sources)
    origins = [source.origin for source in config.sources.values() if source.origin is not None]
    if not columns or not origins:
        return
    readable = [name for name, each in columns.items() if each.kind == "coarse_token"]
    values = dict.fromkeys(value for each in columns.values() for value in each.of)
    facts = (
        ("encoding_project", "Project", isolate(origins[0].project)),
        ("encoding_profile", "Profile", _PROFILES.get(origins[0].profile, origins[0].profile)),
        ("encoding_of", "Made of", _named(values)),
        ("encoding_readable", "Encodings whose values the unit can work out", _named(readable)),
        ("encoding_groups", "Columns in clear: codes of groups", _named(config.groups)),
    )
    yield Part(
        heading="Linked on encodings",
        paragraphs=(f"{_SAID} {_UNSEEN if config.quality.review is None else _OPENED}",),
        facts=tuple(Fact(key, label, words(sentence(said))) for key, label, said in facts),
    )


def _named(columns: Iterable[str]) -> str:
    return listed([each.replace("_", " ") for each in columns]) or "none"

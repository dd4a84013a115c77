"""Quality assurance of administrative data: four practice areas, and how much of it is due.

Source: Office for Statistics Regulation, Administrative Data Quality Assurance Toolkit, updated
December 2022: the QA matrix (levels A0 to A3) and the risk/profile matrix, read there.
"""

from linkage.config.documentation_settings import PracticeArea, Standing
from linkage.config.schema import Config
from quality.documents.items import Document, Item, Line, Part, given, joined, of_sources
from quality.documents.known import Known

AREAS = {
    "operational_context": "Operational context and administrative data collection",
    "communication": "Communication with data supply partners",
    "suppliers": "Suppliers' quality assurance",
    "producer": "Producer's investigations and documentation",
}
_CHECKED = {"operational_context", "communication"}  # the toolkit's pages name these two in full

LEVELS = {"A0": "no", "A1": "basic", "A2": "enhanced", "A3": "comprehensive"}

DUE: dict[tuple[Standing, Standing], tuple[str, str]] = {
    ("low", "low"): ("A1", "A1"),
    ("low", "medium"): ("A1", "A2"),
    ("low", "high"): ("A1", "A2"),
    ("medium", "low"): ("A1", "A2"),
    ("medium", "medium"): ("A2", "A2"),
    ("medium", "high"): ("A2", "A3"),
    ("high", "low"): ("A1", "A3"),
    ("high", "medium"): ("A3", "A3"),
    ("high", "high"): ("A3", "A3"),
}
"""The lowest and the highest level that is due, by concern and by public interest."""

_QUALITY = "documentation.quality_assurance"


def banner(config: Config) -> str:
    """Return what must be read first where an area has no assurance; empty where none is A0."""
    none = [text for name, text in AREAS.items() if _has_level(config, name, "A0")]
    if not none:
        return ""
    return (
        f"No assurance (A0): {'; '.join(none)}. A0 is not compliant with the Code of Practice for "
        "Official Statistics."
    )


def _has_level(config: Config, area: str, level: str) -> bool:
    said = area_of(config, area)
    return said is not None and said.level == level


def area_of(config: Config, area: str) -> PracticeArea | None:
    """Return what is said of a practice area."""
    found: PracticeArea | None = getattr(config.documentation.quality_assurance, area)
    return found


def due(config: Config) -> Line:
    """Return the levels that are due by the matrix; a gap where its two sides are not said."""
    said = config.documentation.quality_assurance
    about = "Level due"
    if said.concern is None:
        return Line(None, about, f"{_QUALITY}.concern")
    if said.public_interest is None:
        return Line(None, about, f"{_QUALITY}.public_interest")
    lowest, highest = DUE[said.concern, said.public_interest]
    level = lowest if lowest == highest else f"{lowest} to {highest}"
    text = f"{level}: {said.concern} concern, {said.public_interest} public interest"
    return Line(text, about)


def levels(config: Config) -> tuple[Line, ...]:
    """Return what is due, and the level reached by area."""
    return (due(config), *(_level(config, area, text) for area, text in AREAS.items()))


def _level(config: Config, area: str, about: str) -> Line:
    said = area_of(config, area)
    if said is None:
        return Line(None, about, f"{_QUALITY}.{area}")
    return Line(f"{said.level}, {LEVELS[said.level]} assurance{_short(config, said)}", about)


def _short(config: Config, said: PracticeArea) -> str:
    """Say where a level lies below what is due."""
    matrix = config.documentation.quality_assurance
    if matrix.concern is None or matrix.public_interest is None:
        return ""
    lowest, _ = DUE[matrix.concern, matrix.public_interest]
    return "" if said.level >= lowest else f": below {lowest}, the lowest level due"


def qaad(known: Known) -> Document:
    """Return the four practice areas: the producer's from the run, the others from what is said."""
    config = known.inputs.config
    return Document(
        name="quality-assurance",
        title="Quality assurance of administrative data",
        about=(
            "Four practice areas, each with its level of assurance: A0 none, A1 basic, A2 "
            "enhanced, A3 comprehensive. The producer judges which level is due, by the "
            "concern over quality and the public interest, and explains it. The run "
            "fills the producer's area alone.",
        ),
        source="Office for Statistics Regulation, Administrative Data Quality Assurance Toolkit, "
        "updated 15 December 2022.",
        parts=(
            Part("Level due", (Item("Matrix", "The level due, by concern and public interest",
                                    (due(config),)),)),
            Part("Practice areas", tuple(areas(known))),
        ),
        banner=banner(config),
    )  # fmt: skip


def areas(known: Known) -> list[Item]:
    """Return the four practice areas, each with its level and what is known of it."""
    config = known.inputs.config
    own = {
        "operational_context": ("generated", "extracted", "exclusions"),
        "communication": ("supplier", "changes"),
        "suppliers": ("checks",),
        "producer": (),
    }
    found = []
    for at, (area, text) in enumerate(AREAS.items(), start=1):
        said = [of_sources(config, field, known.label, field) for field in own[area]]
        lines = joined(_reason(config, area), *said, _of_run(known) if area == "producer" else ())
        chapters = (2, 3, 5, 10) if area == "producer" else ()
        found.append(Item(f"Area {at}", text, lines, chapters, area in _CHECKED))
    return found


def _reason(config: Config, area: str) -> tuple[Line, ...]:
    said = area_of(config, area)
    level = _level(config, area, "Level")
    return (level,) if said is None else (level, Line(said.reason, "Reason"))


def _of_run(known: Known) -> tuple[Line, ...]:
    """Return what the run investigated: the producer's own checks."""
    return joined(
        given(
            "Ids, dates, codes and filters of every source were checked when it was read; what was "
            "rejected or set aside is reported with its reason.",
            "Completeness, link rates and gaps were worked out by group.",
        ),
        known.quality,
    )

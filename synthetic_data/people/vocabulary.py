"""The groups of each characteristic, and the places that people have in a household, by code."""

from typing import Final

from synthetic_data.codes import codes

ROLES: Final = ("head", "partner", "child", "parent", "other", "resident")
"""``parent``: of the head or the partner; ``other``: lodgers, sharers, students, foster children;
``resident``: of a communal establishment."""
HEAD, PARTNER, CHILD, PARENT, OTHER, RESIDENT = range(len(ROLES))

KINDS: Final = codes("household_kind")
(
    ALONE,
    COUPLE,
    FAMILY,
    LONE_PARENT,
    SHARERS,
    MULTI_GENERATION,
    LODGERS,
    STUDENTS,
    COMMUNAL,
    NO_FIXED_ABODE,
    TRAVELLER_SITE,
) = range(len(KINDS))

AGES_FROM: Final = (0, 5, 10, 16, 20, 25, 30, 40, 50, 65, 75, 85)
"""The youngest age of each band."""

FLAGS: Final = ("no", "yes")
FEMALE, MALE = range(2)
(NO, YES) = range(2)


NAMES: Final[dict[str, tuple[str, ...]]] = {
    "ethnicity": codes("ethnicity"),
    "sex": codes("sex"),
    "age": tuple(str(age) for age in AGES_FROM),
    "religion": codes("religion"),
    "disability": codes("disability"),
    "sexual_orientation": codes("sexual_orientation"),
    "gender_identity": codes("gender_identity"),
    "marital_status": codes("marital_status"),
    "pregnant": FLAGS,
    "country_of_birth": codes("country_of_birth"),
    "deprivation": codes("deprivation"),
    "region": codes("region"),
    "nssec": codes("nssec"),
    "household_kind": KINDS,
    "looked_after": FLAGS,
}
"""The groups of each characteristic, in order: a code is a position in these."""

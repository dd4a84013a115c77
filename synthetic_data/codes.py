"""The closed lists of codes that distributions, specifications and the truth use."""

from collections.abc import Mapping
from functools import cache

from linkage.characteristics.standards import standard

NOT_APPLICABLE = -8
"""The census's code for those whom a question is not for; elsewhere a code is its position."""

_ABROAD = tuple(
    "ireland eu india pakistan bangladesh china_hk other_asia africa caribbean_americas "
    "other".split()
)
_UK = ("england", "wales", "scotland", "northern_ireland")
_PRIVATE = tuple(
    "alone couple family lone_parent sharers multi_generation lodgers students".split()
)
_ENGLISH_REGIONS = tuple(
    "north_east north_west yorkshire_and_the_humber east_midlands west_midlands east_of_england "
    "london south_east south_west".split()
)
_OWN: Mapping[str, tuple[str, ...]] = {
    "sex": ("F", "M"),
    "gender_identity": ("same", "trans_woman", "trans_man", "non_binary", "other"),
    "orientation_4": ("straight", "gay_or_lesbian", "bisexual", "other"),
    "marital_status_apart": ("1", "6", "7", "8", "9", "10", "11"),
    "couple": ("opposite_sex", "same_sex"),
    "couple_status": ("married", "civil_partnership", "cohabiting"),
    "uk_country": _UK,
    "country_abroad": _ABROAD,
    "country_of_birth": (*_UK, *_ABROAD),
    "birth_region": ("uk", "eu", "asia", "africa", "americas", "other"),
    "period": tuple(
        "1941 1951 1961 1971 1981 1991 2001 2011 2014 2017 2020".split()
    ),  # the first year of each
    "region": (*_ENGLISH_REGIONS, "wales", "scotland", "northern_ireland"),
    "deprivation": tuple(str(decile) for decile in range(1, 11)),
    "nssec": tuple(str(group) for group in range(1, 9)),
    "private_household": _PRIVATE,
    "household_kind": (*_PRIVATE, "communal", "no_fixed_abode", "traveller_site"),
    "composition": ("one_person", "couple", "couple_with_children", "lone_parent", "other"),
    "other_household": _PRIVATE[4:],
    "size": tuple(str(people) for people in range(1, 9)),
    "communal_kind": ("care_home", "student_hall", "prison", "other"),
    "member": ("partner", "child", "other"),
    "multi_religion": (
        "none_stated",
        "same_religion",
        "no_religion",
        "same_and_none",
        "different",
    ),
    "address_one_year_ago": ("same_address", "student_address", "within_uk", "abroad"),
    "broad_ethnic_group": ("asian", "black", "mixed", "white", "other"),
}
HARMONISED = {
    "sex": "sex",
    "ethnicity": "ethnicity.census_2021_19",
    "religion": "religion_or_belief.ew_codes_2011",
    "disability": "disability",
    "sexual_orientation": "sexual_orientation",
    "marital_status": "marriage_and_civil_partnership",
}
"""The harmonised list that the groups of a characteristic are those of; sex has words of ours."""
BROAD_OF_ETHNICITY = (0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4)
"""The broad ethnic group, by position, of each ethnic group."""


@cache
def codes(name: str) -> tuple[str, ...]:
    """Return the codes of a list, such as ``religion``, in order.

    Raises
    ------
    KeyError
        When there is no list of that name.
    """
    if name in _OWN:
        return _OWN[name]
    return tuple(standard(HARMONISED[name]).codes)

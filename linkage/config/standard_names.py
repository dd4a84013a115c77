"""The names of the harmonised lists, so that a check need not read the lists themselves."""

STANDARD_NAMES: tuple[str, ...] = (
    "age.bands_8",
    "age.bands_5yr",
    "sex",
    "gender_identity",
    "ethnicity.census_2021_19",
    "ethnicity.collection_2025",
    "ethnicity.northern_ireland_2021",
    "ethnicity.scotland_2022",
    "ethnicity.legacy_16_plus_1",
    "disability",
    "religion_or_belief.ew_gb_uk_output",
    "religion_or_belief.ew_codes_2011",
    "religion_or_belief.scotland_question",
    "religion_or_belief.scotland_2001_output",
    "sexual_orientation",
    "sexual_orientation.scotland_2022",
    "sexual_orientation.northern_ireland_agg",
    "marriage_and_civil_partnership",
    "marriage_and_civil_partnership.scotland_2022",
    "accommodation",
    "accommodation.from_address",
    "household.size",
    "household.composition",
    "deprivation.decile",
    "region",
)
"""As linkage.characteristics.standards has them, in its order."""

LISTS_BY_NATION: dict[str, dict[str, str]] = {
    "ethnicity": {
        "england_and_wales": "ethnicity.census_2021_19",
        "scotland": "ethnicity.scotland_2022",
        "northern_ireland": "ethnicity.northern_ireland_2021",
    },
    "disability": {"england_and_wales": "disability"},
    "religion_or_belief": {
        "england_and_wales": "religion_or_belief.ew_codes_2011",
        "scotland": "religion_or_belief.scotland_question",
    },
    "sexual_orientation": {
        "england_and_wales": "sexual_orientation",
        "scotland": "sexual_orientation.scotland_2022",
        "northern_ireland": "sexual_orientation.northern_ireland_agg",
    },
    "marriage_and_civil_partnership": {
        "england_and_wales": "marriage_and_civil_partnership",
        "scotland": "marriage_and_civil_partnership.scotland_2022",
    },
}
"""Each nation's list of a characteristic, as harmonised.yaml has them under ``by_nation``."""


def list_of(standard: str, nation: str | None) -> str:
    """Return the name of a nation's list; ``standard`` itself where there is none, or no nation.

    Example
    -------
    >>> list_of("ethnicity", "scotland"), list_of("sex", None)
    ('ethnicity.scotland_2022', 'sex')
    """
    return LISTS_BY_NATION.get(standard, {}).get(nation or "", standard)

"""The names of the harmonised lists, so that a check need not read the lists themselves."""

STANDARD_NAMES: tuple[str, ...] = (
    "age.bands_8",
    "age.bands_5yr",
    "sex",
    "ethnicity.census_2021_19",
    "ethnicity.collection_2025",
    "ethnicity.northern_ireland_2021",
    "ethnicity.scotland_2022",
    "ethnicity.legacy_16_plus_1",
    "disability",
    "religion_or_belief.ew_gb_uk_output",
    "religion_or_belief.ew_codes_2011",
    "religion_or_belief.scotland_2001_output",
    "sexual_orientation",
    "sexual_orientation.scotland_2022",
    "sexual_orientation.northern_ireland_agg",
    "marriage_and_civil_partnership",
    "marriage_and_civil_partnership.scotland_2022",
)
"""As linkage.characteristics.standards has them, in its order."""

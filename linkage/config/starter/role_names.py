"""Names that columns of a known role bear in the files of statistical and health offices."""

import re

_ROLE_NAMES: tuple[tuple[str, str], ...] = (
    ("first_name", r"(first|given|fore|christian)_?name_?s?(_?1|_c1)?|f_?name(_?1|_c1)?|first"),
    ("middle_name", r"(middle|second)_?(names?|initials?)|m_?name|fname_c2|middle|mid_?init"),
    ("surname", r"(last|family|sur|second_sur)_?names?(_?1|_c1)?|[ls]_?name(_?1|_c1)?|last"),
    ("full_name", r"full_?name|whole_name|person_?name|complete_name"),
    (
        "date_of_birth",
        r"dob|d_o_b|(date_?(of_?)?)?birth_?(date|dt|day_date)?|date_of_birth|bdate|born(_?on)?",
    ),
    ("sex", r"sex|gender|sex_code|sex_at_birth"),
    ("house_number", r"(street|house|building|premises?)_?(number|no|num|nbr)|number_in_street"),
    ("street", r"street(_?name)?|road|thoroughfare|address(_?line)?_?1"),
    ("town", r"(post_?)?town|city|suburb|village|municipality"),
    ("postcode", r"(post|postal|zip)_?codes?(_fake)?|p_?code|zip(_?5)?"),
    ("country", r"country|nation"),
    ("email", r"e_?mail(_?(address|addr))?"),
    ("phone", r"(tele)?phone(_?(number|no|num))?|mobile(_?(number|no|phone))?|tel(_?no)?"),
    ("person_number", r"nhs_?(number|no|num)|ssn|soc_?sec(_?id|_?no)?|nino|chi_?(number|no)"),
    ("person_number", r"national_insurance_?(number|no)|social_security_?(number|no)|person_?no"),
    ("place_of_birth", r"(place_of_birth|birth_?place|pob|town_of_birth)"),
)
_PARTS: tuple[tuple[str, str], ...] = (
    ("day", r"bd|(birth_?|dob_?)(d|day)|day_of_birth"),
    ("month", r"bm|(birth_?|dob_?)(m|mon|month)|month_of_birth"),
    ("year", r"by|(birth_?|dob_?)(y|yr|year)|year_of_birth|yob"),
)
_OF_ADDRESS = re.compile(r"^(mailing_address|home_address|postal_address|mailing|home|current)_")
_ADDRESS_ROLES = {"house_number", "street", "town", "postcode", "country"}
_TRUTH = re.compile(
    r"(^|_)(leak|true|truth|cluster|entity|simulant|match(ed)?_?(id|in)?|ground_truth|duplicate_of)"
    r"(_|$)"
)
_IDENTIFIER = re.compile(
    r"^(id|.*_id|id_.*|.*_?rec(ord)?_?(id|no)|uid|uuid|key|.*_key|row_?(no|num|id))$"
)
_CHARACTERISTICS: tuple[tuple[str, str | None], ...] = (
    (r"race|ethnic.*|race_ethnicity", "ethnicity"),
    (r"religion(_or_belief)?", "religion_or_belief"),
    (r"disab(led|ility)(_status)?", "disability"),
    (r"gender_identity", "gender_identity"),
    (r"sexual_orientation|sexuality", "sexual_orientation"),
    (r"marital_status|(legal_)?partnership_status", "marriage_and_civil_partnership"),
    (r"(imd|deprivation)(_?decile)?", "deprivation.decile"),
    (r"region(_code)?", "region"),
    (r"residence_type|accommodation", "accommodation"),
    (r"pregnan(t|cy)|maternity|nationality|country_of_birth", None),
)
"""Names of characteristics, and the harmonised list, if any, that their values may be of."""


def bare(name: str) -> str:
    """Return a column's name in small letters, with underscores between words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")


def role_of(name: str) -> str | None:
    """Return the role that a column's name suggests."""
    own = bare(name)
    within = _OF_ADDRESS.sub("", own)
    for role, pattern in _ROLE_NAMES:
        if re.fullmatch(pattern, own):
            return role
        if role in _ADDRESS_ROLES and re.fullmatch(pattern, within):
            return role
    return None


def date_part_of(name: str) -> str | None:
    """Return day, month or year for a column that holds this part of a date of birth."""
    return next((part for part, each in _PARTS if re.fullmatch(each, bare(name))), None)


def looks_like_truth(name: str) -> bool:
    """Say whether a name suggests that the column gives away who is who."""
    return bool(_TRUTH.search(bare(name)))


def looks_like_identifier(name: str) -> bool:
    """Say whether a name suggests an identifier of rows or of people."""
    return bool(_IDENTIFIER.fullmatch(bare(name)))


def looks_like_characteristic(name: str) -> bool:
    """Say whether a name suggests a characteristic to show results by."""
    return any(re.fullmatch(pattern, bare(name)) for pattern, _ in _CHARACTERISTICS)


def list_of_characteristic(name: str) -> str | None:
    """Return the harmonised list that the values of a characteristic so called may be of."""
    own = bare(name)
    return next(
        (listed for pattern, listed in _CHARACTERISTICS if re.fullmatch(pattern, own)), None
    )

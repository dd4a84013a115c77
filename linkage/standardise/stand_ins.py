"""Words and values that stand where a real value is missing."""

import re

from linkage.characteristics import MissingReason

_STATED: dict[str, MissingReason] = {
    **dict.fromkeys(
        (
            "NOT STATED",
            "NOT GIVEN",
            "NOT PROVIDED",
            "NOT SUPPLIED",
            "NOT RECORDED",
            "NOT DISCLOSED",
            "NOT COLLECTED",
            "UNSTATED",
            "WITHHELD",
        ),
        "not_stated",
    ),
    **dict.fromkeys(
        (
            "PREFER NOT TO SAY",
            "PREFERS NOT TO SAY",
            "PREFER NOT TO ANSWER",
            "PREFER NOT TO DISCLOSE",
            "RATHER NOT SAY",
            "DECLINED",
            "DECLINED TO ANSWER",
            "REFUSED",
            "REFUSED TO ANSWER",
        ),
        "prefer_not_to_say",
    ),
    **dict.fromkeys(("NOT ANSWERED", "NO ANSWER", "NO RESPONSE"), "not_answered"),
    **dict.fromkeys(("DOES NOT APPLY", "NOT APPLICABLE", "NO CODE REQUIRED"), "does_not_apply"),
    **dict.fromkeys(("SUPPRESSED", "REDACTED"), "suppressed"),
    **dict.fromkeys(
        (
            "UNKNOWN",
            "UNK",
            "UNKNOWN UNKNOWN",
            "NOT KNOWN",
            "NOT AVAILABLE",
            "DO NOT KNOW",
            "DONT KNOW",
            "NULL",
            "NONE",
            "NIL",
            "TBC",
            "TO BE CONFIRMED",
            "TEST",
            "DUMMY",
        ),
        "placeholder",
    ),
}
_SLASHED = {"N/A", "N.A.", "N.A", "#N/A", "N.K.", "N/K", "N/S"}
_NAMES = {
    "BABY",
    "BABY BOY",
    "BABY GIRL",
    "BOY",
    "GIRL",
    "CHILD",
    "FEMALE",
    "INFANT",
    "MALE",
    "MOTHER",
    "FATHER",
    "NEWBORN",
    "NO FIRST NAME",
    "NO NAME",
    "NO SURNAME",
    "NOT NAMED",
    "SURNAME",
    "FIRST NAME",
    "FORENAME",
    "TEST PATIENT",
    "UNNAMED",
    "UNBORN",
}
STAND_IN_WORDS = frozenset(_STATED) | _NAMES
"""What says of a cleaned name, by itself, that it is none."""
_EMAIL_USERS = {
    "na",
    "no",
    "noemail",
    "no-email",
    "no.email",
    "noaddress",
    "nomail",
    "noone",
    "none",
    "noreply",
    "no-reply",
    "notgiven",
    "notknown",
    "notprovided",
    "test",
    "unknown",
}
_NOT_A_WORD = re.compile(r"[\W_]+")
_ONE_CHARACTER = re.compile(r"(\w)\1+")
_SOMETHING = re.compile(r"\w")


def stated_reason(text: str) -> MissingReason | None:
    """Return why the value is missing where the text says so, in words or with N/A or a dash."""
    upper = text.strip().upper()
    if upper.isalnum():
        return _STATED.get(upper)
    if upper[:1].isdecimal() or upper[-1:].isdecimal():  # no such text is in any list
        return None
    if not _SOMETHING.search(upper) or upper in _SLASHED:
        return "placeholder" if upper else None
    return _STATED.get(_NOT_A_WORD.sub(" ", upper.replace("'", "")).strip())


def is_stand_in_name(name: str) -> bool:
    """Say whether a cleaned name is no name: BABY OF ..., XXX, MALE."""
    return (
        name in _NAMES
        or name.startswith(("BABY OF ", "INFANT OF ", "SON OF ", "DAUGHTER OF "))
        or (len(name) > 1 and not name.strip("X "))
        or (len(name) > 2 and not name.strip("Z "))
    )


def is_stand_in_number(digits: str) -> bool:
    """Say whether a number is one digit over and over: 0000000, 9999999999."""
    return bool(_ONE_CHARACTER.fullmatch(digits))


def is_stand_in_email(user: str) -> bool:
    """Say whether the user part of an e-mail address says that there is none."""
    return user in _EMAIL_USERS

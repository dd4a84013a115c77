"""Splits and names that hide people: refused unless somebody gives the reason in writing.

Each ethnic group is a group of its own, and results differ between those that one name puts
together; so White against everyone else is no result about anyone else, and BAME and BME are no
names (ONS, style guide, race and ethnicity; see harmonised.yaml, ethnicity: guidance).
"""

import re
from collections.abc import Iterable

_NOT_A_WORD = re.compile(r"[\W_]+")
_ONE_NAME = re.compile(r"(?<![a-z])(bame|bme)(?![a-z])")
_FLAG = re.compile(
    r"(is )?((non|not) white|white|white or other|ethnic minorit(y|ies)|minority ethnic"
    r"|minority|visible minority)( flag| indicator| group)?"
)
_WHITE = re.compile(r"white( british)?")
_EVERYONE_ELSE = re.compile(
    r"(all |any )?others?( ethnic)?( groups?)?( than white( british)?)?|(non|not) white( british)?"
    r"|(all |any )?(ethnic )?minorit(y|ies)( ethnic)?( groups?)?|other ethnicit(y|ies)"
    r"|everyone else|(the )?global majority|(people|persons?) of colou?r|bame|bme"
)


def one_name_for_all(text: str) -> bool:
    """Say whether a name puts all ethnic minorities together as BAME or BME.

    Example
    -------
    >>> one_name_for_all("is_bame"), one_name_for_all("BME groups"), one_name_for_all("ethnicity")
    (True, True, False)
    """
    return _ONE_NAME.search(_words(text)) is not None


def names_a_split(name: str) -> bool:
    """Say whether the name of a characteristic is that of a split into White and everyone else.

    Example
    -------
    >>> names_a_split("non_white"), names_a_split("ethnic_minority"), names_a_split("ethnicity")
    (True, True, False)
    """
    return _FLAG.fullmatch(_words(name)) is not None


def white_and_everyone_else(groups: Iterable[str]) -> bool:
    """Say whether groups are two, one White and the other everyone else.

    Example
    -------
    >>> white_and_everyone_else(["White", "Other"]), white_and_everyone_else(["White", "Black"])
    (True, False)
    """
    words = {_words(group) for group in groups}
    white = {each for each in words if _WHITE.fullmatch(each)}
    others = words - white
    return (
        len(white) == 1
        and len(others) == 1
        and all(_EVERYONE_ELSE.fullmatch(each) for each in others)
    )


def _words(text: str) -> str:
    return _NOT_A_WORD.sub(" ", text.lower()).strip()

"""The kinds of value a setting takes, and the section that every part of a configuration is.

Numbers and flags are strict, so that a typing slip is a fault and not a silent conversion; text
takes a number as it was written, because codes and labels often look like numbers.
"""

import re
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

MISFIT = "misfit"
"""The type of a pydantic error that already speaks our words: see :func:`misfit`."""


class Section(BaseModel):
    """One section of the configuration: frozen, and refusing settings it does not know."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False
    )


def misfit(message: str, fix: str, code: str = "C117") -> PydanticCustomError:
    """Return the error for settings that do not go together.

    Parameters
    ----------
    message, fix
        What is wrong, and what to write instead.
    code
        The fault's code.
    """
    return PydanticCustomError(
        MISFIT, "{message}; {fix}", {"message": message, "fix": fix, "code": code}
    )


def as_text(value: object) -> object:
    """Return a number or a flag as it was written; leave anything else alone."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(getattr(value, "text", value))
    return value


def as_place(value: object) -> object:
    """Refuse an empty path, which would quietly be the folder itself."""
    if value in ("", Path()):
        raise misfit("the path is empty", "write the path of a file or folder", "C114")
    return as_text(value)


def as_list(value: object) -> object:
    """Return a single text as a list of one."""
    return [value] if isinstance(value, str | int | float) else value


def as_values(value: object) -> object:
    """Return a single value, or a null, as a list of one."""
    return value if isinstance(value, list | tuple | dict) else [value]


def as_day(value: object) -> object:
    """Refuse what pydantic would take for a date, and people would not: seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and not _DAY.match(value)):
        raise misfit("this is not a day of the calendar", "write it as  2021-03-21", "C116")
    return value


SOURCE_PATTERN = r"^[A-Za-z][A-Za-z0-9_]*$"
COLUMN_PATTERN = r"^[a-z][a-z0-9_]*$"
RUN_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
MEMORY_PATTERN = r"^[0-9]+(\.[0-9]+)?(MB|GB)$"
DURATION_PATTERN = r"^[0-9]+(\.[0-9]+)?(s|min|h)$"
OBJECTIVE_PATTERN = r"^(f1|(precision|recall)\s*>=\s*0?\.[0-9]+)$"
EMAIL_PATTERN = r"^[^@\s]+@[^@\s]+$"
WEB_PATTERN = r"^https?://[^\s<>\"]+$"
_DAY = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")

Written = str | int | float | bool
"""What may be written where text is meant."""

Text = Annotated[str, BeforeValidator(as_text, json_schema_input_type=Written)]
Filled = Annotated[str, Field(min_length=1), BeforeValidator(as_text)]
Place = Annotated[Path, BeforeValidator(as_place)]
Day = Annotated[date, BeforeValidator(as_day)]
Whole = Annotated[int, Strict()]
Real = Annotated[float, Strict()]
Flag = Annotated[bool, Strict()]
TextList = Annotated[
    tuple[Filled, ...], BeforeValidator(as_list, json_schema_input_type=str | list[Filled])
]
Values = Annotated[
    tuple[Text | None, ...],
    Field(min_length=1),
    BeforeValidator(as_values, json_schema_input_type=Written | list[Written | None] | None),
]
SourceName = Annotated[str, Field(pattern=SOURCE_PATTERN, max_length=40), BeforeValidator(as_text)]
ColumnName = Annotated[str, Field(pattern=COLUMN_PATTERN, max_length=60), BeforeValidator(as_text)]
ColumnNames = Annotated[
    tuple[ColumnName, ...],
    Field(min_length=1),
    BeforeValidator(as_list, json_schema_input_type=ColumnName | list[ColumnName]),
]
RunName = Annotated[str, Field(pattern=RUN_PATTERN, max_length=80), BeforeValidator(as_text)]
MemorySize = Annotated[str, Field(pattern=MEMORY_PATTERN), BeforeValidator(as_text)]
Duration = Annotated[str, Field(pattern=DURATION_PATTERN), BeforeValidator(as_text)]
Email = Annotated[str, Field(pattern=EMAIL_PATTERN), BeforeValidator(as_text)]
WebAddress = Annotated[str, Field(pattern=WEB_PATTERN), BeforeValidator(as_text)]
Objective = Annotated[
    str,
    Field(pattern=OBJECTIVE_PATTERN),
    BeforeValidator(as_text),
]

"""Records to encode, a key, and the schemas of projects."""

import datetime

import pyarrow as pa
import pytest

from linkage.config.privacy_settings import Privacy
from linkage.privacy.keys import Key
from linkage.privacy.profiles import schema_for

FIELDS = ("first_name", "surname", "date_of_birth", "sex", "postcode")


@pytest.fixture
def key():
    return Key("P-1", 1, bytes(range(32)))


@pytest.fixture
def schema_of():
    """Return a function that gives the schema of a profile."""

    def schema(profile="standard", fields=FIELDS, project="P-1", **numbers):
        privacy = Privacy(project=project, profile=profile, fields=fields, numbers=numbers)
        return schema_for(privacy)

    return schema


@pytest.fixture
def records():
    """Standardised records: the second like the first but for a letter; gaps further down."""
    people = [
        ("ANN", "AN", "SMITH", "SM0", datetime.date(1980, 2, 11), "F", "AB1 2CD"),
        ("ANN", "AN", "SMYTH", "SM0", datetime.date(1980, 2, 11), "F", "AB1 2CD"),
        ("ANN", "AN", "SMITH", "SM0", datetime.date(1980, 11, 2), "F", "AB1 2XY"),
        (None, None, "SMITH", "SM0", datetime.date(1980, 2, 11), "F", "AB1 2CD"),
        ("BO", "B", "LI WU", "LW", None, "M", "EF3 4GH"),
        ("BO", "B", "LI WU", "LW", datetime.date(1990, 5, 5), None, None),
        ("", None, "JO", "J", datetime.date(1991, 6, 6), "F", "EF3 4GH"),
    ]
    first, first_sound, last, last_sound, born, sex, code = zip(*people, strict=True)
    part = {
        f"birth_{name}": pa.array([day and getattr(day, name) for day in born], pa.int16())
        for name in ("year", "month", "day")
    }
    return pa.table(
        {
            "record": pa.array(range(len(people)), pa.int32()),
            "first_name": first,
            "first_initial": [each[:1] or None if each else None for each in first],
            "first_name_phonetic": first_sound,
            "surname": pa.array(last).dictionary_encode(),
            "surname_initial": [each[:1] for each in last],
            "surname_phonetic": last_sound,
            "date_of_birth": pa.array(born, pa.date32()),
            **part,
            "sex": sex,
            "postcode": code,
            "postcode_sector": [each and each[:5] for each in code],
            "postcode_district": [each and each[:3] for each in code],
        }
    )

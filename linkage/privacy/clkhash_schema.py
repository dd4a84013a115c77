"""The linkage schema of clkhash, version 3: how another tool is told to encode records.

It is the one published schema of record-level Bloom filters. What is read here is encoded as
clkhash 0.18.3 encodes it, bit for bit; what would not be is refused.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from linkage.errors import Fault, RefusedError
from linkage.runs.storage import storage

Compared = Literal["ngram", "exact", "numeric"]

_KEY_BYTES = 64
_DIGESTS = {"SHA256": "sha256", "SHA512": "sha512"}
_SHORTEST, _LONGEST = 64, 1 << 16
_AT_MOST = 255
"""Digests that HKDF gives."""


@dataclass(frozen=True)
class Comparison:
    """What the tokens of a value are: its n-grams, itself, or the numbers around it."""

    kind: Compared
    n: int = 2
    positional: bool = False
    distance: float = 0.0
    resolution: int = 0
    fraction: int = 0


@dataclass(frozen=True)
class Feature:
    """One column of the records; ``comparison`` is None for a column that is passed over.

    ``per_token`` or ``per_feature`` bits are set. ``date`` is the strptime format of a date, which
    is encoded as YYYYMMDD; ``integer``: the value is written as the number it is.
    """

    name: str
    comparison: Comparison | None = None
    per_token: int | None = None
    per_feature: int | None = None
    date: str | None = None
    integer: bool = False
    missing: tuple[str, str] | None = None


@dataclass(frozen=True)
class ClkSchema:
    """How records become filters of ``length`` bits: features in the order of the columns."""

    features: tuple[Feature, ...]
    length: int = 1024
    folds: int = 0
    digest: str = "sha256"
    salt: bytes = b""
    info: bytes = b""
    key_bytes: int = _KEY_BYTES

    @property
    def hashed_length(self) -> int:
        """Bits of a filter before it is folded."""
        return self.length << self.folds

    def as_json(self) -> str:
        """Return the schema as clkhash reads it."""
        kdf = {
            "type": "HKDF",
            "hash": self.digest.upper(),
            "salt": base64.b64encode(self.salt).decode(),
            "info": base64.b64encode(self.info).decode(),
            "keySize": self.key_bytes,
        }
        # clkhash reads xor_folds, though its published schema calls the setting xorFolds
        config = {"l": self.length, "xor_folds": self.folds, "kdf": kdf}
        features = [_feature_record(each) for each in self.features]
        return json.dumps({"version": 3, "clkConfig": config, "features": features}, indent=2)


def read_clk_schema(path: Path) -> ClkSchema:
    """Return the schema in a file.

    Raises
    ------
    RefusedError
        R506 when it is none that is read here.
    """
    with storage(path, "reading a schema of clkhash"):
        text = path.read_bytes()
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        raise _refused("it is not JSON", "give the schema file of clkhash", path) from None
    return clk_schema_of(record, path)


def clk_schema_of(record: Mapping[str, Any], path: Path | None = None) -> ClkSchema:
    """Return the schema that ``record`` holds.

    Raises
    ------
    RefusedError
        R506 when it is of another version, or asks for what is not encoded here.
    """
    try:
        return _schema(record)
    except _Unread as unread:
        raise _refused(unread.what, unread.fix, path) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        message = "it does not have the form of version 3"
        fix = "check it with clkhash:  anonlink validate-schema"
        raise _refused(message, fix, path) from None


class _Unread(Exception):  # noqa: N818 - not an error of the program
    """What of a schema is not read, and what to write instead."""

    def __init__(self, what: str, fix: str) -> None:
        self.what, self.fix = what, fix


def _schema(record: Mapping[str, Any]) -> ClkSchema:
    if record["version"] != 3:
        raise _Unread("it is not of version 3", "convert it with clkhash to version 3")
    config, kdf = record["clkConfig"], record["clkConfig"]["kdf"]
    if kdf["type"] != "HKDF" or kdf.get("hash", "SHA256") not in _DIGESTS:
        raise _Unread("keys are not derived by HKDF with SHA256 or SHA512", "use HKDF")
    if "xorFolds" in config:
        what = "xorFolds is a setting that clkhash itself passes over"
        raise _Unread(what, "write xor_folds, which it reads")
    schema = ClkSchema(
        tuple(_feature(each) for each in record["features"]),
        _whole(config["l"]),
        _whole(config.get("xor_folds", 0)),
        _DIGESTS[kdf.get("hash", "SHA256")],
        base64.b64decode(kdf.get("salt", ""), validate=True),
        base64.b64decode(kdf.get("info", ""), validate=True),
        _whole(kdf.get("keySize", _KEY_BYTES)),
    )
    _require_sizes(schema)
    return schema


def _require_sizes(schema: ClkSchema) -> None:
    """Refuse sizes that the hash does not have."""
    hashed = schema.hashed_length
    sizes = schema.length >= _SHORTEST and hashed <= _LONGEST and schema.folds >= 0
    if not sizes or hashed & (hashed - 1):
        what = "filters are not a power of two between 64 and 65536 bits long"
        raise _Unread(what, "choose  l: 1024")
    drawn = 2 * len(schema.features) * schema.key_bytes
    if not 1 <= schema.key_bytes <= _KEY_BYTES or drawn > _AT_MOST * int(schema.digest[3:]) // 8:
        raise _Unread("keys are longer than BLAKE2b or HKDF allows", "choose  keySize: 64")
    if not any(feature.comparison for feature in schema.features):
        raise _Unread("no feature is encoded", "name a feature that is not ignored")


def _feature(record: Mapping[str, Any]) -> Feature:
    name = str(record["identifier"])
    if record.get("ignored"):
        return Feature(name)
    form, hashing = record["format"], record["hashing"]
    if hashing.get("hash", {"type": "blakeHash"})["type"] != "blakeHash":
        raise _Unread("a feature is hashed by doubleHash, which is broken", "choose  blakeHash")
    if form.get("encoding", "utf-8") not in {"utf-8", "ascii"}:
        raise _Unread("a feature is not in UTF-8", "choose  encoding: utf-8")
    if form["type"] not in {"string", "enum", "integer", "date"}:
        raise _Unread("a feature has an unknown format", "choose  type: string")
    strategy, missing = hashing["strategy"], hashing.get("missingValue")
    if len(strategy) != 1 or min(map(_whole, strategy.values())) < 1:
        raise ValueError("strategy")
    return Feature(
        name,
        _comparison(hashing["comparison"]),
        strategy.get("bitsPerToken"),
        strategy.get("bitsPerFeature") if "bitsPerToken" not in strategy else None,
        str(form["format"]) if form["type"] == "date" else None,
        form["type"] == "integer",
        missing
        and (str(missing["sentinel"]), str(missing.get("replaceWith", missing["sentinel"]))),
    )


def _comparison(record: Mapping[str, Any]) -> Comparison:
    match record["type"]:
        case "ngram" if _whole(record["n"]) >= 1:
            return Comparison("ngram", record["n"], bool(record.get("positional", False)))
        case "exact":
            return Comparison("exact")
        case "numeric":
            return _numeric(record)
    raise _Unread("a feature has an unknown comparison", "choose ngram, exact or numeric")


def _numeric(record: Mapping[str, Any]) -> Comparison:
    distance = float(record["thresholdDistance"])
    fraction = _whole(record.get("fractional_precision", 0))
    if round(distance * 10**fraction) < 1 or _whole(record["resolution"]) < 1 or fraction < 0:
        raise _Unread("a distance is under its precision", "raise  fractional_precision")
    return Comparison(
        "numeric", distance=distance, resolution=record["resolution"], fraction=fraction
    )


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not a whole number")
    return value


def _feature_record(feature: Feature) -> dict[str, Any]:
    if feature.comparison is None:
        return {"identifier": feature.name, "ignored": True}
    form: dict[str, Any] = {"type": "string", "encoding": "utf-8"}
    if feature.date is not None:
        form = {"type": "date", "format": feature.date}
    elif feature.integer:
        form = {"type": "integer"}
    strategy = {"bitsPerToken": feature.per_token, "bitsPerFeature": feature.per_feature}
    hashing: dict[str, Any] = {
        "comparison": _comparison_record(feature.comparison),
        "strategy": {name: bits for name, bits in strategy.items() if bits is not None},
        "hash": {"type": "blakeHash"},
    }
    if feature.missing is not None:
        sentinel, replacement = feature.missing
        hashing["missingValue"] = {"sentinel": sentinel, "replaceWith": replacement}
    return {"identifier": feature.name, "format": form, "hashing": hashing}


def _comparison_record(comparison: Comparison) -> dict[str, Any]:
    match comparison.kind:
        case "ngram":
            return {"type": "ngram", "n": comparison.n, "positional": comparison.positional}
        case "exact":
            return {"type": "exact"}
        case "numeric":
            return {
                "type": "numeric",
                "thresholdDistance": comparison.distance,
                "resolution": comparison.resolution,
                "fractional_precision": comparison.fraction,
            }


def _refused(message: str, fix: str, path: Path | None) -> RefusedError:
    return RefusedError(Fault("R506", f"the schema is not read: {message}", fix, file=path))

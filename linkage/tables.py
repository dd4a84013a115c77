"""THE contract: every table that passes between stages, its columns, types, grain and keys.

A stage may trust what stands here, because :func:`check` has proved it after the stage before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import Exit, Fault, LinkageError


class ContractError(LinkageError):
    """A stage wrote a table that breaks its contract: our fault, not the user's."""

    exit_code = Exit.BUG


@dataclass(frozen=True)
class Table:
    """A table's name, what one row is, its key, and its columns with their Arrow types.

    ``open_prefixes`` names families of columns that depend on the configuration, with the type of
    each (``group_*``); ``None`` admits any type.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: Mapping[str, pa.DataType]
    open_prefixes: Mapping[str, pa.DataType | None] = field(default_factory=dict)


_text, _int, _real, _flag = pa.string(), pa.int32(), pa.float64(), pa.bool_()
_count = pa.int64()

RECORDS = Table(
    "records",
    "record of one source",
    ("record",),
    {"record": _int, "record_id": _text, "fold": pa.uint8()},
    # every other column is a standardised one, named in linkage.standardise.columns
    {"group_": _text, "missing_": _text, "": None},
)
RECORD_KEYS = Table(
    "record_keys",
    "record of any source",
    ("record",),
    {"source": _text, "record": _int, "record_id": _text},
)
PATTERNS = Table("patterns", "agreement pattern", ("pattern",), {"pattern": _int}, {"gamma_": _int})
COUNTED_PATTERNS = replace(PATTERNS, name="counted_patterns")
PATTERN_COUNTS = Table(
    "pattern_counts",
    "source pair x pairs x pattern x rule mask x grouping x group",
    ("source_l", "source_r", "pairs", "pattern", "rules", "grouping", "group"),
    {
        "source_l": _text,
        "source_r": _text,
        "pairs": _text,
        "pattern": _int,
        "rules": _count,
        "grouping": _text,
        "group": _text,
        "n": _count,
    },
)
RECORD_PATTERNS = Table(
    "record_patterns",
    "candidate pair of a sampled focal record",
    ("record_l", "record_r"),
    {
        "source_l": _text,
        "source_r": _text,
        "record_l": _int,
        "record_r": _int,
        "pattern": _int,
        "rules": _count,
        "log2_tf": _real,
        "log2_tf_household": _real,
    },
)
CANDIDATES = Table(
    "candidates",
    "pair kept after scoring",
    ("record_l", "record_r"),
    {
        "source_l": _text,
        "source_r": _text,
        "record_l": _int,
        "record_r": _int,
        "pattern": _int,
        "rules": _count,
        "w_tf": _real,
        "w_household": _real,
        "match_weight": _real,
        "match_probability": _real,
        "p_record": _real,
        "p_unmatched": _real,
    },
)
LINKS = Table(
    "links",
    "link",
    ("source_l", "record_id_l", "source_r", "record_id_r"),
    {
        "source_l": _text,
        "record_id_l": _text,
        "source_r": _text,
        "record_id_r": _text,
        "match_weight": _real,
        "match_probability": _real,
        "p_link": _real,
        "p_model_lower": _real,
        "p_model_upper": _real,
        "grade": _text,
        "tie": _flag,
        "method": _text,
        "entity": _text,
    },
)
DRAWN = Table(
    "drawn",
    "draw x focal record whose partner is not its usual one; draw 0: the usual partners",
    ("draw", "record"),
    {"draw": _int, "record": _int, "partner": _int},
)
PATTERN_BOUNDS = Table(
    "pattern_bounds",
    "agreement pattern",
    ("pattern",),
    {"pattern": _int, "w_lower": _real, "w_upper": _real},
)
DRAWS = Table(
    "draws",
    "draw x focal record that differs from links",
    ("draw", "record"),
    {
        "draw": _int,
        "source": _text,
        "record": _int,
        "partner_source": _text,
        "partner": _int,
    },
)
ENTITIES = Table(
    "entities",
    "record of any source",
    ("source", "record_id"),
    {"source": _text, "record_id": _text, "entity": _text},
)
ENTITY_EVENTS = Table(
    "entity_events",
    "batch x entity x what happened to it x other entity",
    ("batch", "entity", "event", "other"),
    {"batch": _int, "event": _text, "entity": _text, "other": _text},
)
COHORT = Table(
    "cohort",
    "record of one source whose drift is watched, with its best candidate",
    (),
    {"w_levels": _real, "p_record": _real, "linked": _flag},
    {"group_": _text, "missing_": _text, "gamma_": _int},
)
STANDARDISATION_COUNTS = Table(
    "standardisation_counts",
    "source x column x rule x grouping x group",
    ("source", "column", "rule", "grouping", "group"),
    {
        "source": _text,
        "column": _text,
        "rule": _text,
        "grouping": _text,
        "group": _text,
        "n": _count,
    },
)
TIE_COUNTS = Table(
    "tie_counts",
    "source x grouping x group",
    ("source", "grouping", "group"),
    {"source": _text, "grouping": _text, "group": _text, "n": _count},
)
INGEST_COUNTS = Table(
    "ingest_counts",
    "source x reason",
    ("source", "reason"),
    {"source": _text, "reason": _text, "n": _count},
)
ESTIMATES = Table(
    "estimates",
    "measure x method x source pair x characteristic x group x variable x stage",
    (
        "measure",
        "method",
        "source",
        "other",
        "characteristic",
        "group",
        "variable",
        "stage",
    ),
    {
        "measure": _text,
        "method": _text,
        "source": _text,
        "other": _text,
        "characteristic": _text,
        "group": _text,
        "variable": _text,
        "stage": _text,
        "estimate": _real,
        "lower": _real,
        "upper": _real,
        "level": _real,
        "interval_covers": _text,
        "reference": _text,
        "n_tests": _count,
        "grade": _text,
        "n_records": _count,
        "n_reviewed": _count,
        "n_effective": _real,
        "p_adjusted": _real,
        "finding": _text,
        "status": _text,
        "assumptions": _text,
    },
)
ERROR_RATES = replace(ESTIMATES, name="error_rates")
BIAS = replace(ESTIMATES, name="bias")
ESTIMATE_DRAWS = Table(
    "estimate_draws",
    "draw x key of an estimate",
    (),  # draws are held by their key; to prove it of millions of rows would take gigabytes
    {"draw": _int, **dict.fromkeys(ESTIMATES.key, _text), "value": _real},
)
LINKAGE_WEIGHTS = Table(
    "linkage_weights",
    "linked record of the focal source x other source",
    ("source", "other", "record_id"),
    {
        "source": _text,
        "other": _text,
        "record_id": _text,
        "weight": _real,
        "survey_weight": _real,
    },
)
GROUP_AGREEMENT = Table(
    "group_agreement",
    "two holders of a characteristic x group in one x group in the other",
    ("source", "other", "characteristic", "group", "group_other"),
    {
        "source": _text,
        "other": _text,
        "characteristic": _text,
        "group": _text,
        "group_other": _text,
        "n": _count,
        "n_sure": _count,
        "share": _real,
        "lower": _real,
        "upper": _real,
    },
)
CHOSEN_GROUPS = Table(
    "chosen_groups",
    "focal record whose chosen group is not its own x characteristic",
    ("source", "record_id", "characteristic"),
    {
        "source": _text,
        "record_id": _text,
        "characteristic": _text,
        "group": _text,
        "chosen": _text,
    },
)
REVIEWS = Table(
    "reviews",
    "reviewed unit x reviewer",
    ("run", "unit", "reviewer", "adjudicated"),
    {
        "run": _text,
        "unit": _int,
        "unit_type": _text,
        "source": _text,
        "record": _int,
        "other": _text,
        "partner_shown": _int,
        "group": _text,
        "stratum": _int,
        "n_stratum": _count,
        "n_sampled": _count,
        "reviewer": _text,
        "reviewed_at": _text,
        "decision": _text,
        "partner": _int,
        "partner_rank": _int,
        "adjudicated": _flag,
    },
)

TABLES: tuple[Table, ...] = (
    RECORDS,
    RECORD_KEYS,
    PATTERNS,
    COUNTED_PATTERNS,
    PATTERN_COUNTS,
    RECORD_PATTERNS,
    CANDIDATES,
    DRAWN,
    PATTERN_BOUNDS,
    LINKS,
    DRAWS,
    ENTITIES,
    ENTITY_EVENTS,
    STANDARDISATION_COUNTS,
    INGEST_COUNTS,
    TIE_COUNTS,
    ESTIMATES,
    ERROR_RATES,
    BIAS,
    ESTIMATE_DRAWS,
    LINKAGE_WEIGHTS,
    GROUP_AGREEMENT,
    CHOSEN_GROUPS,
    REVIEWS,
)


def contract(name: str) -> Table | None:
    """Return the contract of the table called ``name``; ``records_census`` has that of records."""
    for table in TABLES:
        if name == table.name:
            return table
    families = (table for table in (RECORDS, COHORT) if name.startswith(f"{table.name}_"))
    return next(families, None)


def check(table: Table, data: pa.Table) -> None:
    """Prove that ``data`` has the columns, types and unique key that ``table`` promises.

    Raises
    ------
    ContractError
        Naming every breach at once.
    """
    breaches = [*_wrong_columns(table, data.schema)]
    if not breaches and table.key and _has_duplicates(data, table.key):
        breaches.append(f"{table.name}: {', '.join(table.key)} is not unique")
    if breaches:
        raise ContractError([Fault("T001", breach) for breach in breaches])


def _wrong_columns(table: Table, schema: pa.Schema) -> Iterable[str]:
    for name, kind in table.columns.items():
        if name not in schema.names:
            yield f"{table.name}: column {name} is missing"
        elif schema.field(name).type != kind:
            yield f"{table.name}: column {name} is {schema.field(name).type}, not {kind}"
    for name in schema.names:
        if name in table.columns:
            continue
        prefix = next((p for p in table.open_prefixes if name.startswith(p)), None)
        if prefix is None:
            yield f"{table.name}: column {name} is not in the contract"
        elif (kind := table.open_prefixes[prefix]) not in {None, schema.field(name).type}:
            yield f"{table.name}: column {name} is {schema.field(name).type}, not {kind}"


def _has_duplicates(data: pa.Table, key: tuple[str, ...]) -> bool:
    grouped = data.select(list(key)).group_by(list(key)).aggregate([([], "count_all")])
    return bool(grouped.num_rows and pc.max(grouped["count_all"]).as_py() > 1)

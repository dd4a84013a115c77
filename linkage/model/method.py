"""What is compared and which pairs are: the method of a run, settled before any pair is made."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from linkage.config.encoded_sources import encoded_columns
from linkage.config.linkage_settings import Linkage
from linkage.config.schema import Config
from linkage.config.source_settings import ROLES, Column, Source
from linkage.engines.inspection import Inspection
from linkage.engines.opening import open_engine, records_of
from linkage.engines.protocol import Engine
from linkage.errors import DataError, Fault
from linkage.model.blocking import Rule
from linkage.model.chance import chance, rules_of_chance
from linkage.model.choose_rules import Chosen, choose_rules, single_terms
from linkage.model.comparisons import Comparison, Level
from linkage.model.encoded_columns import Held
from linkage.model.encoded_roles import by_encoding
from linkage.model.encoded_terms import encoded_terms
from linkage.model.evidence import random_pairs
from linkage.model.groupings import groupings
from linkage.model.household import address_key
from linkage.model.listed import listed
from linkage.model.patterns import MOST_CODES, coding
from linkage.model.roles import by_role
from linkage.model.rule_terms import Term, terms_of
from linkage.model.source_pairs import SourcePair, source_pairs
from linkage.runs.threads import spread
from linkage.runs.workspace import Workspace

MOST_RULES = 62
"""The rules that a pair meets are the bits of one integer."""

_RULES_AT_ONCE = 2
"""Rules whose pairs are counted at a time: part of that is work for one thread."""


@dataclass(frozen=True)
class Method:
    """Comparisons and rules. The first ``n_keys`` rules are the deterministic match-keys."""

    comparisons: tuple[Comparison, ...]
    rules: tuple[Rule, ...]
    n_pairs: tuple[int, ...]
    n_keys: int
    estimated_loss: float | None
    left_out: tuple[str, ...]

    def as_record(self) -> dict[str, Any]:
        """Return the method as plain values, with each rule as SQL over ``l`` and ``r``."""
        record = asdict(self)
        record["rules"] = [
            {"name": rule.name, "terms": rule.terms, "sql": rule.sql("l", "r"), "pairs": n}
            for rule, n in zip(self.rules, self.n_pairs, strict=True)
        ]
        return record


def from_record(record: Mapping[str, Any]) -> Method:
    """Return the method that :meth:`Method.as_record` wrote down."""
    return Method(
        tuple(
            Comparison(
                **{
                    **each,
                    "columns": tuple(each["columns"]),
                    "levels": tuple(Level(**level) for level in each["levels"]),
                }
            )
            for each in record["comparisons"]
        ),
        tuple(Rule(tuple(each["terms"])) for each in record["rules"]),
        tuple(each["pairs"] for each in record["rules"]),
        record["n_keys"],
        record["estimated_loss"],
        tuple(record["left_out"]),
    )


def paired(
    workspace: Workspace, sources: Mapping[str, Source], kind: str
) -> tuple[SourcePair, ...]:
    """Return what is compared with what, and make the records visible to the engine."""
    sizes = {}
    for name in sources:
        view = workspace.view(f"records_{name}")
        counted = workspace.connection.execute(f"SELECT count(*) FROM {view}")  # noqa: S608
        sizes[name] = int(counted.fetchall()[0][0])
    unique = {name: source.one_record_per_person for name, source in sources.items()}
    return source_pairs(sizes, unique, kind)


def settle(workspace: Workspace, config: Config) -> None:
    """Choose comparisons and rules and write ``method.json`` and ``random_patterns``.

    Raises
    ------
    DataError
        A comparison listed that cannot tell records apart or be evaluated, or no pair that meets a
        rule.
    """
    sources, linkage = config.sources, config.linkage
    pairs = paired(workspace, sources, linkage.type)
    seen = Inspection(workspace.connection, records_of(workspace, pairs), pairs)
    held = seen.shared_columns()
    encoded = {n: c for n, c in encoded_columns(sources).items() if n in held}
    plain = _plain(sources, held, encoded)
    constant = seen.constant(held)
    telling = [c for c in held if c not in constant]
    comparisons = _comparisons(linkage, seen, telling, plain, encoded)
    _prove_telling(linkage, seen, comparisons, constant)
    engine = open_engine(workspace, config.engine, pairs)
    keys, auto = tuple(map(Rule, linkage.deterministic)), linkage.blocking == "auto"
    terms = _terms(held, plain, encoded)
    coarse = [name for name, column in encoded.items() if column.kind == "coarse_token"]
    asked = single_terms(terms) if auto else [Rule(tuple(rule)) for rule in linkage.blocking]
    _prove_countable(comparisons, [*keys, *asked] if not auto else keys)
    # with what counting and scoring will ask for, so that records are loaded once
    later = _later(held, comparisons)
    _prepare(engine, workspace, config, comparisons, [*keys, *asked, *later])
    counts = chance(engine, comparisons, linkage.training)
    workspace.write("random_patterns", counts)
    if auto:
        budget, seed = linkage.pair_budget, linkage.training.seed
        random = random_pairs(counts, comparisons)
        chosen = choose_rules(engine, comparisons, random, terms, budget, seed, coarse)
    else:
        chosen = _all_asked(engine, asked)
    _prove_any(chosen)
    method = Method(
        tuple(comparisons),
        keys + chosen.rules,
        tuple(map(engine.count_pairs, keys)) + chosen.n_pairs,
        len(keys),
        chosen.estimated_loss,
        left_out=tuple(sorted(constant)),
    )
    workspace.write_json("method", method.as_record())


def _all_asked(engine: Engine, rules: Sequence[Rule]) -> Chosen:
    counted = spread(engine.count_pairs, rules, _RULES_AT_ONCE)
    return Chosen(tuple(rules), tuple(counted), None)


def _prove_any(chosen: Chosen) -> None:
    if not sum(chosen.n_pairs):
        raise DataError(
            Fault(
                "D340",
                "no pair of records meets any blocking rule",
                "loosen linkage.blocking, or check that the sources hold the same people and that "
                "their columns are written alike",
            )
        )


def _prepare(
    engine: Engine,
    workspace: Workspace,
    config: Config,
    comparisons: Sequence[Comparison],
    rules: Sequence[Rule],
) -> None:
    """Have the engine load records, which are held in memory for it and for nothing else."""
    engine.prepare(comparisons, rules, tuple(groupings(config)))
    for name in config.sources:
        workspace.recent.let_go(f"records_{name}")


def _prove_countable(comparisons: Sequence[Comparison], rules: Sequence[Rule]) -> None:
    """Refuse more rules, or more levels, than fit the 64 bits that a pair's mask and code have."""
    faults = []
    if len(rules) > MOST_RULES:
        faults.append(
            Fault(
                "D346",
                f"{len(rules)} blocking rules and match-keys are listed; {MOST_RULES} at most",
                "leave out rules whose pairs another rule makes too: link plan shows which add few",
                path="linkage.blocking",
            )
        )
    if coding(comparisons).n_codes > MOST_CODES:
        faults.append(
            Fault(
                "D345",
                "the levels of all comparisons make more agreement patterns than can be numbered",
                "under linkage.comparisons, compare with fewer levels or merge columns into one "
                "comparison",
                path="linkage.comparisons",
            )
        )
    if faults:
        raise DataError(faults)


def _comparisons(
    linkage: Linkage,
    seen: Inspection,
    held: Sequence[str],
    plain: Sequence[str],
    encoded: Mapping[str, Column],
) -> list[Comparison]:
    if linkage.comparisons != "auto":
        return [listed(said, seen.types, encoded) for said in linkage.comparisons]
    if encoded:
        return list(by_encoding({n: c for n, c in encoded.items() if n in held}))
    return list(by_role(held, [c for c in plain if c in held]))


def _terms(held: Sequence[str], plain: Sequence[str], encoded: Mapping[str, Column]) -> list[Term]:
    if encoded:
        return encoded_terms(Held(encoded))
    return terms_of(held, plain)


def _plain(
    sources: Mapping[str, Source], held: Sequence[str], encoded: Mapping[str, Column]
) -> list[str]:
    """Return the columns of no known role that are held in clear text."""
    own = dict.fromkeys(column for source in sources.values() for column in source.columns)
    return [c for c in own if c in held and c not in ROLES and c not in encoded]


def _later(held: Sequence[str], comparisons: Sequence[Comparison]) -> list[Rule]:
    """Return the rules by which pairs will be looked for beside those of blocking."""
    home = address_key(held)
    return [*([Rule(home)] if home else []), *rules_of_chance(comparisons)]


def _prove_telling(
    linkage: Linkage,
    seen: Inspection,
    comparisons: Sequence[Comparison],
    constant: set[str],
) -> None:
    faults = [
        Fault(
            "D344",
            f"the database does not understand the sql of the comparison {c.name}",
            "name columns as column_l and column_r, and try the conditions in DuckDB",
            path=f"linkage.comparisons[{c.name}]",
        )
        for c in comparisons
        if not seen.understands(c)
    ]
    faults += [
        Fault(
            "D341",
            f"the comparison {c.name} cannot tell records apart: {name} has one value at most",
            "leave the comparison out",
            path=f"linkage.comparisons[{c.name}]",
        )
        for c in comparisons
        for name in c.columns[:1]
        if linkage.comparisons != "auto" and name in constant
    ]
    if not comparisons:
        faults.append(
            Fault(
                "D342",
                "the sources share no column that tells records apart",
                "give the roles that both hold under sources.*.columns",
            )
        )
    if faults:
        raise DataError(faults)

"""What is compared and which pairs are: the method of a run, settled before any pair is made."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from linkage.config.linkage_settings import Linkage
from linkage.config.source_settings import ROLES, Source
from linkage.engines.duckdb import DuckDBEngine
from linkage.errors import DataError, Fault
from linkage.model.blocking import Rule
from linkage.model.choose_rules import Chosen, choose_rules
from linkage.model.comparisons import Comparison, Level
from linkage.model.evidence import RandomPairs, gammas_of
from linkage.model.listed import listed
from linkage.model.roles import by_role
from linkage.model.source_pairs import SourcePair, source_pairs
from linkage.runs.workspace import Workspace


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
        row = workspace.connection.execute(f"SELECT count(*) FROM {view}").fetchone()  # noqa: S608
        sizes[name] = int(row[0]) if row else 0
    unique = {name: source.one_record_per_person for name, source in sources.items()}
    return source_pairs(sizes, unique, kind)


def settle(workspace: Workspace, sources: Mapping[str, Source], linkage: Linkage) -> None:
    """Choose comparisons and rules and write ``method.json`` and ``random_patterns``.

    Raises
    ------
    DataError
        A comparison listed that cannot tell records apart or be evaluated, or no pair that meets a
        rule.
    """
    engine = DuckDBEngine(workspace.connection, paired(workspace, sources, linkage.type))
    held = engine.shared_columns()
    plain = [c for source in sources.values() for c in source.columns if c not in ROLES]
    plain = [c for c in dict.fromkeys(plain) if c in held]
    constant = {c for c in held if engine.values(c) < 2}
    comparisons = _comparisons(linkage, engine, [c for c in held if c not in constant], plain)
    _prove_telling(linkage, engine, comparisons, constant)
    random = _random(workspace, engine, comparisons, linkage)
    keys = tuple(Rule(tuple(key)) for key in linkage.deterministic)
    chosen = _rules(engine, comparisons, random, held, plain, linkage, keys)
    if not sum(chosen.n_pairs):
        raise DataError(
            Fault(
                "D340",
                "no pair of records meets any blocking rule",
                "loosen linkage.blocking, or check that the sources hold the same people and that "
                "their columns are written alike",
            )
        )
    method = Method(
        tuple(comparisons),
        chosen.rules,
        chosen.n_pairs,
        len(keys),
        _loss(chosen),
        left_out=tuple(sorted(constant)),
    )
    workspace.write_json("method", method.as_record())


def _loss(chosen: Chosen) -> float | None:
    return None if chosen.estimated_loss != chosen.estimated_loss else chosen.estimated_loss


def _comparisons(
    linkage: Linkage, engine: DuckDBEngine, held: Sequence[str], plain: Sequence[str]
) -> list[Comparison]:
    if linkage.comparisons == "auto":
        return list(by_role(held, [c for c in plain if c in held]))
    return [listed(said, engine.types) for said in linkage.comparisons]


def _prove_telling(
    linkage: Linkage,
    engine: DuckDBEngine,
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
        if not engine.understands(c)
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


def _random(
    workspace: Workspace,
    engine: DuckDBEngine,
    comparisons: Sequence[Comparison],
    linkage: Linkage,
) -> RandomPairs:
    engine.prepare(comparisons, [])
    training = linkage.training
    counts = engine.count_random_pairs(comparisons, training.u_pairs, training.seed)
    workspace.write("random_patterns", counts)
    return RandomPairs(gammas_of(counts, comparisons), counts["n"].to_numpy())


def _rules(
    engine: DuckDBEngine,
    comparisons: Sequence[Comparison],
    random: RandomPairs,
    held: Sequence[str],
    plain: Sequence[str],
    linkage: Linkage,
    keys: tuple[Rule, ...],
) -> Chosen:
    """Return the match-keys, then the rules listed or chosen."""
    if linkage.blocking == "auto":
        seed = linkage.training.seed
        chosen = choose_rules(engine, comparisons, random, held, plain, linkage.pair_budget, seed)
    else:
        rules = tuple(Rule(tuple(rule)) for rule in linkage.blocking)
        engine.prepare(comparisons, rules)
        chosen = Chosen(rules, tuple(map(engine.count_pairs, rules)), float("nan"))
    engine.prepare(comparisons, keys)
    counts = tuple(map(engine.count_pairs, keys))
    return Chosen(keys + chosen.rules, counts + chosen.n_pairs, chosen.estimated_loss)

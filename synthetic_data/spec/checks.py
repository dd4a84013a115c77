"""Does a specification fit together: groups that exist, chances that are possible, known kinds."""

from collections.abc import Collection, Iterable, Mapping

from linkage.characteristics.standards import standard_names
from linkage.config.check_columns import wrong_format
from linkage.config.document import Document
from linkage.config.nearest import nearest
from linkage.config.nodes import Path
from linkage.errors import Fault
from synthetic_data.people.vocabulary import AGES_FROM, NAMES
from synthetic_data.sources.corrupting import ROLES as KINDS
from synthetic_data.sources.values import COLUMNS, OF_SURVEYS
from synthetic_data.spec.factors import largest, spread
from synthetic_data.spec.schema import AGE, Errors, Factors, SourceSpec, Spec

_OLDEST = 120
_ID = "record_id"


def check(spec: Spec, document: Document, broken: Collection[Path] = ()) -> list[Fault]:
    """Return everything that does not fit, in no order, but for what is ``broken`` already."""
    found = _Found(document, broken, spec.factors)
    for name, factors in spec.factors.items():
        found.factors(("factors", name), factors)
    found.focal(spec)
    for place, name in enumerate(spec.groups):
        found.characteristic(("groups", place), name)
    for name, source in spec.sources.items():
        found.source(("sources", name), source)
    return found.faults


class _Found:
    """The faults of a specification, gathered."""

    def __init__(
        self, document: Document, broken: Collection[Path], named: Mapping[str, Factors]
    ) -> None:
        self._document, self._broken, self._named = document, broken, named
        self.faults: list[Fault] = []

    def _add(self, code: str, path: Path, message: str, fix: str, *, key: bool = False) -> None:
        if not any(path[: len(each)] == each for each in self._broken):
            self.faults.append(self._document.fault(code, path, message, fix, key=key))

    def _unknown(
        self, path: Path, name: str, what: str, known: Iterable[str], *, key: bool = False
    ) -> bool:
        """Tell whether ``name`` is none of those ``known``, and add the fault."""
        names = tuple(known)
        if name in names:
            return False
        meant = nearest(name, names)
        fix = f"write  {meant}" if meant else f"write one of: {', '.join(names)}"
        self._add("S102", path, f'there is no {what} called "{name[:60]}"', fix, key=key)
        return True

    def focal(self, spec: Spec) -> None:
        """Prove that the focal source is one."""
        if spec.focal is not None:
            self._unknown(("focal",), spec.focal, "source", spec.sources)

    def characteristic(self, path: Path, name: str, *, key: bool = False) -> bool:
        """Prove that a characteristic exists; tell whether it does."""
        return not self._unknown(path, name, "characteristic", NAMES, key=key)

    def source(self, path: Path, source: SourceSpec) -> None:
        """Prove that a source's settings fit each other."""
        low, high = source.who.ages
        if not 0 <= low <= high <= _OLDEST:
            message = f"ages from {low} to {high} are nobody's"
            self._add("S103", (*path, "who", "ages"), message, "write  ages: [16, 64]")
        for name, groups in source.who.only.items():
            if self.characteristic((*path, "who", "only", name), name, key=True):
                for place, group in enumerate(groups):
                    self.group((*path, "who", "only", name, place), name, group)
        self.chance((*path, "coverage", "rate"), source.coverage.rate, [source.coverage.by])
        self.factors((*path, "coverage", "by"), source.coverage.by)
        if source.sample is not None:
            self.chance((*path, "sample", "share"), source.sample.share, [source.sample.by])
            self.factors((*path, "sample", "by"), source.sample.by)
            if source.kind != "survey":
                self._add(
                    "S104",
                    (*path, "sample"),
                    f"a {source.kind} source draws no sample",
                    "write  kind: survey, or remove sample",
                    key=True,
                )
        self.columns((*path, "columns"), source)
        if said := wrong_format(source.dates):
            self._add("S108", (*path, "dates"), said, 'write  dates: "%d/%m/%Y"')
        self.codes(path, source)
        self.errors((*path, "errors"), source)

    def columns(self, path: Path, source: SourceSpec) -> None:
        """Prove that a source's columns are known, and each called by a name of its own."""
        called: set[str] = {_ID}
        for role, name in source.columns.items():
            self._unknown((*path, role), role, "column", COLUMNS, key=True)
            if role in OF_SURVEYS and source.sample is None:
                message = f"{role} is of a survey, and this source draws no sample"
                self._add("S104", (*path, role), message, "add  sample:, or remove it", key=True)
            if name in called:
                message = f'two columns are called "{name[:60]}"'
                self._add("S107", (*path, role), message, "give each a name of its own")
            called.add(name)

    def codes(self, path: Path, source: SourceSpec) -> None:
        """Prove that a source's own codes are of every group, and its lists exist."""
        for name, codes in source.codes.items():
            if not self.characteristic((*path, "codes", name), name, key=True):
                continue
            for group in codes:
                self.group((*path, "codes", name, group), name, group, key=True)
            if missing := [group for group in NAMES.get(name, ()) if group not in codes]:
                message = f"{name} has no code for {', '.join(missing[:5])}"
                self._add("S105", (*path, "codes", name), message, "give every group a code")
        for name, listed in source.lists.items():
            self.characteristic((*path, "lists", name), name, key=True)
            self._unknown((*path, "lists", name), listed, "harmonised list", standard_names())

    def errors(self, path: Path, source: SourceSpec) -> None:
        """Prove that what a source gets wrong is known, in its columns, and possible."""
        errors = source.errors
        self.factored((*path, "by"), errors)
        for kind, roles in errors.kinds.items():
            at = (*path, "kinds", kind)
            if self._unknown(at, kind, "kind of mistake", KINDS, key=True):
                continue
            for role, chance in roles.items():
                self.column((*at, role), role, source)
                self._unknown((*at, role), role, f"column for {kind}", KINDS[kind], key=True)
                self.chance((*at, role), chance, self._of(errors, kind))
        for role, reasons in errors.missing.items():
            self.column((*path, "missing", role), role, source)
            total = sum(reasons.values())
            self.chance((*path, "missing", role), total, self._of(errors, "missing"))
        for role, chance in errors.wrong_group.items():
            self.column((*path, "wrong_group", role), role, source)
            self._unknown((*path, "wrong_group", role), role, "characteristic", NAMES, key=True)
            self.chance((*path, "wrong_group", role), chance, self._of(errors, "wrong_group"))
        for kind in _OF_RECORDS:
            self.chance((*path, kind), getattr(errors, kind), self._of(errors, kind))

    def factored(self, path: Path, errors: Errors) -> None:
        """Prove that the kinds with factors are known, and the factors too."""
        for kind, by in errors.by.items():
            self._unknown((*path, kind), kind, "kind of mistake", _factored(), key=True)
            if isinstance(by, str):
                self._unknown((*path, kind), by, "table under factors", self._named)
            else:
                self.factors((*path, kind), by)

    def _of(self, errors: Errors, kind: str) -> list[Factors]:
        by = errors.by.get(kind, {})
        return [self._named.get(by, {}) if isinstance(by, str) else by]

    def column(self, path: Path, role: str, source: SourceSpec) -> None:
        """Prove that a source holds a column."""
        self._unknown(path, role, "column of this source", source.columns, key=True)

    def chance(self, path: Path, chance: float, factors: list[Factors]) -> None:
        """Prove that a chance stays possible for everyone."""
        most = 1.0
        for by in factors:
            most *= largest(spread(by))
        if chance * most > 1 + 1e-9:
            message = f"with its factors this chance would be {chance * most:.3g} for some people"
            self._add("S106", path, message, f"write at most {1 / most:.3g}, or lower the factors")

    def factors(self, path: Path, factors: Factors) -> None:
        """Prove that the characteristics and groups of factors exist."""
        for name, by in factors.items():
            if self.characteristic((*path, name), name, key=True):
                for group in by:
                    self.group((*path, name, group), name, group, key=True)

    def group(self, path: Path, name: str, group: str, *, key: bool = False) -> None:
        """Prove that a group exists."""
        if name == AGE and group not in NAMES[AGE]:
            message = f'no band of age begins at "{group[:20]}"'
            self._add("S102", path, message, f"write one of: {_AGES}", key=key)
        elif name != AGE:
            self._unknown(path, group, f"group of {name}", NAMES[name], key=key)


_AGES = ", ".join(map(str, AGES_FROM))
_OF_RECORDS = ("old_address", "former_surname", "duplicates", "merged", "unlinkable")


def _factored() -> tuple[str, ...]:
    return (*KINDS, *_OF_RECORDS, "missing", "wrong_group")

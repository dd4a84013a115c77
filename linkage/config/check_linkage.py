"""Does the linkage fit the sources: how many there are, and what they hold to link on."""

from collections.abc import Iterator

from linkage.config.check_comparisons import check_comparisons, listed
from linkage.config.draft import Draft
from linkage.config.nearest import nearest
from linkage.config.nodes import Path
from linkage.errors import Fault


def check_linkage(draft: Draft) -> Iterator[Fault]:
    """Yield what in the linkage section does not fit the sources."""
    yield from _focal(draft)
    yield from _number_of_sources(draft)
    yield from _assignment(draft)
    yield from _columns(draft)
    yield from _repeated_rules(draft)
    yield from check_comparisons(draft)


def _focal(draft: Draft) -> Iterator[Fault]:
    focal = draft.config.linkage.focal
    if focal is not None and focal not in draft.sources:
        yield unknown_source(draft, ("linkage", "focal"), focal)


def unknown_source(draft: Draft, path: Path, name: str) -> Fault:
    """Return the fault for a source that is not in the file."""
    meant = nearest(name, draft.sources)
    known = ", ".join(draft.sources)
    fix = f"write  {path[-1]}: {meant}" if meant else f"write one of: {known}"
    return draft.fault("C131", path, f'there is no source called "{name[:60]}"', fix)


def _number_of_sources(draft: Draft) -> Iterator[Fault]:
    kind, number = draft.config.linkage.type, len(draft.sources)
    if draft.is_broken("linkage", "type"):
        return
    path: Path = ("linkage", "type") if draft.is_written("linkage", "type") else ("sources",)
    if kind == "deduplicate" and number > 1:
        message = f"deduplicate finds duplicates within one source, and there are {number}"
        fix = "write  type: link_and_deduplicate , or keep one source"
        yield draft.fault("C133", path, message, fix)
    elif kind != "deduplicate" and number == 1 and draft.config.privacy is None:
        message = f"{kind} needs two sources or more, and there is one"
        fix = "add a source, or write  type: deduplicate  in linkage"
        yield draft.fault("C133", path, message, fix)


def _assignment(draft: Draft) -> Iterator[Fault]:
    said, path = draft.config.linkage.decide.assignment, ("linkage", "decide", "assignment")
    if said in {"auto", "clusters"}:
        return
    if draft.config.linkage.type != "link":
        message = f"{said} links sources to each other, and {draft.config.linkage.type} does not"
        yield draft.fault("C136", path, message, "write  assignment: clusters")
        return
    if len(draft.sources) > 2:
        message = f"{said} is for two sources, and there are {len(draft.sources)}"
        yield draft.fault("C136", path, message, "write  assignment: clusters")
        return
    doubtful = [
        name
        for name, source in draft.config.sources.items()
        if not source.one_record_per_person
        and not draft.is_broken("sources", name, "one_record_per_person")
    ]
    if said == "one_to_one" and doubtful:
        yield from _not_unique(draft, path, doubtful)
    elif said == "many_to_one" and len(doubtful) == len(draft.sources):
        message = "many_to_one needs a source that holds each person at most once"
        fix = "write  one_record_per_person: true  in that source, or  assignment: clusters"
        yield draft.fault("C136", path, message, fix)


def _not_unique(draft: Draft, path: Path, doubtful: list[str]) -> Iterator[Fault]:
    """Yield an error for a source that says it holds people twice, a doubt for a silent one."""
    for name in doubtful:
        said = draft.is_written("sources", name, "one_record_per_person")
        verb = "may hold a person more than once" if said else "does not say whether it does"
        yield draft.fault(
            "C136",
            path,
            f"one_to_one needs sources that hold each person at most once; {name} {verb}",
            f"write  one_record_per_person: true  in sources.{name}, or  assignment: auto",
            severity="error" if said else "warning",
        )


def _columns(draft: Draft) -> Iterator[Fault]:
    linkage = draft.config.linkage
    for setting in ("deterministic", "blocking"):
        rules = getattr(linkage, setting)
        for i, rule in enumerate(rules if isinstance(rules, tuple) else ()):
            for j, column in enumerate(rule):
                yield from _held(draft, ("linkage", setting, i, j), column)
    for i, comparison in enumerate(listed(draft)):
        if comparison.column is not None:
            yield from _held(draft, ("linkage", "comparisons", i, "column"), comparison.column)
        for j, column in enumerate(comparison.columns):
            yield from _held(draft, ("linkage", "comparisons", i, "columns", j), column)


def _held(draft: Draft, path: Path, column: str) -> Iterator[Fault]:
    """Yield a fault unless both sides of a pair hold the column: two sources, or the only one."""
    held = {name: draft.columns_of(name) for name in draft.sources}
    lacking = [
        name for name, columns in held.items() if columns is not None and column not in columns
    ]
    needed = min(2, len(held))
    if len(held) - len(lacking) >= needed:
        return
    if len(lacking) == len(held):
        known = set().union(*(columns or () for columns in held.values()))
        meant = nearest(column, sorted(known))
        fix = f"write  {meant}" if meant else f"write one of: {', '.join(sorted(known))}"
        if column == "full_name":
            fix = "write  first_name  or  surname , which a full name is split into"
        yield draft.fault("C134", path, f"no source has a column called {column}", fix)
        return
    holder = next(name for name in held if name not in lacking)
    yield draft.fault(
        "C135",
        path,
        f"only {holder} holds {column}; {', '.join(lacking)} lacks it",
        f"add {column} to sources.{lacking[0]}.columns, or choose a column that both hold",
    )


def _repeated_rules(draft: Draft) -> Iterator[Fault]:
    for setting in ("deterministic", "blocking"):
        rules = getattr(draft.config.linkage, setting)
        seen: set[frozenset[str]] = set()
        for i, rule in enumerate(rules if isinstance(rules, tuple) else ()):
            if frozenset(rule) in seen:
                message = "the same columns stand in an earlier rule"
                yield draft.fault("C142", ("linkage", setting, i), message, "remove one of the two")
            seen.add(frozenset(rule))

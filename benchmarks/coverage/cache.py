"""Populations kept as soon as they are done, so that a run that was stopped goes on."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
Made = dict[str, Any]


@dataclass(frozen=True)
class Cache:
    """A folder of files, a line each population, and the processes that make what it lacks."""

    folder: Path
    pool: Executor

    def populations(
        self, name: str, key: str, seeds: Iterable[int], make: Callable[..., Made], *said: object
    ) -> list[Made]:
        """Return ``make(*said, seed)`` for each seed, in order.

        Parameters
        ----------
        name
            Of the file.
        key
            What results depend on, see :func:`key_of`; those made under another are made anew.
        """
        path = self.folder / f"{name.replace(' ', '_')}.jsonl"
        wanted = list(seeds)
        held = {each["seed"]: each for each in _held(path) if each["key"] == key}
        missing = [seed for seed in wanted if seed not in held]
        futures = [self.pool.submit(make, *said, seed) for seed in missing]
        with path.open("a", encoding="utf-8") as file:
            for future in as_completed(futures):
                made = {"key": key, **future.result()}
                held[made["seed"]] = made
                file.write(json.dumps(made) + "\n")
                file.flush()
        return [held[seed] for seed in wanted]


def key_of(what: object, code: Sequence[str]) -> str:
    """Return a digest of what is made, and of the files of code that it comes from."""
    digest = sha256(repr(what).encode())
    for name in code:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:16]


def _held(path: Path) -> Iterator[Made]:
    """Yield what a file holds; its last line may have been cut short."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue

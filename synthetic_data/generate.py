"""From a specification to files: people block by block, their records in every source, the truth.

Blocks are independent of each other, so that they are made in as many processes as one likes, and
no more of them held than that; they are written in order, so that the files are the same.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from synthetic_data.configuration import configuration
from synthetic_data.page import summary
from synthetic_data.people.population import draw_block
from synthetic_data.people.state import BLOCK
from synthetic_data.realised import Realised
from synthetic_data.sources.record import Records, record
from synthetic_data.spec.factors import resolved
from synthetic_data.spec.schema import Spec
from synthetic_data.truth import LINKS, MISTAKES, PEOPLE, true_people
from synthetic_data.write import appearing, delivery_file, growing

Progress = Callable[[int, int], None]
"""Told how many people are done, of how many."""


@dataclass(frozen=True)
class Order:
    """What is asked for: a specification (and its text), how many people, from which seed."""

    spec: Spec
    text: str
    people: int
    seed: int

    @property
    def blocks(self) -> tuple[int, ...]:
        """The number of people of each block."""
        whole, rest = divmod(self.people, BLOCK)
        return (BLOCK,) * whole + ((rest,) if rest else ())


@dataclass(frozen=True)
class Block:
    """What is made of one block: the truth of its people, and the records of each source."""

    people: pa.Table
    records: dict[str, Records]


def generate(
    order: Order, out: Path, processes: int = 2, progress: Progress = lambda done, total: None
) -> None:
    """Write the files of ``order`` into the folder ``out``.

    The same files for the same order, however many processes make them. They appear when all of
    them are whole.

    Raises
    ------
    OSError
        A file cannot be written; none of the new ones is left then.
    """
    order = replace(order, spec=resolved(order.spec))
    realised = Realised()
    with appearing(out) as folder:
        with growing(folder) as add:
            for block in _blocks(order, processes):
                _write(add, block, order.spec)
                realised.add(block)
                progress(realised.people, order.people)
        pq.write_table(realised.rates().to_arrow(), folder / "realised.parquet", compression="zstd")
        texts = {
            "spec.yaml": order.text,
            "config.yaml": configuration(order.spec),
            "summary.html": summary(order.spec, order.people, order.seed, realised),
        }
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")


def _write(add: Callable[[str, pa.Table], None], block: Block, spec: Spec) -> None:
    add(PEOPLE, block.people)
    for name, records in block.records.items():
        add(name, records.table)
        add(LINKS, _of(name, records.truth))
        add(MISTAKES, _of(name, records.errors))
        deliveries = spec.sources[name].deliveries
        if deliveries is not None and records.delivery is not None:
            for number in range(1, deliveries.number + 1):
                rows = records.table.filter(pa.array(records.delivery == number))
                add(delivery_file(name, number), rows)


def _of(source: str, table: pa.Table) -> pa.Table:
    return table.add_column(0, "source", pa.repeat(source, table.num_rows))


def make(order: Order, number: int) -> Block:
    """Return block ``number`` of ``order``."""
    spec = order.spec
    people = draw_block(number, order.blocks[number], order.seed, spec.population)
    records = {
        name: record(people, name, source, order.seed, number)
        for name, source in spec.sources.items()
    }
    return Block(true_people(people, records, spec), records)


def _blocks(order: Order, processes: int) -> Iterator[Block]:
    """Yield the blocks in order, made a few ahead by other processes where there are many."""
    numbers = range(len(order.blocks))
    if processes < 2 or len(numbers) < 3:
        yield from (make(order, number) for number in numbers)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        waiting: deque[Future[Block]] = deque()
        try:
            for number in numbers:
                waiting.append(pool.submit(make, order, number))
                if len(waiting) > processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

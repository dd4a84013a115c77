"""Cases attacked one by one, each in a process of its own: none can stop the rest.

What each gives is written as it ends, so that a run that was stopped goes on where it was.
"""

import json
import multiprocessing
import resource
from collections.abc import Callable, Iterable, Mapping, Sequence
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

Case = int | str
Record = dict[str, object]
Attack = Callable[[Case], Sequence[Record]]
"""Its records say under ``case`` what they are of."""

_FORK = multiprocessing.get_context("fork")


def one_by_one(
    attack: Attack, cases: Iterable[Case], so_far: Path, *, seconds: int, processes: int = 1
) -> None:
    """Append the records of each case to ``so_far``; of those that are there nothing is done.

    Parameters
    ----------
    seconds
        Of processor time, for one case. One that takes longer or fails gets a record that says so,
        under ``stopped``, and is tried again when it may take longer.
    """
    done = {each["case"] for each in read(so_far) if _is_done(each, seconds)}
    left = iter([case for case in cases if case not in done])
    running: dict[int, tuple[Case, BaseProcess]] = {}
    while True:
        while len(running) < processes and (case := next(left, None)) is not None:
            process: BaseProcess = _FORK.Process(
                target=_attacked, args=(attack, case, so_far, seconds)
            )
            process.start()
            running[process.sentinel] = case, process
        if not running:
            return
        for sentinel in wait(list(running)):
            case, process = running.pop(int(str(sentinel)))
            process.join()
            if process.exitcode:
                _append(so_far, [{"case": case, "stopped": process.exitcode, "limit": seconds}])


def read(so_far: Path) -> list[Record]:
    """Return the records that are there, the last of each that was tried again."""
    if not so_far.exists():
        return []
    found: dict[Case, list[Record]] = {}
    for line in so_far.read_text(encoding="utf-8").splitlines():
        records = json.loads(line)
        found[records[0]["case"]] = records
    return [record for case in sorted(found, key=_order) for record in found[case]]


def _order(case: Case) -> tuple[bool, int, str]:
    return isinstance(case, str), case if isinstance(case, int) else 0, str(case)


def _is_done(record: Mapping[str, object], seconds: int) -> bool:
    return "stopped" not in record or int(str(record["limit"])) >= seconds


def _attacked(attack: Attack, case: Case, so_far: Path, seconds: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, most))
    _append(so_far, attack(case))


def _append(so_far: Path, records: Sequence[Record]) -> None:
    """Write the records of one case as one line, in one piece."""
    with so_far.open("ab", buffering=0) as lines:
        lines.write(f"{json.dumps(list(records))}\n".encode())

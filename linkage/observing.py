"""Several observers of one run, told the same one after the other."""

from collections.abc import Sequence

from linkage.pipeline import Observer


class Together:
    """An observer that tells others: each hears of an event before the next one does."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def planned(self, stages: Sequence[str]) -> None:
        """Tell the names of all stages."""
        for each in self._observers:
            each.planned(stages)

    def started(self, stage: str) -> None:
        """Tell that a stage has started."""
        for each in self._observers:
            each.started(stage)

    def progressed(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Tell how far it has come."""
        for each in self._observers:
            each.progressed(stage, done, total, unit)

    def finished(self, stage: str, seconds: float) -> None:
        """Tell that it is done."""
        for each in self._observers:
            each.finished(stage, seconds)

    def skipped(self, stage: str) -> None:
        """Tell that it need not be done again."""
        for each in self._observers:
            each.skipped(stage)

    def failed(self, stage: str, error: BaseException) -> None:
        """Tell that it failed, or was stopped."""
        for each in self._observers:
            each.failed(stage, error)

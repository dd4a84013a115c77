import pytest


class Silent:
    """An observer that says nothing."""

    def planned(self, stages): ...

    def started(self, stage): ...

    def progressed(self, stage, done, total, unit): ...

    def finished(self, stage, seconds): ...

    def skipped(self, stage): ...

    def failed(self, stage, error): ...


@pytest.fixture
def silent():
    return Silent()

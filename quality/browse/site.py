"""The site of an output folder: answers requests for pages, and changes nothing."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

from linkage.errors import LinkageError
from quality.browse.explained import explanation_parts
from quality.browse.found import Found, runs_in
from quality.browse.pages import Pages
from quality.browse.trends import Trends, trends_of
from quality.explain.explanation import explain
from quality.report.wording import sentence
from quality.serving import Reply
from quality.serving.access import Access


class BrowseSite:
    """Shows the runs under an output folder, as they are at each request."""

    def __init__(self, output: Path, access: Access) -> None:
        self._output = output
        self._pages = Pages(access.folder, access.form_token)

    def welcome(self, nonce: str) -> str:
        """Return the list of runs."""
        runs = runs_in(self._output)
        names = dict.fromkeys(run.name for run in runs)
        by = {name: self._trends(name, runs).characteristics for name in names}
        return self._pages.runs(nonce, runs, by)

    def refused(self, nonce: str, text: str) -> str:
        """Return the page that says why something is not shown."""
        return self._pages.refused(nonce, text)

    def get(self, name: str, query: Mapping[str, str]) -> Reply:
        """Show the list, a run, its report, or a characteristic over runs."""
        if name == "":
            return Reply(HTTPStatus.OK, self.welcome)
        kind, _, rest = name.partition("/")
        show = self._kinds.get(kind)
        reply = None if show is None else show(rest)
        return reply or self._refusal(HTTPStatus.NOT_FOUND, "There is no such page")

    def post(self, name: str, form: Mapping[str, str]) -> Reply:
        """Explain a pair: asked by a form, so that no id stands in an address."""
        kind, _, key = name.partition("/")
        run = self._found(key)
        if kind != "pair" or run is None or run.restricted is None:
            return self._refusal(HTTPStatus.METHOD_NOT_ALLOWED, "These pages change nothing")
        ids = form.get("first", "").strip(), form.get("second", "").strip()
        try:
            parts = tuple(explanation_parts(explain(run.restricted.parent, ids)))
        except LinkageError as error:
            told = " ".join(
                f"{sentence(each.message)} {sentence(each.fix or '')}" for each in error.faults
            )
            return Reply(HTTPStatus.OK, lambda nonce: self._pages.pair(nonce, run, ids, (), told))
        return Reply(HTTPStatus.OK, lambda nonce: self._pages.pair(nonce, run, ids, parts))

    @property
    def _kinds(self) -> Mapping[str, Callable[[str], Reply | None]]:
        return {
            "run": self._run,
            "report": self._report,
            "trend": self._trend,
            "pair": self._pair,
        }

    def _run(self, key: str) -> Reply | None:
        run = self._found(key)
        if run is None:
            return None
        return Reply(HTTPStatus.OK, lambda nonce: self._pages.run(nonce, run))

    def _report(self, key: str) -> Reply | None:
        """Return the report as it was written, which runs no script and asks for nothing."""
        run = self._found(key)
        path = None if run is None else run.release / "report.html"
        if path is None or not path.is_file():
            return None
        text = path.read_text(encoding="utf-8")
        return Reply(HTTPStatus.OK, lambda _: text, styled_within=True)

    def _trend(self, rest: str) -> Reply | None:
        name, _, characteristic = (unquote(each) for each in rest.partition("/"))
        trends = self._trends(name, runs_in(self._output))
        if characteristic not in trends.characteristics:
            return None
        return Reply(
            HTTPStatus.OK, lambda nonce: self._pages.trend(nonce, name, characteristic, trends)
        )

    def _pair(self, key: str) -> Reply | None:
        run = self._found(key)
        if run is None or run.restricted is None:
            return None
        return Reply(HTTPStatus.OK, lambda nonce: self._pages.pair(nonce, run))

    def _trends(self, name: str, runs: tuple[Found, ...]) -> Trends:
        return trends_of([run for run in runs if run.name == name])

    def _found(self, key: str) -> Found | None:
        """Return the run called ``key``: one of those there are, never a path."""
        return next((run for run in runs_in(self._output) if run.key == key), None)

    def _refusal(self, status: HTTPStatus, text: str) -> Reply:
        return Reply(status, lambda nonce: self._pages.refused(nonce, text))

"""The pages as HTML, each for one nonce: nothing is decided here, everything is escaped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from markupsafe import Markup

from quality.browse.found import Found
from quality.browse.said import gates_of, heading_of, in_a_word
from quality.browse.trends import Trends, day, trend_sections
from quality.report.page import Part, Section
from quality.report.render import environment, style
from quality.report.wording import plain


@dataclass(frozen=True)
class Pages:
    """Renders what is asked for.

    ``folder`` is where the pages lie, ``form_token`` what a form of ours carries.
    """

    folder: str
    form_token: str

    def runs(
        self, nonce: str, runs: Sequence[Found], characteristics: Mapping[str, Sequence[str]]
    ) -> str:
        """Return the page that lists every run."""
        named = [(name, list(each)) for name, each in groupby(runs, key=lambda run: run.name)]
        links = {
            name: [{"label": plain(c), "address": _address(name, c)} for c in each]
            for name, each in characteristics.items()
        }
        return self._page(
            "runs",
            nonce,
            named=[(name, [_shown(each) for each in of_name]) for name, of_name in named],
            characteristics=links,
        )

    def run(self, nonce: str, run: Found) -> str:
        """Return the page of one run."""
        return self._page(
            "run",
            nonce,
            run=_shown(run),
            heading=heading_of(run),
            gates=gates_of(run),
            may_explain=run.restricted is not None,
        )

    def trend(self, nonce: str, name: str, characteristic: str, trends: Trends) -> str:
        """Return the page of a characteristic over the runs of a name."""
        return self._page(
            "trend",
            nonce,
            name=name,
            label=plain(characteristic),
            n_runs=len(trends.runs),
            sections=[*_rendered(trend_sections(trends, characteristic))],
        )

    def pair(
        self,
        nonce: str,
        run: Found,
        ids: Sequence[str] = ("", ""),
        parts: Iterable[Part] = (),
        message: str = "",
    ) -> str:
        """Return the page on which two ids are given, and what there is to say of them."""
        return self._page(
            "pair",
            nonce,
            run=_shown(run),
            form_token=self.form_token,
            first=ids[0],
            second=ids[1],
            parts=[_part(each) for each in parts],
            message=message,
        )

    def refused(self, nonce: str, text: str) -> str:
        """Return the page that says why something is not shown."""
        return self._page("refused", nonce, heading="This is not shown", text=f"{text}.")

    def _page(self, template: str, nonce: str, **shown: object) -> str:
        page = environment("quality.browse").get_template(f"{template}.html.j2")
        return page.render(nonce=nonce, style=style(), folder=self.folder, **shown)


def _shown(run: Found) -> dict[str, str]:
    """Return what a page says of a run, in words."""
    approved = run.approved
    return {
        "name": run.name,
        "id": run.run,
        "key": run.key,
        "day": day(run),
        "state": "pending" if approved is None else f"approved on {approved[:10]}",
        "gates": in_a_word(run),
    }


def _rendered(sections: Iterator[Section]) -> Iterator[dict[str, object]]:
    for each in sections:
        parts = [_part(part) for part in each.parts]
        yield {"id": each.id, "title": each.title, "parts": parts}


def _part(part: Part) -> Markup:
    """Return a part as the report has it: the same figure, table and words."""
    template = environment("quality.report").get_template("part.html.j2")
    made = vars(template.module)["part"](part)
    return Markup(made)  # noqa: S704 - escaped by its template


def _address(name: str, characteristic: str) -> str:
    return f"{quote(name, safe='')}/{quote(characteristic, safe='')}"

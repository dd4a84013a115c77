"""The pages of a session, each rendered for one nonce."""

from dataclasses import dataclass
from functools import cached_property

from quality.review.page.render import render
from quality.review.page.session import Session
from quality.review.page.view import case_view, columns, in_words


@dataclass(frozen=True)
class Saved:
    """What was just answered, to say so."""

    place: int
    words: str


@dataclass(frozen=True)
class Pages:
    """Renders what is asked for. ``folder`` is where the pages of the session lie."""

    session: Session
    folder: str
    form_token: str

    def welcome(self, nonce: str) -> str:
        """Return the page that says what is to be done."""
        session = self.session
        return self._page(
            "welcome",
            nonce,
            reviewer=session.reviewer,
            n_answered=session.n_answered,
            folder=self.folder,
        )

    def case(self, nonce: str, place: int, after: int | None) -> str:
        """Return the case at ``place``; ``after`` is the place that was just answered."""
        session = self.session
        case, onward = session.case(place), session.next_open(place)
        proposed = session.proposed.get(case.unit.number, ())
        return self._page(
            "case",
            nonce,
            case=case_view(session.fields, case, session.answer(place), proposed),
            aligned=self._columns is not None,
            place=place,
            n_answered=session.n_answered,
            form_token=self.form_token,
            back=after or (place - 1 or None),
            onward=onward or "done",
            saved=self._saved(after),
        )

    def done(self, nonce: str, after: int | None) -> str:
        """Return the page that says that nothing is left."""
        back = after or self.session.n_cases or None
        return self._page("done", nonce, back=back, saved=self._saved(after))

    def refused(self, nonce: str, text: str) -> str:
        """Return the page that says why something was not done."""
        return self._page("refused", nonce, heading="This was not done", text=f"{text}.")

    def _page(self, template: str, nonce: str, **shown: object) -> str:
        adjudicating = self.session.role == "adjudicator"
        return render(
            template,
            nonce,
            self._columns,
            n_cases=self.session.n_cases,
            adjudicating=adjudicating,
            **shown,
        )

    def _saved(self, place: int | None) -> Saved | None:
        answer = self.session.answer(place) if place else None
        return Saved(place, in_words(answer)) if place and answer is not None else None

    @cached_property
    def _columns(self) -> str | None:
        return columns(self.session.fields, self.session.cases)

"""The site of a review: its cases in turn, and every answer saved before the next is shown."""

import threading
from collections.abc import Mapping
from http import HTTPStatus

from linkage.errors import StorageError
from quality.review.answers import Answer, parse
from quality.review.page.pages import Pages
from quality.review.page.session import Session
from quality.serving import Reply, number
from quality.serving.access import Access


class ReviewSite:
    """Shows the cases of a session and saves what is answered."""

    def __init__(self, session: Session, access: Access) -> None:
        self.session = session
        self.pages = Pages(session, access.folder, access.form_token)
        self._saving = threading.Lock()

    def welcome(self, nonce: str) -> str:
        """Return the page that says what is to be done."""
        return self.pages.welcome(nonce)

    def refused(self, nonce: str, text: str) -> str:
        """Return the page that says why something was not done."""
        return self.pages.refused(nonce, text)

    def get(self, name: str, query: Mapping[str, str]) -> Reply:
        """Show a case by its place, the end, or whatever is open first."""
        after = number(query.get("after", ""), self.session.n_cases)
        if name == "":
            place = self.session.next_open()
            return _go(str(place) if place else "done")
        if name == "done":
            return Reply(HTTPStatus.OK, lambda nonce: self.pages.done(nonce, after))
        place = number(name, self.session.n_cases)
        if place is None:
            return self._refusal(HTTPStatus.NOT_FOUND, "There is no such page")
        return Reply(HTTPStatus.OK, lambda nonce: self.pages.case(nonce, place, after))

    def post(self, name: str, form: Mapping[str, str]) -> Reply:
        """Save the answer to the case at the place called ``name``."""
        place = number(name, self.session.n_cases)
        answer = parse(form.get("answer", ""))
        if place is None or answer is None:
            return self._refusal(HTTPStatus.BAD_REQUEST, _NO_ANSWER)
        return self._save(place, answer)

    def _save(self, place: int, answer: Answer) -> Reply:
        try:
            with self._saving:
                self.session.save(place, answer)
        except ValueError:
            return self._refusal(HTTPStatus.BAD_REQUEST, _NO_ANSWER)
        except StorageError:
            return self._refusal(HTTPStatus.INSUFFICIENT_STORAGE, _NOT_SAVED)
        following = self.session.next_open(place)
        return _go(f"{following or 'done'}?after={place}")

    def _refusal(self, status: HTTPStatus, text: str) -> Reply:
        return Reply(status, lambda nonce: self.pages.refused(nonce, text))


def _go(name: str) -> Reply:
    return Reply(HTTPStatus.SEE_OTHER, location=name)


_NO_ANSWER = "This is no answer"
_NOT_SAVED = (
    "Your answer was not saved: the disk refused it, or the review was sampled anew. Once there is "
    "room, go back and answer again; if it does not help, start the program again. The answers "
    "before it are safe"
)

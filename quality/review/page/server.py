"""The server of the page: on this machine only, for one reviewer, gone when nobody uses it.

Nothing that is asked for or answered is logged: values of people stand in no file but the review's.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from linkage.errors import StorageError
from quality.review.answers import Answer, parse
from quality.review.page.access import HOST, Access
from quality.review.page.pages import Pages
from quality.review.page.session import Session

_LONGEST_FORM = 2_000
_FORM = "application/x-www-form-urlencoded"
_CHECKS_A_SECOND = 5


class Reply(NamedTuple):
    """An answer to a request: a page, or where to go instead."""

    status: HTTPStatus
    page: Callable[[str], str] | None = None
    location: str | None = None
    cookie: str | None = None


class ReviewServer(ThreadingHTTPServer):
    """Serves the session to whoever holds its token; knows when it was last used."""

    daemon_threads = True

    def __init__(self, session: Session, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.access = Access(self.server_address[1])
        self.session = session
        self.pages = Pages(session, self.access.folder, self.access.form_token)
        self.used = time.monotonic()
        self.saving = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: what an error says may quote a request."""

    def wait(self, idle: float) -> None:
        """Serve until nobody has used the page for ``idle`` seconds."""
        while time.monotonic() - self.used < idle:
            time.sleep(1 / _CHECKS_A_SECOND)


@contextmanager
def serving(session: Session, port: int = 0) -> Iterator[ReviewServer]:
    """Serve the session on a port of this machine (0: any that is free) while the block lasts.

    Raises
    ------
    OSError
        When the port is taken.
    """
    with ReviewServer(session, port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: ReviewServer
    timeout = 30
    server_version, sys_version = "review", ""

    def do_GET(self) -> None:
        self._reply(self._get())

    def do_POST(self) -> None:
        self._reply(self._post())

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no proper request without quoting it."""
        self._reply(self._refused(HTTPStatus(code), "This is not a request of this page"))

    def _get(self) -> Reply:
        access, path = self.server.access, urlsplit(self.path)
        if not access.at_our_host(self._headers):
            return self._refused(HTTPStatus.FORBIDDEN, _WRONG_HOST)
        if path.path == "/enter":
            return self._enter(parse_qs(path.query).get("token", [""])[0])
        if not access.inside(path.path, self._headers):
            return self._refused(HTTPStatus.FORBIDDEN, _NOT_LET_IN)
        self.server.used = time.monotonic()
        return self._show(path.path.removeprefix(access.folder), parse_qs(path.query))

    def _enter(self, token: str) -> Reply:
        if "prefetch" in self.headers.get("Sec-Purpose", ""):  # the browser guesses; nobody asked
            return self._refused(HTTPStatus.FORBIDDEN, _NOT_LET_IN)
        cookie = self.server.access.enter(token)
        if cookie is None:
            return self._refused(HTTPStatus.FORBIDDEN, _NOT_LET_IN)
        self.server.used = time.monotonic()
        return Reply(HTTPStatus.OK, self.server.pages.welcome, cookie=cookie)

    def _show(self, name: str, query: dict[str, list[str]]) -> Reply:
        session = self.server.session
        after = _number(query.get("after", [""])[0], session.n_cases)
        if name == "":
            place = session.next_open()
            return self._go(str(place) if place else "done")
        if name == "done":
            return Reply(HTTPStatus.OK, lambda nonce: self.server.pages.done(nonce, after))
        place = _number(name, session.n_cases)
        if place is None:
            return self._refused(HTTPStatus.NOT_FOUND, "There is no such page")
        return Reply(HTTPStatus.OK, lambda nonce: self.server.pages.case(nonce, place, after))

    def _post(self) -> Reply:
        access, form = self.server.access, self._form()
        if not access.at_our_host(self._headers):
            return self._refused(HTTPStatus.FORBIDDEN, _WRONG_HOST)
        if not access.inside(self.path, self._headers):
            return self._refused(HTTPStatus.FORBIDDEN, _NOT_LET_IN)
        if not access.from_our_page(self._headers, form.get("form_token", "")):
            return self._refused(HTTPStatus.FORBIDDEN, "This did not come from a page of ours")
        self.server.used = time.monotonic()
        place = _number(self.path.removeprefix(access.folder), self.server.session.n_cases)
        answer = parse(form.get("answer", ""))
        if place is None or answer is None:
            return self._refused(HTTPStatus.BAD_REQUEST, "This is no answer")
        return self._save(place, answer)

    def _save(self, place: int, answer: Answer) -> Reply:
        session = self.server.session
        try:
            with self.server.saving:
                session.save(place, answer)
        except ValueError:
            return self._refused(HTTPStatus.BAD_REQUEST, "This is no answer")
        except StorageError:
            return self._refused(HTTPStatus.INSUFFICIENT_STORAGE, _NOT_SAVED)
        following = session.next_open(place)
        return self._go(f"{following or 'done'}?after={place}")

    def _form(self) -> dict[str, str]:
        """Return the fields of the form; none of one that is not ours in kind or length."""
        length = _number(self.headers.get("Content-Length", ""), _LONGEST_FORM)
        if length is None or self.headers.get_content_type() != _FORM:
            return {}
        body = self.rfile.read(length).decode("ascii", errors="replace")
        return {name: values[0] for name, values in parse_qs(body).items()}

    def _go(self, name: str) -> Reply:
        return Reply(HTTPStatus.SEE_OTHER, location=self.server.access.folder + name)

    def _refused(self, status: HTTPStatus, text: str) -> Reply:
        return Reply(status, lambda nonce: self.server.pages.refused(nonce, text))

    def _reply(self, reply: Reply) -> None:
        nonce = secrets.token_urlsafe(16)
        body = reply.page(nonce).encode() if reply.page else b""
        self.send_response(reply.status)
        for name, value in _told_to_the_browser(nonce):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if reply.location:
            self.send_header("Location", reply.location)
        if reply.cookie:
            self.send_header("Set-Cookie", reply.cookie)
        self.end_headers()
        self.wfile.write(body)

    @property
    def _headers(self) -> dict[str, str]:
        return {name.title(): value for name, value in self.headers.items()}


def _told_to_the_browser(nonce: str) -> Iterator[tuple[str, str]]:
    """Yield what every answer tells the browser: keep nothing, load nothing, tell nobody.

    The referrer stays with ourselves; without any, a browser would hide the Origin of a form.
    """
    yield "Content-Type", "text/html; charset=utf-8"
    yield "Cache-Control", "no-store"
    yield (
        "Content-Security-Policy",
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    yield "X-Frame-Options", "DENY"
    yield "X-Content-Type-Options", "nosniff"
    yield "Referrer-Policy", "same-origin"
    yield "Cross-Origin-Opener-Policy", "same-origin"
    yield "Cross-Origin-Resource-Policy", "same-origin"


def _number(text: str, most: int) -> int | None:
    """Return the whole number from 1 to ``most`` that ``text`` writes, or None."""
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        return None
    return number if 1 <= (number := int(text)) <= most else None


_WRONG_HOST = "This page answers to the address of this machine only"
_NOT_LET_IN = (
    "The address of this page works once, in the browser that opens it first. To open it anew, end "
    "the program in the terminal with Ctrl-C, start it again and open the address it prints: "
    "nothing that was answered is lost"
)
_NOT_SAVED = (
    "Your answer was not saved: the disk refused it, or the review was sampled anew. Once there is "
    "room, go back and answer again; if it does not help, start the program again. The answers "
    "before it are safe"
)

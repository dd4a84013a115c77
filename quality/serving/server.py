"""The server of pages: on this machine only, for one user, gone when nobody uses it.

Nothing that is asked for or answered is logged: values of people stand in no file of the server's.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Generic, Protocol, TypeVar
from urllib.parse import parse_qs, urlsplit

from quality.serving.access import HOST, Access
from quality.serving.reply import Reply, number, told_to_the_browser

_LONGEST_FORM = 2_000
_FORM = "application/x-www-form-urlencoded"
_CHECKS_A_SECOND = 5


class Site(Protocol):
    """The pages that are served: names and forms in, answers out."""

    def welcome(self, nonce: str) -> str:
        """Return the page that the printed address opens."""

    def get(self, name: str, query: Mapping[str, str]) -> Reply:
        """Answer a request for the page called ``name`` (empty for the first)."""

    def post(self, name: str, form: Mapping[str, str]) -> Reply:
        """Answer a form that a page of ours sent to ``name``."""

    def refused(self, nonce: str, text: str) -> str:
        """Return the page that says why something was not done."""


AnySite = TypeVar("AnySite", bound=Site)


class PageServer(ThreadingHTTPServer, Generic[AnySite]):
    """Serves a site to whoever holds its token; knows when it was last used."""

    daemon_threads = True

    def __init__(self, site: Callable[[Access], AnySite], port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.access = Access(self.server_address[1])
        self.site = site(self.access)
        self.used = time.monotonic()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: what an error says may quote a request."""

    def wait(self, idle: float) -> None:
        """Serve until nobody has used the page for ``idle`` seconds."""
        while time.monotonic() - self.used < idle:
            time.sleep(1 / _CHECKS_A_SECOND)


@contextmanager
def serving(site: Callable[[Access], AnySite], port: int = 0) -> Iterator[PageServer[AnySite]]:
    """Serve a site on a port of this machine (0: any that is free) while the block lasts.

    Parameters
    ----------
    site
        Makes the site, told under which name its pages lie and the token of its forms.

    Raises
    ------
    OSError
        When the port is taken.
    """
    with PageServer(site, port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: PageServer[Site]
    timeout = 30
    server_version, sys_version = "link", ""

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
        query = {name: values[0] for name, values in parse_qs(path.query).items()}
        return self.server.site.get(path.path.removeprefix(access.folder), query)

    def _enter(self, token: str) -> Reply:
        if "prefetch" in self.headers.get("Sec-Purpose", ""):  # the browser guesses; nobody asked
            return self._refused(HTTPStatus.FORBIDDEN, _NOT_LET_IN)
        cookie = self.server.access.enter(token)
        if cookie is None:
            return self._refused(HTTPStatus.FORBIDDEN, _NOT_LET_IN)
        self.server.used = time.monotonic()
        return Reply(HTTPStatus.OK, self.server.site.welcome, cookie=cookie)

    def _post(self) -> Reply:
        access, form = self.server.access, self._form()
        if not access.at_our_host(self._headers):
            return self._refused(HTTPStatus.FORBIDDEN, _WRONG_HOST)
        if not access.inside(self.path, self._headers):
            return self._refused(HTTPStatus.FORBIDDEN, _NOT_LET_IN)
        if not access.from_our_page(self._headers, form.get("form_token", "")):
            return self._refused(HTTPStatus.FORBIDDEN, "This did not come from a page of ours")
        self.server.used = time.monotonic()
        return self.server.site.post(self.path.removeprefix(access.folder), form)

    def _form(self) -> dict[str, str]:
        """Return the fields of the form; none of one that is not ours in kind or length."""
        length = number(self.headers.get("Content-Length", ""), _LONGEST_FORM)
        if length is None or self.headers.get_content_type() != _FORM:
            return {}
        body = self.rfile.read(length).decode("ascii", errors="replace")
        return {name: values[0] for name, values in parse_qs(body).items()}

    def _refused(self, status: HTTPStatus, text: str) -> Reply:
        return Reply(status, lambda nonce: self.server.site.refused(nonce, text))

    def _reply(self, reply: Reply) -> None:
        nonce = secrets.token_urlsafe(16)
        body = reply.page(nonce).encode() if reply.page else b""
        self.send_response(reply.status)
        for name, value in told_to_the_browser(nonce, reply.styled_within):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if reply.location is not None:
            self.send_header("Location", self.server.access.folder + reply.location)
        if reply.cookie:
            self.send_header("Set-Cookie", reply.cookie)
        self.end_headers()
        self.wfile.write(body)

    @property
    def _headers(self) -> dict[str, str]:
        return {name.title(): value for name, value in self.headers.items()}


_WRONG_HOST = "This page answers to the address of this machine only"
_NOT_LET_IN = (
    "The address of this page works once, in the browser that opens it first. To open it anew, end "
    "the program in the terminal with Ctrl-C, start it again and open the address it prints: "
    "nothing is lost"
)

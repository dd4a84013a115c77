"""Who may ask: a token that opens the page once, and what every later request must carry.

The page shows what not everyone may see on an address that any program of the machine can reach,
and any web site can make the user's browser ask for. So: the token works once, and is exchanged for
a cookie; the cookie is sent to paths below one secret name only, because cookies do not keep the
ports of a machine apart; the Host must be ours (a name that a site points at this machine is not);
a form must come from a page of ours (Origin, and a token within the form).
"""

import secrets
import threading
from collections.abc import Mapping
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie

HOST = "127.0.0.1"

_COOKIE = "page"
_FROM_US = {"none", "same-origin"}


class Access:
    """The secrets of one session, and the checks of a request against them."""

    def __init__(self, port: int) -> None:
        self.folder = f"/{secrets.token_urlsafe(16)}/"
        self.form_token = secrets.token_urlsafe(32)
        self._port = port
        self._token: str | None = secrets.token_urlsafe(32)
        self._cookie = secrets.token_urlsafe(32)
        self._entering = threading.Lock()

    @property
    def address(self) -> str:
        """The address that opens the page, once: for the user's eyes, never for a log."""
        return f"http://{HOST}:{self._port}/enter?token={self._token}"

    def enter(self, token: str) -> str | None:
        """Take the token and return the header that sets the cookie, or None if it is not right.

        The token is dead from then on.
        """
        with self._entering:
            if self._token is None or not _same(token, self._token):
                return None
            self._token = None
        return f"{_COOKIE}={self._cookie}; Path={self.folder}; HttpOnly; SameSite=Strict"

    def at_our_host(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the request was made to this machine by its own name."""
        return headers.get("Host", "") in {f"{HOST}:{self._port}", f"localhost:{self._port}"}

    def inside(self, path: str, headers: Mapping[str, str]) -> bool:
        """Tell whether a request for ``path`` comes from whom the token let in.

        A browser that says another site made it ask is refused.
        """
        try:
            sent = SimpleCookie(headers.get("Cookie", "")).get(_COOKIE)
        except CookieError:
            return False
        return (
            _same(path[: len(self.folder)], self.folder)
            and sent is not None
            and _same(sent.value, self._cookie)
            and headers.get("Sec-Fetch-Site", "none") in _FROM_US
        )

    def from_our_page(self, headers: Mapping[str, str], form_token: str) -> bool:
        """Tell whether a form was sent by a page of ours."""
        origins = {f"http://{name}:{self._port}" for name in (HOST, "localhost")}
        return headers.get("Origin", "") in origins and _same(form_token, self.form_token)


def _same(given: str, wanted: str) -> bool:
    return compare_digest(given.encode(), wanted.encode())

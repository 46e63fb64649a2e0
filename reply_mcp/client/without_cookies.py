"""httpx's client without a cookie jar, which would look through the headers of every answer."""

from __future__ import annotations

import httpx
from httpx._types import CookieTypes


class NoCookies(httpx.Cookies):
    """Takes no cookie and sends none."""

    def extract_cookies(self, response: httpx.Response) -> None:
        pass

    def set_cookie_header(self, request: httpx.Request) -> None:
        pass


class AsyncClient(httpx.AsyncClient):
    """Keeps no cookies."""

    @property
    def cookies(self) -> httpx.Cookies:
        return _NONE

    @cookies.setter
    def cookies(self, cookies: CookieTypes) -> None:
        raise TypeError("this client keeps no cookies")


_NONE = NoCookies()

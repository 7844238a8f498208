"""Whether a browser sends a request for a page of ours, or for somebody else's."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""


def foreign(request: Request) -> bool:
    """Whether a request that may change something comes from a page of another site.

    ``Sec-Fetch-Site`` decides; browsers without it, and pages on plain HTTP, send ``Origin``, of
    which the host counts: behind a proxy the scheme may differ. A request with neither is no
    browser's form or script. Source: W3C Fetch Metadata; OWASP cheat sheet on CSRF.
    """
    if request.method in SAFE:
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is not None and _host(origin) != request.headers.get("host", "").lower()


def meant(request: Request) -> bool:
    """Whether somebody asked to see the answer.

    Nobody did for ``HEAD``, for what a browser fetches ahead, and for what a page of another site
    fetches as a picture or a script. Source: W3C Fetch Metadata; ``Sec-Purpose`` of Fetch.
    """
    headers = request.headers
    ahead = "prefetch" in headers.get("sec-purpose", headers.get("purpose", ""))
    ours = headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
    document = headers.get("sec-fetch-dest") == "document"
    return request.method != "HEAD" and not ahead and (ours or document)


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def own_path(text: str) -> str:
    r"""An address below this site as it was given, or empty for anything else.

    Browsers read ``//host`` and ``/\host`` as another site, and take tabs and newlines out before
    they look; whatever holds such a character is no address of ours.
    """
    starts_here = text.startswith("/") and not text.startswith("//")
    plain = all(" " < each != "\\" and each != "\x7f" for each in text)
    return text if starts_here and plain else ""

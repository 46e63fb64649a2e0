"""An OpenAPI document from a file or an address, JSON or YAML, within bounds."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

PUBLISHED = "https://docs.reply.io/api-reference/bundled.yaml"
"""Where Reply publishes its own (YAML, 1.9 MB in September 2026)."""

MOST_BYTES = 20 * 1024 * 1024
MOST_NODES = 5_000_000
"""Values of a document with its aliases written out: a few lines of YAML can hold billions."""
DEEPEST = 200
SECONDS = 60.0
"""For the whole answer, however slowly it comes."""
MOST_REDIRECTS = 5


_WORDS = (
    ("null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    ("bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")),
    ("int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")),
    ("float", re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$"), list("-+.0123456789")),
)
"""What YAML 1.2 reads as something else than a text: the kind, its pattern, and the letters that it may begin with."""


class DocumentError(Exception):
    """The document cannot be fetched or read; the text says why."""


def read_document(where: str) -> Any:
    """The parsed document of a file or an http(s) address.

    Raises:
        DocumentError: where it cannot be fetched, is too large, or neither JSON nor YAML.
    """
    if where.startswith(("http://", "https://")):
        return parse_document(_fetch(where))
    try:
        path = Path(where)
        if path.is_file() and path.stat().st_size > MOST_BYTES:
            raise DocumentError(_too_large())
        return parse_document(path.read_bytes())
    except OSError as error:
        raise DocumentError(error.strerror or type(error).__name__) from None


def parse_document(content: bytes) -> Any:
    """The document of these bytes: JSON where they begin as an object or a list does, else YAML.

    Raises:
        DocumentError: as `read_document`.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError("it is no text in UTF-8") from None
    beginning = text.lstrip()[:1]
    if not beginning:
        raise DocumentError("it is empty")
    if beginning == "<":
        raise DocumentError("it is a web page or XML, no OpenAPI document")
    try:
        document = json.loads(text) if beginning in "{[" else _yaml(text)
    except RecursionError:
        raise DocumentError("it is nested too deep") from None
    except ValueError as error:
        raise DocumentError(f"it is neither JSON nor YAML: {' '.join(str(error).split())[:200]}") from None
    if _nodes(document, {}, 0) > MOST_NODES:
        raise DocumentError(f"it unfolds to more than {MOST_NODES:,} values")
    return document


def _yaml(text: str) -> Any:
    try:
        import yaml
    except ImportError:
        raise DocumentError(
            "it is not JSON, and YAML is read where PyYAML is installed: pip install 'reply-mcp[yaml]'"
        ) from None

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Words as YAML 1.2 reads them: `no` is a word, `2026-09-01` and `09:30` are texts."""

        yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (the library's own name and form)

    for kind, pattern, beginnings in _WORDS:
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", pattern, beginnings)
    try:
        return yaml.load(text, Loader)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None


def _nodes(node: Any, known: dict[int, int], depth: int) -> int:
    """How many values a document holds with its aliases written out."""
    if depth > DEEPEST:
        raise DocumentError("it is nested too deep")
    if not isinstance(node, dict | list):
        return 1
    if id(node) not in known:
        # An alias inside of what it stands for would go on for ever.
        known[id(node)] = MOST_NODES + 1
        inner = node.values() if isinstance(node, dict) else node
        known[id(node)] = 1 + sum(_nodes(one, known, depth + 1) for one in inner)
    return known[id(node)]


def _fetch(url: str) -> bytes:
    import httpx

    from reply_mcp import __version__
    from reply_mcp.client.connection import trusted

    headers = {"User-Agent": f"reply-mcp/{__version__}", "Accept": "application/json, application/yaml, text/yaml, */*"}
    try:
        client = httpx.Client(
            headers={**headers, "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(20, connect=10),
            follow_redirects=False,
            verify=trusted(),
        )
        with client:
            return _follow_redirects(client, httpx.URL(url))
    except httpx.TimeoutException:
        raise DocumentError("no answer in time") from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, ImportError, OSError) as error:
        raise DocumentError(str(error) or type(error).__name__) from None


def _follow_redirects(client: Any, url: Any) -> bytes:
    ends = time.monotonic() + SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        with client.stream("GET", url) as response:
            target = response.next_request.url if response.next_request is not None else None
            if target is None:
                return _body(response, ends)
        if url.scheme == "https" and target.scheme != "https":
            raise DocumentError(f"it redirects from https to {target.scheme}")
        url = target
    raise DocumentError(f"it redirects more than {MOST_REDIRECTS} times")


def _body(response: Any, ends: float) -> bytes:
    if response.status_code != 200:
        raise DocumentError(f"{response.url} answers {response.status_code} {response.reason_phrase}".rstrip())
    content = bytearray()
    for part in response.iter_bytes(64 * 1024):
        content += part
        if len(content) > MOST_BYTES:
            raise DocumentError(_too_large())
        if time.monotonic() > ends:
            raise DocumentError(f"it did not come whole within {SECONDS:.0f} s")
    return bytes(content)


def _too_large() -> str:
    return f"it is larger than {MOST_BYTES // 1024 // 1024} MB"

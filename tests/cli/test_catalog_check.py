"""`reply-mcp catalog check` with a document: from a file or over a socket, in three forms, with a status that tells."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from reply_mcp.cli import catalog as command
from reply_mcp.cli import main, spec_document
from reply_mcp.cli.spec_document import DocumentError, parse_document, read_document

FACTS: dict[str, Any] = json.loads(command.FACTS.read_text("utf-8"))
SENT: list[str] = []
"""The headers of each request."""
CONTENT = json.dumps(FACTS).encode()


def phone_lost() -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(CONTENT)
    page = spec["paths"]["/v3/contacts"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    del page["properties"]["items"]["items"]["properties"]["company"]
    return spec


def field_gained() -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(CONTENT)
    page = spec["paths"]["/v3/contacts"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    page["properties"]["items"]["items"]["properties"]["nickname"] = {"type": "string"}
    return spec


class Handler(BaseHTTPRequestHandler):
    """A site with a document that is had in every way."""

    document: ClassVar[bytes] = CONTENT

    def do_GET(self) -> None:
        SENT.append(str(self.headers))
        getattr(self, f"get_{self.path.strip('/').partition('/')[0]}")()

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def get_plain(self) -> None:
        self.send(self.document)

    def get_yaml(self) -> None:
        self.send(yaml.safe_dump(json.loads(self.document)).encode(), Content_Type="application/yaml")

    def get_gzip(self) -> None:
        self.send(gzip.compress(self.document), Content_Encoding="gzip")

    def get_moved(self) -> None:
        self.send(b"", 308, Location="/again")

    def get_again(self) -> None:
        self.send(b"", 302, Location=f"http://localhost:{self.server.server_port}/gzip")  # type: ignore[attr-defined]

    def get_loop(self) -> None:
        self.send(b"", 302, Location="/loop")

    def get_missing(self) -> None:
        self.send(b"no", 404)

    def get_broken(self) -> None:
        self.send(b"busy", 503)

    def get_page(self) -> None:
        self.send(b"<!doctype html><p>Sign in", Content_Type="text/html")

    def get_words(self) -> None:
        self.send(b"just words")

    def get_list(self) -> None:
        self.send(b"[]")

    def get_empty(self) -> None:
        self.send(b"")

    def get_bomb(self) -> None:
        self.send(gzip.compress(b" " * 60_000_000), Content_Encoding="gzip")

    def get_short(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(self.document[:500])

    def get_slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        for at in range(0, len(self.document), 1000):
            self.wfile.write(self.document[at : at + 1000])
            time.sleep(0.05)

    def log_message(self, *arguments: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever had enough closes the connection; the text of that does not belong to what the command prints."""


@contextmanager
def site(document: bytes = CONTENT) -> Iterator[str]:
    handler = type("Site", (Handler,), {"document": document})
    server = _Server(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with site() as address:
        yield address


@pytest.mark.parametrize("way", ["plain", "yaml", "gzip", "moved"])
def test_the_document_is_read_over_a_socket(way: str, url: str) -> None:
    assert read_document(f"{url}/{way}") == FACTS


@pytest.mark.parametrize(
    ("way", "why"),
    [
        ("missing", "404"),
        ("broken", "503"),
        ("page", "it is a web page"),
        ("empty", "it is empty"),
        ("loop", "redirects more than 5 times"),
        ("bomb", "larger than 20 MB"),
        ("short", "peer closed connection"),
        ("words", "openapi must be 3.1.x"),
        ("list", "openapi must be 3.1.x"),
    ],
)
def test_what_cannot_be_compared_with_ends_with_2(
    way: str, why: str, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["catalog", "check", f"{url}/{way}"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"{url}/{way} cannot be compared with: " in printed.err
    assert why in printed.err
    assert printed.err.count("\n") == 1


def test_an_answer_that_drips_ends_in_time(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spec_document, "SECONDS", 0.3)
    began = time.monotonic()
    with pytest.raises(DocumentError, match="did not come whole"):
        read_document(f"{url}/slow")
    assert time.monotonic() - began < 10


def test_nobody_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with site() as gone:
        pass
    assert main(["catalog", "check", f"{gone}/plain"]) == 2
    assert "refused" in capsys.readouterr().err


def test_replys_own_document_is_had_from_its_address(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.PUBLISHED == "https://docs.reply.io/api-reference/bundled.yaml"
    monkeypatch.setattr(command, "PUBLISHED", f"{url}/yaml")
    assert main(["catalog", "check", "--reply"]) == 0
    assert "0 differences matter, 0 do not" in capsys.readouterr().out
    assert main(["catalog", "check", "spec.json", "--reply"]) == 2
    assert main(["catalog", "build", "--reply"]) == 2
    assert "in the place of SPEC" in capsys.readouterr().err


def test_no_key_goes_to_where_documents_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPLY_API_KEY", "secret")
    with site() as address:
        read_document(f"{address}/plain")
    assert "User-Agent: reply-mcp/" in SENT[-1]
    assert "secret" not in SENT[-1]


BOMB = "a: &a [x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 20)}]\n" for a, b in pairwise("abcdefgh"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("<rss/>", "web page or XML"),
        ('{"openapi": ', "neither JSON nor YAML"),
        ("a: [1", "neither JSON nor YAML"),
        ("a: !!python/object:os.system x", "neither JSON nor YAML"),
        ("[" * 500 + "]" * 500, "nested too deep"),
        ("[" * 100_000, "nested too deep"),
        (BOMB, "unfolds"),
        ("a: &a [*a]", "unfolds"),
    ],
)
def test_what_is_no_document_is_said(text: str, why: str) -> None:
    with pytest.raises(DocumentError, match=why):
        parse_document(text.encode())


def test_bytes_that_are_no_text_are_said() -> None:
    with pytest.raises(DocumentError, match="UTF-8"):
        parse_document(b"\xff\xfe\x00")


def test_yaml_is_read_as_its_newer_version_has_it() -> None:
    text = "a: no\nb: 2026-09-01\nc: 09:30\nd: 010\ne: true\nf: ~\ng: 1.5\nh: -3\n200: x\ni: 1_000\nj: on\nk: <<\n"
    expected = {"a": "no", "b": "2026-09-01", "c": "09:30", "d": "010", "e": True, "f": None, "g": 1.5, "h": -3}
    assert parse_document(text.encode()) == {**expected, 200: "x", "i": "1_000", "j": "on", "k": "<<"}


def test_yaml_without_its_reader_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(DocumentError, match=r"pip install 'reply-mcp\[yaml\]'"):
        parse_document(b"openapi: 3.1.0")
    assert parse_document(b'{"openapi": "3.1.0"}') == {"openapi": "3.1.0"}


def test_a_file_that_cannot_be_read_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for where in (tmp_path / "none.json", tmp_path):
        assert main(["catalog", "check", str(where)]) == 2
    assert "No such file" in capsys.readouterr().err


def written(tmp_path: Path, spec: dict[str, Any]) -> str:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(spec))
    return str(path)


def test_what_matters_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "check", written(tmp_path, phone_lost())]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == [
        "! GetContacts: answer items[].company: gone",
        "    Answers lose items.company, which one view shows (GetContacts).",
    ]
    assert "1 difference matters, 0 do not, " in printed[-1]


def test_what_does_not_matter_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "check", written(tmp_path, field_gained())]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("· GetContacts: answer items[].nickname: new\n")
    assert "0 differences matter, 1 does not, " in printed


def test_the_form_for_github(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = phone_lost()
    spec["servers"] = [{"url": "https://a,b:c%d"}]
    assert main(["catalog", "check", written(tmp_path, spec), "--format", "github"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("::error title=Reply's API::servers: https://api.reply.io → https://a,b:c%25d. ")
    assert lines[1].startswith("::error title=GetContacts::answer items[].company: gone. Answers lose items.company, ")
    assert main(["catalog", "check", written(tmp_path, field_gained()), "--format=github"]) == 0
    assert capsys.readouterr().out.startswith("::notice title=GetContacts::answer items[].nickname: new. ")


def test_the_form_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "check", written(tmp_path, phone_lost()), "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["matters"] is True
    assert report["answersCompared"] is True
    assert report["findings"] == [
        {
            "operations": ["GetContacts"],
            "change": "answer items[].company: gone",
            "meaning": "Answers lose items.company, which one view shows (GetContacts).",
            "matters": True,
        }
    ]
    assert report["unused"] == []
    assert len(report["explained"]) > 50


def test_without_a_checkout_requests_are_compared_and_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "FACTS", tmp_path / "none.json")
    spec = phone_lost()
    assert main(["catalog", "check", written(tmp_path, spec)]) == 0
    assert "Only requests" in capsys.readouterr().out
    spec["paths"]["/v3/contacts"]["get"]["parameters"][0]["schema"]["type"] = "string"
    assert main(["catalog", "check", written(tmp_path, spec)]) == 1
    assert "! GetContacts: query top type: catalog integer, document string" in capsys.readouterr().out

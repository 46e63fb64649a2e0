from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated, Any

import pytest

from reply_mcp.catalog.operation import Area, Arguments
from reply_mcp.catalog.operation import Path as InPath
from reply_mcp.catalog.uploads import MB, File, FileLimits, Upload
from reply_mcp.client.files import Files
from reply_mcp.errors import WrongArguments

area = Area("probe", title="Probe", about="For tests.")


@area.post("/v3/probes/{id}/files", tool="reply_upload_probe")
class UploadProbe(Arguments):
    """Uploads."""

    id: InPath[int]
    file: Annotated[File[Upload], FileLimits(1 * MB, (".txt", ".pdf"))]


def asked(**upload: Any) -> Any:
    arguments = UploadProbe.model_validate({"id": 1, "file": upload})
    request = UploadProbe.operation.request(arguments)
    assert request.body is None
    return request.file


def content(text: bytes) -> str:
    return base64.b64encode(text).decode()


def test_a_file_of_an_allowed_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "offer.txt").write_bytes(b"hello")
    loaded = Files([tmp_path]).load(asked(path=str(tmp_path / "offer.txt")))
    assert (loaded.field, loaded.name, loaded.content, loaded.media_type) == (
        "file",
        "offer.txt",
        b"hello",
        "text/plain",
    )


def test_content_may_come_with_the_call() -> None:
    loaded = Files().load(asked(name="../offer.pdf", base64=content(b"hello")))
    assert (loaded.name, loaded.content) == ("offer.pdf", b"hello")


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        ({"path": "{outside}"}, "outside the folders"),
        ({"path": "{inside}/link.txt"}, "outside the folders"),
        ({"path": "{inside}/missing.txt"}, "cannot be read"),
        ({"path": "{inside}"}, "is no file"),
        ({"name": "a.txt", "base64": "%%%"}, "not valid base64"),
        ({"name": "a.txt", "base64": ""}, "is empty"),
        ({"name": "a.exe", "base64": content(b"x")}, "only .txt, .pdf can be taken"),
        ({"name": "a.txt", "base64": content(b"x" * (MB + 1))}, "at most 1 MB"),
    ],
)
def test_what_may_not_be_sent_is_refused(tmp_path: Path, upload: dict[str, str], said: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    outside = tmp_path / "secret.txt"
    outside.write_text("secret")
    (inside / "link.txt").symlink_to(outside)
    upload = {
        key: value.replace("{inside}", str(inside)).replace("{outside}", str(outside)) for key, value in upload.items()
    }
    with pytest.raises(WrongArguments, match=said):
        Files([inside]).load(asked(**upload))


def test_without_folders_no_path_is_read() -> None:
    with pytest.raises(WrongArguments, match="REPLY_FILES"):
        Files().load(asked(path="/etc/hostname"))


@pytest.mark.parametrize("upload", [{}, {"path": "a", "base64": "b", "name": "c"}, {"base64": "eA=="}])
def test_a_file_has_one_source(upload: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="base64"):
        UploadProbe.model_validate({"id": 1, "file": upload})

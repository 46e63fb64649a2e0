from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated, Any

import pytest

from reply_mcp.catalog.area import Area
from reply_mcp.catalog.arguments.files import Upload
from reply_mcp.catalog.operation import MB, Arguments, File, FileLimits
from reply_mcp.catalog.operation import Path as InPath
from reply_mcp.client.files import Files
from reply_mcp.errors import WrongArguments

area = Area("probe", title="Probe", about="For tests.", modules=(__name__.rpartition(".")[2],))


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


LIMITS = FileLimits(1 * MB, (".csv",))


def test_a_file_is_read_for_itself(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(b"a,b")
    assert Files([tmp_path]).read(str(tmp_path / "people.csv"), LIMITS) == b"a,b"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../secret.csv", "outside the folders"),
        ("link.csv", "outside the folders"),
        ("missing.csv", "cannot be read"),
        ("people.txt", "only .csv can be taken"),
        ("empty.csv", "is empty"),
        ("large.csv", "at most 1 MB can be taken"),
        ("", "is no file"),
    ],
)
def test_what_may_not_be_read_is_refused(tmp_path: Path, name: str, said: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.csv").write_text("secret")
    (inside / "link.csv").symlink_to(tmp_path / "secret.csv")
    (inside / "people.txt").write_text("a")
    (inside / "empty.csv").touch()
    (inside / "large.csv").write_bytes(b"x" * (MB + 1))
    with pytest.raises(WrongArguments, match=said):
        Files([inside]).read(str(inside / name), LIMITS)


def test_a_new_file_is_made_and_none_is_overwritten(tmp_path: Path) -> None:
    files = Files([tmp_path])
    path = tmp_path / "days.csv"
    assert files.save(str(path), b"a,b") == str(path)
    with pytest.raises(WrongArguments, match="is there already and is not overwritten"):
        files.save(str(path), b"other")
    assert path.read_bytes() == b"a,b"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../days.csv", "outside the folders"),
        ("out/days.csv", "outside the folders"),
        ("nowhere/days.csv", "cannot be read"),
        ("link.csv", "is there already"),
        ("..", "names no file|outside the folders|cannot be written|is there already"),
    ],
)
def test_what_may_not_be_written_is_refused(tmp_path: Path, name: str, said: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "out").symlink_to(tmp_path)
    (inside / "link.csv").symlink_to(tmp_path / "new.csv")
    with pytest.raises(WrongArguments, match=said):
        Files([inside]).save(str(inside / name), b"a")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["inside"]


def test_without_folders_nothing_is_read_or_written(tmp_path: Path) -> None:
    for act in (lambda: Files().read(str(tmp_path / "a.csv"), LIMITS), lambda: Files().save(str(tmp_path / "a"), b"")):
        with pytest.raises(WrongArguments, match="REPLY_FILES"):
            act()


@pytest.mark.parametrize("there", [True, False])
def test_outside_the_folders_nothing_shows_what_is_there(tmp_path: Path, there: bool) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    if there:
        (outside / "key.csv").write_text("x")
    files = Files([inside])
    for path in (outside / "key.csv", Path("../out/key.csv")):
        with pytest.raises(WrongArguments, match="outside the folders"):
            files.read(str(path), FileLimits(1000, (".csv",)))


@pytest.mark.parametrize("path", ["loop/x.csv", "~nobody-of-this-name/x.csv", f"{'x' * 4000}.csv", "a\0b/x.csv"])
def test_a_path_that_leads_nowhere_is_an_argument_to_fix(tmp_path: Path, path: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    files = Files([tmp_path])
    with pytest.raises(WrongArguments):
        files.read(path, FileLimits(1000, (".csv",)))
    with pytest.raises(WrongArguments):
        files.save(path, b"x")

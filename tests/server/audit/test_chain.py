"""A line of the audit log that was changed, moved or taken out shows."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from reply_mcp.server.audit.chain import MOST_FILES, head_file, read_rows, rotated_files, verify
from reply_mcp.server.audit.log import AuditLog, AuditUnwritable


def write(path: Path, lines: int, *, rotate_at: int = 10_000_000, of: str = "reply_create_task") -> None:
    log = AuditLog(path, rotate_at=rotate_at)
    for place in range(lines):
        log.append({"tool": of, "ids": {"id": place}})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "audit.jsonl"


def edit(path: Path, change: Any) -> None:
    lines = path.read_text().splitlines()
    path.write_text("".join(f"{line}\n" for line in change(lines)))


def test_a_chain_that_nobody_touched_holds(path: Path) -> None:
    write(path, 5)
    assert verify(path).faults == ()
    assert verify(path).lines == 5
    assert [row["n"] for row in read_rows(path)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda lines: lines[:2] + lines[3:], "1 missing"),
        (lambda lines: lines[2:], "audit.jsonl line 1 is the first and has number 3: 2 missing"),
        (lambda lines: lines[:-1], "the last 1 lines are missing"),
        (lambda lines: [], "the last 5 lines are missing"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "out of order"),
        (lambda lines: [*lines[:3], lines[2], *lines[3:]], "out of order or repeated"),
        (lambda lines: [lines[0].replace("reply_create_task", "reply_delete_task"), *lines[1:]], "was changed"),
        (lambda lines: [*lines[:4], lines[4].replace('"id":4', '"id":5')], "was changed"),
        (lambda lines: [*lines[:2], "{}", *lines[2:]], "is no line of the log"),
        (lambda lines: [*lines[:2], lines[2][:40], *lines[3:]], "is no line of the log"),
    ],
)
def test_whatever_was_done_to_it_shows(path: Path, change: Any, fault: str) -> None:
    write(path, 5)
    edit(path, change)
    found = verify(path)
    assert any(fault in one for one in found.faults), found


def test_a_changed_line_with_a_hash_of_its_own_does_not_fit_the_next(path: Path) -> None:
    from reply_mcp.server.audit.chain import Head, chained

    write(path, 3)
    lines = path.read_text().splitlines()
    before = json.loads(lines[0])
    forged, _ = chained({"tool": "reply_list_tasks"}, Head(1, before["hash"]))
    edit(path, lambda lines: [lines[0], forged.rstrip(), lines[2]])
    assert any("does not follow" in fault for fault in verify(path).faults)


def test_lines_taken_off_the_end_stay_missing_when_more_are_added(path: Path) -> None:
    write(path, 5)
    edit(path, lambda lines: lines[:3])
    write(path, 2)
    assert any("2 missing" in fault for fault in verify(path).faults)


def test_a_head_that_is_gone_is_named(path: Path) -> None:
    write(path, 2)
    head_file(path).unlink()
    assert any("head" in fault for fault in verify(path).faults)


def test_files_are_set_aside_by_size_and_the_chain_goes_through_them(path: Path) -> None:
    write(path, 60, rotate_at=2_000)
    assert len(rotated_files(path)) > 3
    assert verify(path).faults == ()
    assert [row["n"] for row in read_rows(path)] == list(range(1, 61))
    for file in rotated_files(path)[:-1]:
        assert file.stat().st_size < 3_000
    rotated_files(path)[2].unlink()
    assert any("missing" in fault for fault in verify(path).faults)


def test_a_name_with_signs_of_a_pattern_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "audit[1]*.jsonl"
    write(path, 9, rotate_at=500)
    assert len(rotated_files(path)) > 2
    assert (verify(path).faults, verify(path).lines) == ((), 9)


def test_an_oldest_file_that_was_taken_away_shows(path: Path) -> None:
    write(path, 9, rotate_at=500)
    rotated_files(path)[0].unlink()
    assert any("is the first and has number" in fault for fault in verify(path).faults)


def test_lines_that_come_while_it_is_verified_are_no_fault(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that appends and sets files aside in the middle of the reading."""
    from reply_mcp.server.audit import chain

    write(path, 8, rotate_at=500)
    parse, come = chain.parse, [3, 3, 0, 1]

    def parse_meanwhile(line: str) -> Any:
        if come:
            write(path, come.pop(), rotate_at=500)
        return parse(line)

    monkeypatch.setattr(chain, "parse", parse_meanwhile)
    assert verify(path).faults == ()
    assert not come


def test_a_head_that_holds_something_else_is_written_anew(path: Path) -> None:
    write(path, 1)
    head_file(path).write_text("something else " * 20)
    assert verify(path).faults
    write(path, 1)
    assert verify(path).faults == ()


def test_a_file_that_cannot_be_set_aside_grows_on(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from reply_mcp.server.audit import log as module

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, "_rotate", refuse)
    log = AuditLog(path, strict=True, rotate_at=1)
    log.append({"tool": "reply_create_task"})
    log.append({"tool": "reply_create_task"})
    assert "cannot be set aside (Permission denied)" in caplog.text
    assert (verify(path).faults, verify(path).lines) == ((), 2)


def test_the_oldest_file_goes_and_the_chain_says_where_it_begins(path: Path) -> None:
    write(path, 30, rotate_at=1)
    assert len([file for file in rotated_files(path) if file != path]) == MOST_FILES
    found = verify(path)
    assert (found.faults, found.first, found.lines) == ((), 30 - MOST_FILES + 1, MOST_FILES)


def test_an_oldest_file_that_does_not_go_is_no_gap(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, MOST_FILES, rotate_at=1)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        write(path, 2, rotate_at=1)
    assert (verify(path).faults, verify(path).lines) == ((), MOST_FILES + 2)
    write(path, 1, rotate_at=1)
    assert (verify(path).faults, verify(path).lines) == ((), MOST_FILES)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_it_is_for_its_owner_alone(path: Path) -> None:
    old = os.umask(0)
    try:
        write(path, 3, rotate_at=300)
    finally:
        os.umask(old)
    files = list(path.parent.iterdir())
    assert len(files) > 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_processes_append_at_once(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=write, args=(path, 60), kwargs={"rotate_at": 6_000, "of": f"tool_{number}"})
        for number in range(2)
    ]
    for one in writers:
        one.start()
    for one in writers:
        one.join(120)
    assert [one.exitcode for one in writers] == [0, 0]
    assert verify(path).faults == ()
    tools = [row["tool"] for row in read_rows(path)]
    assert sorted(tools) == ["tool_0"] * 60 + ["tool_1"] * 60


def test_what_a_killed_process_left_unfinished_shows_and_does_no_more_harm(path: Path) -> None:
    write(path, 2)
    with path.open("a") as file:
        file.write('{"n":3,"tool":"reply_cre')
    write(path, 2)
    assert [row["n"] for row in read_rows(path)] == [1, 2, 3, 4]
    assert verify(path).faults == ("audit.jsonl line 3 is no line of the log",)


def test_a_full_disk_leaves_whole_lines(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reply_mcp.server.audit import log as module

    write(path, 2)
    opened = module._opened

    class Full:
        """Takes some bytes and says how many, and then no more."""

        def __init__(self, file: Any) -> None:
            self.file = file
            self.room = 30

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *error: object) -> None:
            self.file.close()

        def write(self, data: bytes) -> int:
            if not self.room:
                raise OSError(28, "No space left on device")
            taken = self.file.write(data[: self.room])
            self.room -= taken
            return int(taken)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

    monkeypatch.setattr(module, "_opened", lambda file: Full(opened(file)) if file == path else opened(file))
    with pytest.raises(AuditUnwritable, match="No space left"):
        AuditLog(path, strict=True).append({"tool": "reply_create_task"})
    monkeypatch.undo()
    write(path, 1)
    assert verify(path).faults == ()
    assert verify(path).lines == 3


def test_one_that_cannot_be_written_warns_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    log = AuditLog(tmp_path / "file" / "audit.jsonl")
    log.append({"tool": "reply_create_task"})
    log.append({"tool": "reply_create_task"})
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    with pytest.raises(AuditUnwritable, match="REPLY_AUDIT_STRICT"):
        AuditLog(tmp_path / "file" / "audit.jsonl", strict=True).append({})

"""Which changes to the code does no test notice? A mutation run by cosmic-ray, of a random part of all mutations.

    python tests/mutants/run.py [--count 300] [--seed 1] [--workers 2] [TARGET …]

Each mutation is made in a copy of the project, and the tests of its package are run there until one fails. One that
they all pass has survived, and `build/mutants.txt` shows it as a diff. The score is the part that did not survive.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "build" / "mutants.txt"
SECONDS = 180.0
"""How long the tests of one mutation may take; one that hangs is noticed."""


@dataclass(frozen=True)
class Target:
    """A package whose code is changed, and the tests that should notice."""

    package: str
    tests: tuple[str, ...]


TARGETS = {
    "client": Target("reply_mcp/client", ("tests/client", "tests/catalog/test_batching.py")),
    "server": Target("reply_mcp/server", ("tests/server", "tests/e2e/test_stdio.py", "tests/e2e/test_http.py")),
    "arguments": Target("reply_mcp/catalog/arguments", ("tests/catalog/arguments", "tests/catalog/test_requests.py")),
}


def main() -> int:
    options = _options()
    survived: list[str] = []
    totals: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for name in options.targets or TARGETS:
            share = max(1, options.count // len(options.targets or TARGETS))
            outcomes, diffs = _run(TARGETS[name], share, options, Path(folder) / name)
            totals += outcomes
            survived += diffs
            print(f"{name}: {_score(outcomes)}", flush=True)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(survived), encoding="utf-8")
    print(f"all: {_score(totals)}; survivors in {REPORT.relative_to(ROOT)}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)} (default: all)")
    parser.add_argument("--count", type=int, default=300, help="mutations in all (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="another seed takes others (default 1)")
    parser.add_argument("--workers", type=int, default=2, help="copies of the project that work at once (default 2)")
    options = parser.parse_args()
    unknown = set(options.targets) - set(TARGETS)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: not among {', '.join(TARGETS)}")
    return options


def _score(outcomes: Counter[str]) -> str:
    noticed, total = outcomes["killed"], outcomes["killed"] + outcomes["survived"]
    return f"{noticed} of {total} noticed ({noticed / total:.0%})" if total else "no mutation ran"


def _run(target: Target, count: int, options: argparse.Namespace, folder: Path) -> tuple[Counter[str], list[str]]:
    """The outcomes of `count` mutations of a package, and the survivors as diffs."""
    copies = [folder / str(number) for number in range(options.workers)]
    for copy in copies:
        _copy_project(copy)
        _configure(target, copy)
    _cosmic_ray(copies[0], "init", "session.toml", "session.sqlite")
    jobs = _job_ids(copies[0] / "session.sqlite")
    chosen = random.Random(options.seed).sample(jobs, min(count, len(jobs)))
    print(f"{target.package}: {len(chosen)} of {len(jobs)} mutations", flush=True)
    for number, copy in enumerate(copies):
        if number:
            shutil.copy(copies[0] / "session.sqlite", copy / "session.sqlite")
    for number, copy in enumerate(copies):
        _keep_only(copy / "session.sqlite", chosen[number :: len(copies)])
    with ThreadPoolExecutor(len(copies)) as pool:
        list(pool.map(lambda copy: _cosmic_ray(copy, "exec", "session.toml", "session.sqlite"), copies))
    outcomes: Counter[str] = Counter()
    survived = []
    for copy in copies:
        for line in _cosmic_ray(copy, "dump", "session.sqlite").splitlines():
            item, result = json.loads(line)
            if result is None:
                continue
            outcomes[result["test_outcome"]] += 1
            if result["test_outcome"] == "survived":
                where = item["mutations"][0]
                survived.append(f"{where['module_path']}:{where['start_pos'][0]} {where['operator_name']}")
                survived.append(result["diff"] or "")
    return outcomes, survived


def _copy_project(copy: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)


def _configure(target: Target, copy: Path) -> None:
    command = f"{sys.executable} -m pytest -x -n0 -p no:randomly -p no:cacheprovider {' '.join(target.tests)}"
    (copy / "session.toml").write_text(
        "[cosmic-ray]\n"
        f"module-path = {target.package!r}\n"
        f"timeout = {SECONDS}\n"
        "excluded-modules = []\n"
        f"test-command = {command!r}\n"
        "[cosmic-ray.distributor]\n"
        "name = 'local'\n",
        encoding="utf-8",
    )


def _cosmic_ray(copy: Path, *arguments: str) -> str:
    # The servers that tests start must be those of the copy too.
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    command = [str(Path(sys.executable).with_name("cosmic-ray")), *arguments]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"cosmic-ray {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def _job_ids(session: Path) -> list[str]:
    """Every mutation that can matter: `|` mostly stands in annotations, which nothing evaluates."""
    query = "SELECT job_id FROM mutation_specs WHERE operator_name NOT LIKE '%BinaryOperator_BitOr_%'"
    with sqlite3.connect(session) as sql:
        return sorted(row[0] for row in sql.execute(query))


def _keep_only(session: Path, jobs: list[str]) -> None:
    with sqlite3.connect(session) as sql:
        sql.execute("CREATE TEMP TABLE kept (job_id TEXT PRIMARY KEY)")
        sql.executemany("INSERT INTO kept VALUES (?)", [(job,) for job in jobs])
        sql.execute("DELETE FROM mutation_specs WHERE job_id NOT IN (SELECT job_id FROM kept)")
        sql.execute("DELETE FROM work_items WHERE job_id NOT IN (SELECT job_id FROM kept)")


if __name__ == "__main__":
    sys.exit(main())

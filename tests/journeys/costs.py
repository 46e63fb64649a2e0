"""Prints what each journey costs an agent, and the sum of all: `python -m tests.journeys.costs`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.journeys.agent import totals

HERE = Path(__file__).parent


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        costs = Path(folder) / "journeys"
        command = [sys.executable, "-m", "pytest", "-n0", "-q", str(HERE)]
        run = subprocess.run(command, env={**os.environ, "JOURNEYS": str(costs)}, capture_output=True, text=True)
        lines = costs.read_text().splitlines() if costs.exists() else []
    rows = {row["journey"]: row for row in map(json.loads, lines)}
    print(f"{'calls':>6} {'wrong':>6} {'tokens':>7} {'requests':>9}  journey")
    for name, row in [*rows.items(), (f"all {len(rows)}", totals(rows))]:
        print(f"{row['calls']:>6} {row['wrong']:>6} {row['tokens']:>7} {row['requests']:>9}  {name}")
    if run.returncode:
        print(run.stdout[-2000:], file=sys.stderr)
    return run.returncode


if __name__ == "__main__":
    raise SystemExit(main())

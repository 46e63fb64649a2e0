"""Several processes on one socket, for as many cores: `serve --http --workers`.

Each is a whole server, forked from one that has loaded everything and made the key of its seals, so that all have the
same. What one caller may do at once is bounded in each; what they share is where the request budget is.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable

from reply_mcp.settings import SettingError, Settings

MOST = 64
RESTART_SECONDS = 1.0
"""Before a worker that ended by itself is replaced."""
_HANG_UP = getattr(signal, "SIGHUP", None)
STOPS = (
    signal.SIGTERM,
    signal.SIGINT,
    # A terminal that is closed ends calls too, unless nohup keeps them from that.
    *([_HANG_UP] if _HANG_UP and signal.getsignal(_HANG_UP) is not signal.SIG_IGN else []),
)

logger = logging.getLogger(__name__)


def check_workers(workers: int, settings: Settings) -> None:
    """Raises SettingError where so many processes cannot serve as one."""
    if not 1 <= workers <= MOST:
        raise SettingError(f"--workers {workers}: a number from 1 to {MOST}")
    if workers == 1:
        return
    if not hasattr(os, "fork"):
        raise SettingError("--workers: not on this system; run several servers behind a proxy instead")
    if settings.budget_url.strip().startswith("memory:"):
        raise SettingError(
            "--workers: they have to share the request budget; leave REPLY_BUDGET_URL out for a file of this machine, "
            "or name a file or a Redis"
        )
    if settings.metrics_token:
        raise SettingError(
            "--workers: each of them counts for itself, so that /metrics would be of any one; leave "
            "REPLY_METRICS_TOKEN out, or run several servers behind a proxy"
        )


class Workers:
    """The processes, and the one that watches over them.

    Args:
        serve: serves on the socket until a signal to stop.
        listening: the socket.
    """

    def __init__(self, count: int, serve: Callable[[], None], listening: socket.socket) -> None:
        self._count = count
        self._serve = serve
        self._listening = listening
        self._running: set[int] = set()
        self._stopping = False
        # Closed at one end with the process that watches, however that ends.
        self._alive = os.pipe()

    def run(self) -> None:
        """Keeps that many running until a signal to stop, and waits for their end. Returns in each of them too, when it
        has ended."""
        for number in STOPS:
            signal.signal(number, lambda number, frame: self._stop())
        while len(self._running) < self._count:
            if self._start():
                return
        while self._running:
            pid, status = os.wait()
            self._running.discard(pid)
            if not self._stopping:
                logger.error("worker %d has ended (%d); another one takes its place", pid, status)
                time.sleep(RESTART_SECONDS)
            if not self._stopping and self._start():
                return

    def _start(self) -> bool:
        """Whether this is the new process, and it has ended."""
        sys.stdout.flush()
        # A signal right now is for the one of the two that it was sent to.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        pid = os.fork()
        if not pid:
            for number in STOPS:
                signal.signal(number, signal.SIG_DFL)
        self._running.add(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        if pid:
            return False
        # A terminal's interrupt is for the one that watches, which stops the others.
        os.setpgid(0, 0)
        os.close(self._alive[1])
        threading.Thread(target=self._end_with_parent, daemon=True).start()
        self._serve()
        return True

    def _end_with_parent(self) -> None:
        os.read(self._alive[0], 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _stop(self) -> None:
        self._stopping = True
        # No connection may wait for one that nobody takes any more.
        self._listening.close()
        for pid in self._running:
            os.kill(pid, signal.SIGTERM)

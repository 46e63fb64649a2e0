"""Stands for a process that `fork_server` forks: its streams, environment, folder and signals are handed on, and it
ends as that one does. Nothing is imported here that is not built in, since this is started very often.
"""

import _socket
import marshal
import os
import signal
import sys


def _is_open(stream: int) -> bool:
    try:
        os.fstat(stream)
    except OSError:
        return False
    return True


def main() -> None:
    # Until it is known to whom they go; the process may be signaled as soon as it writes something.
    handed_on = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    signal.pthread_sigmask(signal.SIG_BLOCK, handed_on)
    name, *arguments = sys.argv[1:]
    streams = [stream for stream in (0, 1, 2) if _is_open(stream)]
    link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    link.connect(f"\0{name}")
    body = marshal.dumps((arguments, dict(os.environb), os.getcwd(), streams))  # noqa: PTH109
    handed = b"".join(stream.to_bytes(4, sys.byteorder) for stream in streams)
    link.sendmsg([len(body).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, handed)])
    link.sendall(body)
    process = int.from_bytes(link.recv(4), "big")
    for number in handed_on:
        signal.signal(number, lambda number, _: os.kill(process, number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, handed_on)
    for stream in streams:
        os.close(stream)
    status = link.recv(4)  # nothing: the server is gone, and with it the process
    code = os.waitstatus_to_exitcode(int.from_bytes(status, "big")) if status else 1
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


main()

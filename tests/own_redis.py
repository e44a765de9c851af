"""A Redis of the tests' own, which they may kill."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from tests.conftest import skip


@contextmanager
def own_redis(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Runs until the end of the block, or until somebody kills it. Keeps nothing on the disk."""
    program = shutil.which("redis-server")
    if program is None:
        skip("no redis-server on this machine; apt install redis-server")
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        sleep(0.05)
    yield process
    process.kill()
    process.wait()

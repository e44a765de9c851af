"""A server that speaks the assistant's protocol, as well or as badly as a test wants."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Machine"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        self.server.asked.append((self.path, dict(self.headers), json.loads(self.rfile.read(length))))
        with suppress(OSError):  # the other side hung up, as it should
            self.server.behave(self)
        self.close_connection = True

    def do_GET(self) -> None:
        self.server.followed += 1
        self.send(200, b"{}")

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Machine(ThreadingHTTPServer):
    """asked: (path, headers, question) of all that came; followed: how many came by a redirect."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.followed = 0
        self.says({})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def says(self, texts: Any, **choice: Any) -> None:
        """Answer well, with these texts; a string is sent as it is."""
        content = texts if isinstance(texts, str) else json.dumps(texts)
        message = {"role": "assistant", "content": content, **choice.pop("message", {})}
        body = {"id": "1", "choices": [{"index": 0, "message": message, "finish_reason": "stop", **choice}]}
        self.sends(200, json.dumps(body).encode())

    def sends(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        """Answer with just this."""
        self.behave = lambda answer: answer.send(status, body, **headers)

    def dawdles(self) -> None:
        """Send a byte now and then."""

        def behave(answer: Answers) -> None:
            answer.send_response(200)
            answer.send_header("Content-Length", "100000")
            answer.end_headers()
            while True:
                answer.wfile.write(b" ")
                answer.wfile.flush()
                time.sleep(0.02)

        self.behave = behave

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[Machine]:
    """A machine that answers until the end."""
    machine = Machine()
    thread = threading.Thread(target=machine.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield machine
    finally:
        machine.shutdown()
        thread.join()
        machine.server_close()

"""Two pages for machines: `/healthz` and `/metrics`."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET, AF_INET6
from threading import Thread

from prometheus_client import CONTENT_TYPE_LATEST

from partnerships.scheduler.clock.watch import Watch

_LOOK_UP = 0.1
"""Seconds between two looks whether it is to close."""


class Pages:
    """An HTTP server in a thread of its own; `address` is where it listens, port 0 for any free one.

    Raises OSError where the address cannot be had.
    """

    def __init__(self, watch: Watch, host: str = "127.0.0.1", port: int = 0) -> None:
        self._server = _Server((host, port), _handler(watch))
        self._thread = Thread(
            target=self._server.serve_forever, args=(_LOOK_UP,), name="partnerships-pages", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """Give the port that it listens on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = AF_INET6 if ":" in address[0] else AF_INET
        super().__init__(address, handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: who asked is personal data, and one who went away is no error."""


def page(watch: Watch, path: str) -> tuple[int, str, bytes]:
    """Give the status, the content type and the body of a page; a stale health is 503."""
    if path == "/healthz":
        status = 200 if watch.health.is_fresh else 503
        return status, "application/json", json.dumps(watch.health.answer()).encode() + b"\n"
    if path == "/metrics":
        return 200, CONTENT_TYPE_LATEST, watch.metrics.text()
    return 404, "text/plain; charset=utf-8", b"/healthz or /metrics\n"


def _handler(watch: Watch) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def do_HEAD(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self.wfile.write(self._answer())

        def _answer(self) -> bytes:
            status, kind, body = page(watch, self.path.partition("?")[0])
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            return body

        def log_message(self, *_said: object) -> None:
            """Say nothing of those who ask: an address is personal data."""

    return Handler

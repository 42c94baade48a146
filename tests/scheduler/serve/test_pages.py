"""The two pages of a process: how old its last good sweep is, and its metrics."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected

import pytest
from prometheus_client.parser import text_string_to_metric_families

from partnerships.scheduler.clock.pages import Pages
from partnerships.scheduler.clock.watch import Watch
from tests.scheduler.serve.duties import PATIENCE, Rounds, watch


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@contextmanager
def asked(held: Watch, path: str, method: str = "GET") -> Iterator[HTTPResponse]:
    with closing(Pages(held)) as pages:
        with closing(HTTPConnection("127.0.0.1", pages.port, timeout=PATIENCE)) as connection:
            connection.request(method, path)
            yield connection.getresponse()


def test_a_fresh_sweep_is_200_and_a_stale_one_503() -> None:
    held, hands = watch(sweep=60)
    held.round(Rounds().duty)
    hands.seconds += 60
    with asked(held, "/healthz") as answer:
        assert answer.status == 200
        assert json.load(answer)["duties"]["sweep"]["age_seconds"] == 60
    hands.seconds += 1
    with asked(held, "/healthz?verbose=1") as answer:
        assert answer.status == 503
        assert json.load(answer)["status"] == "stale"


def test_whoever_asks_for_the_head_alone_gets_the_status() -> None:
    held, _ = watch(sweep=60)
    held.round(Rounds().duty)
    with asked(held, "/healthz", "HEAD") as answer:
        assert (answer.status, answer.read()) == (200, b"")


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_an_address_of_the_newer_internet_protocol() -> None:
    held, _ = watch(sweep=60)
    with closing(Pages(held, "::1")) as pages:
        with closing(HTTPConnection("::1", pages.port, timeout=PATIENCE)) as connection:
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200


def test_metrics_are_text_that_prometheus_reads() -> None:
    held, _ = watch(sweep=60)
    held.round(Rounds().duty)
    with asked(held, "/metrics") as answer:
        assert answer.status == 200
        assert answer.getheader("Content-Type", "").startswith("text/plain")
        families = {family.name for family in text_string_to_metric_families(answer.read().decode())}
    assert {"partnerships_rounds", "partnerships_done", "partnerships_round_seconds"} <= families


def test_there_is_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    held, _ = watch(sweep=60)
    for path, method, status in (
        ("/", "GET", 404),
        ("/../etc/passwd", "GET", 404),
        ("/healthz", "POST", 501),
    ):
        with asked(held, path, method) as answer:
            assert answer.status == status
    assert capfd.readouterr() == ("", "")


def test_an_address_in_use_is_an_error_and_a_closed_one_is_free_again() -> None:
    held, _ = watch(sweep=60)
    with closing(Pages(held)) as pages:
        with pytest.raises(OSError, match="in use"):
            Pages(held, port=pages.port)
        port = pages.port
    Pages(held, port=port).close()


def test_an_answer_that_fails_says_nothing_of_who_asked(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    held, _ = watch(sweep=60)
    monkeypatch.setattr(held.metrics, "text", lambda: 1 / 0)
    with closing(Pages(held)) as pages, closing(HTTPConnection("127.0.0.1", pages.port)) as connection:
        connection.request("GET", "/metrics")
        with pytest.raises(RemoteDisconnected):
            connection.getresponse()
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
    assert capfd.readouterr() == ("", "")

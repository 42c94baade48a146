"""The example applications of the how-to pages, over HTTP, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from tests.embedding.pages import Portal, run, served, write_page

DRIVERS = {
    "fastapi": ["sqlite+aiosqlite", "postgresql+asyncpg", "postgresql+psycopg"],
    "flask": ["sqlite", "postgresql+psycopg"],
    "django": ["sqlite", "postgresql"],
}
DEPLOYED = {
    "fastapi": ["deploy.py"],
    "flask": ["deploy.py"],
    "django": ["manage.py", "migrate", "--verbosity", "0"],
}
SERVED = {
    "fastapi": ["-m", "uvicorn", "portal:app", "--port", "0"],
    "flask": ["-m", "flask", "--app", "portal", "run", "--port", "0"],
    "django": ["manage.py", "runserver", "--noreload", "127.0.0.1:0"],
}

UNREADABLE: list[Any] = [
    b"",
    b"{",
    b"NaN",
    b"[" * 100_000,
    b'{"name":"x","desk":NaN}',
    b'{"name":"x","desk":{"a":1e400}}',
    [],
    "a",
    {"name": "Example Paper (fictional)"},
    {"name": "x", "desk": 10**30},
]
UNFIT = [
    b'{"name":' + b"[" * 2_000 + b"]" * 2_000 + b',"desk":9}',
    b'{"name":NaN,"desk":9}',
    b'{"name":"\\ud800","desk":9}',
    b'{"name":[[[["x"]]]],"desk":9}',
]
"""What JSON can carry, or Python's reading of it, and no name is."""


def environment(framework: str, driver: str, request: pytest.FixtureRequest) -> dict[str, str]:
    if driver.startswith("sqlite"):
        return {}
    url = make_url(request.getfixturevalue("postgresql_host"))
    if framework != "django":
        return {"PORTAL_DATABASE": url.set(drivername=driver).render_as_string(hide_password=False)}
    parts = {
        "PGDATABASE": url.database,
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port or url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
    }
    return {name: str(value) for name, value in parts.items() if value}


@pytest.fixture(
    params=[(framework, driver) for framework, drivers in DRIVERS.items() for driver in drivers],
    ids=lambda case: "-".join(case),
)
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Portal]:
    framework, driver = request.param
    variables = environment(framework, driver, request)
    write_page(f"embed-in-{framework}.md", tmp_path)
    run(tmp_path, variables, *DEPLOYED[framework])
    with served(tmp_path, variables, *SERVED[framework]) as portal:
        yield portal


def test_a_portal_identifies_shows_a_refusal_and_takes_back_what_it_cannot_keep(portal: Portal) -> None:
    status, outcome = portal.post("/partners/p-1", {"name": "Example Radio (fictional)", "desk": 7})
    assert (status, outcome["outcome"]) == (201, "accepted")
    assert portal.get("/notices") == (200, ["p-1/1"])

    status, outcome = portal.post("/partners/p-1/assess")
    assert (status, outcome["outcome"]) == (422, "refused")
    assert {"S4.3", "S4.4", "S4.13"} <= {finding["clause"] for finding in outcome["findings"]}
    assert all(finding["message"] for finding in outcome["findings"])

    status, _ = portal.post("/partners/p-2", {"name": "Example Paper (fictional)", "desk": 7})
    assert status == 409
    assert portal.get("/partners/p-2")[0] == 404
    assert portal.get("/notices") == (200, ["p-1/1"])

    assert portal.post("/partners/p-9/assess")[0] == 404
    assert portal.post("/partners/p-2", {"name": "Example Paper (fictional)", "desk": 8})[0] == 201
    assert portal.get("/notices") == (200, ["p-1/1", "p-2/1"])
    status, shown = portal.get("/partners/p-1")
    assert (status, shown["state"], shown["sequence"]) == (200, "identified", 1)

    for body in UNREADABLE:
        status, told = portal.post("/partners/p-3", body)
        assert (400 <= status < 500, "detail" in told) == (True, True), (body, status, told)
    for body in UNFIT:
        assert portal.post("/partners/p-3", body)[0] == 400, body
    status, outcome = portal.post("/partners/p-3", {"name": " ", "desk": 9})
    assert (status, [each["field"] for each in outcome["errors"]]) == (400, ["body.name"])
    status, told = portal.get("/partners/p-1", user="no id")
    assert status == 400
    assert "actor.id" in told["detail"]
    assert portal.get("/partners/p-3")[0] == 404

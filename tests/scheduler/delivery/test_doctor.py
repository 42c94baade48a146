"""The doctor says what was given up, what nobody takes, and since when the oldest waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from partnerships import Service
from partnerships.scheduler.delivery.backoff import Backoff
from partnerships.scheduler.delivery.channel import NotDelivered
from partnerships.scheduler.delivery.people import People
from partnerships.storage.delivery_statements import delivery_statements
from tests.scheduler.delivery.office import Paper, System, asked, deliver
from tests.storage.rows import engine_of
from tests.story import Story


def check(service: Service) -> dict[str, Any]:
    (found,) = [one for one in service.doctor() if one["check"] == "deliveries"]
    return found


@pytest.mark.every_store
def test_all_is_well_while_nothing_waits(story: Story, service: Service) -> None:
    assert check(service) == {"check": "deliveries", "ok": True, "detail": "everything is delivered"}
    asked(story)
    deliver(service, Paper())
    assert check(service)["detail"] == "everything is delivered"


@pytest.mark.every_store
def test_what_was_given_up_is_counted_since_the_oldest(story: Story, service: Service) -> None:
    asked(story)
    since = story.clock.now
    deliver(service, Paper(NotDelivered("SMTP 550", permanent=True)))
    story.clock.advance(days=3)
    deliver(service, System(NotDelivered("HTTP 410", permanent=True)))
    found = check(service)
    assert not found["ok"]
    assert f"1 given up, the oldest since {since:%Y-%m-%dT%H:%M:%S}" in found["detail"]
    assert "--undelivered" in found["detail"]
    service.retry()
    deliver(service, Paper())
    assert check(service)["ok"]


@pytest.mark.every_store
def test_a_notice_that_reached_nobody_is_given_up_too(story: Story, service: Service) -> None:
    asked(story)
    deliver(service, Paper(), people=People([]), backoff=Backoff(tries=1))
    assert not check(service)["ok"]
    assert "1 given up" in check(service)["detail"]


@pytest.mark.every_store
def test_what_is_tried_again_is_told_and_no_finding(story: Story, service: Service) -> None:
    asked(story)
    deliver(service, Paper(*(NotDelivered("SMTP 450") for _ in range(2))))
    found = check(service)
    assert found["ok"]
    assert "2 to be tried again, the oldest since 2024" in found["detail"]


@pytest.mark.every_store
def test_what_nobody_takes_any_more_is_found(story: Story, service: Service) -> None:
    asked(story)
    deliver(service, Paper(NotDelivered("SMTP 450")))
    story.clock.advance(hours=2)
    found = check(service)
    assert not found["ok"]
    assert "1 due for an hour and taken by nobody" in found["detail"]


@pytest.mark.every_store
def test_a_house_that_never_delivered_has_not_begun(story: Story, service: Service) -> None:
    asked(story)
    story.clock.now += timedelta(days=30)
    found = check(service)
    assert found["ok"]
    assert "nobody delivers here; 1 due for an hour and taken by nobody" in found["detail"]


def test_what_was_given_up_is_counted_without_going_through_all_that_was_told(service: Service) -> None:
    place, engine = service._opened.place, engine_of(service)
    with engine.connect() as connection:
        plan = "".join(
            str(row)
            for row in connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {delivery_statements(place, engine.dialect).standing.text}"
            )
        )
    assert "partnerships_notice_given_up" in plan
    assert "SCAN" not in plan

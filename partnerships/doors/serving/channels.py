"""The ways out for messages, as the settings name them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from partnerships.doors.serving.config import Config, Hook, Smtp
from partnerships.errors import BadRequest

if TYPE_CHECKING:
    from partnerships.audit.log.custodians import Custodian
    from partnerships.scheduler.delivery.channel import Channel
    from partnerships.scheduler.delivery.delivery import Delivery


def delivery_of(config: Config) -> Delivery | None:
    """Give the delivery that the settings ask for, or None where they name no way out.

    Raises BadRequest that names the field where something is missing or wrong.
    """
    from partnerships.scheduler.delivery.delivery import Delivery
    from partnerships.scheduler.delivery.people import read_people
    from partnerships.scheduler.delivery.words import read_words

    if not config.delivers:
        return None
    with _field("people"):
        listed = config.path(config.people)
        people = read_people(listed) if listed else None
    with _field("words"):
        words = tuple(read_words(config.folder / path) for path in config.words)
    channels = list(_channels(config))
    days = config.keep_delivered_days
    keep = timedelta(days=days) if days is not None else None
    return Delivery(channels, people, link=config.link, words=words, digest_at=config.digest_at, keep=keep)


def custodians_of(config: Config) -> list[Custodian]:
    """Give who keeps checkpoints elsewhere; raises BadRequest that names the field that is wrong."""
    from partnerships.audit.log.custodians import Custodian

    ids = [holder.id for holder in config.custodians]
    if len(set(ids)) < len(ids):
        # What one of them has been sent is kept under the id: the other one would never get any.
        raise BadRequest("custodians: each needs an id of its own")
    found = []
    for number, holder in enumerate(config.custodians, 1):
        field = f"custodians.{number}"
        with _field(field):
            if holder.webhook is not None:
                found.append(Custodian(holder.id, _webhook(config, holder.webhook, f"{field}.webhook")))
                continue
            if config.smtp is None:
                raise BadRequest("mail to a custodian needs smtp")
            found.append(Custodian(holder.id, _mail(config, config.smtp), holder.mail or ""))
    return found


def _channels(config: Config) -> Iterator[Channel]:
    if config.smtp is not None and config.people is not None:
        yield _mail(config, config.smtp)
    if config.webhook is not None:
        yield _webhook(config, config.webhook, "webhook")
    if config.apprise:
        from partnerships.scheduler.delivery.apprise import Apprise

        with _field("apprise"):
            yield Apprise()


def _mail(config: Config, smtp: Smtp) -> Channel:
    from partnerships.scheduler.delivery.mail import Mail

    with _field("smtp.password"):
        password = smtp.password.read(config.folder) if smtp.password else None
    with _field("smtp"):
        return Mail(
            smtp.host,
            smtp.sender,
            port=smtp.port,
            security=smtp.security,
            user=smtp.user,
            password=password,
            timeout=smtp.timeout,
        )


def _webhook(config: Config, hook: Hook, field: str) -> Channel:
    from partnerships.scheduler.delivery.webhook import Webhook

    with _field(f"{field}.secret"):
        secrets = [one.read(config.folder) for one in (hook.secret, hook.old_secret) if one]
    with _field(field):
        return Webhook(hook.url, secrets, timeout=hook.timeout)


@contextmanager
def _field(name: str) -> Iterator[None]:
    """Say in which field of the settings something is wrong."""
    try:
        yield
    except BadRequest as error:
        raise BadRequest(f"{name}: {error}") from None

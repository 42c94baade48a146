"""The ways out for messages, as the settings name them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from partnerships.doors.serving.config import Config
from partnerships.errors import BadRequest

if TYPE_CHECKING:
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
    with _field("link"):
        return Delivery(channels, people, link=config.link, words=words, digest_at=config.digest_at)


def _channels(config: Config) -> Iterator[Channel]:
    if config.smtp is not None:
        from partnerships.scheduler.delivery.mail import Mail

        smtp = config.smtp
        with _field("smtp.password"):
            password = smtp.password.read(config.folder) if smtp.password else None
        with _field("smtp"):
            yield Mail(
                smtp.host,
                smtp.sender,
                port=smtp.port,
                security=smtp.security,
                user=smtp.user,
                password=password,
                timeout=smtp.timeout,
            )
    if config.webhook is not None:
        from partnerships.scheduler.delivery.webhook import Webhook

        hook = config.webhook
        with _field("webhook.secret"):
            secrets = [one.read(config.folder) for one in (hook.secret, hook.old_secret) if one]
        with _field("webhook"):
            yield Webhook(hook.url, secrets, timeout=hook.timeout)
    if config.apprise:
        from partnerships.scheduler.delivery.apprise import Apprise

        with _field("apprise"):
            yield Apprise()


@contextmanager
def _field(name: str) -> Iterator[None]:
    """Say in which field of the settings something is wrong."""
    try:
        yield
    except BadRequest as error:
        raise BadRequest(f"{name}: {error}") from None

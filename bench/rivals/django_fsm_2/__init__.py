"""django-fsm-2 with django-fsm-log: current state in a model, history in StateLog.

As in the two README files: `can_proceed`, the transition, `save()`, all in `transaction.atomic()`, which
ConcurrentTransitionMixin asks for. The decision is the log's description, its actor the log's user.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import django
from django.conf import settings
from django.db import connection, transaction
from django_fsm import can_proceed
from sqlalchemy.engine import make_url

from bench.rivals import ENDLINE, Rival
from bench.turns import Recorded


class Contender(Rival):
    """A Django site of its own; there is one in a process."""

    def __init__(self, url: str, endline: date = ENDLINE) -> None:
        settings.configure(
            DATABASES={"default": _database(url)},
            INSTALLED_APPS=[
                "django.contrib.contenttypes",
                "django.contrib.auth",
                "django_fsm",
                "django_fsm_log",
                "bench.rivals.django_fsm_2",
            ],
            USE_TZ=True,
        )
        django.setup()
        from django.contrib.auth.models import User
        from django.core.management import call_command

        from bench.rivals.django_fsm_2.models import Partnership

        call_command("migrate", run_syncdb=True, verbosity=0)
        super().__init__()
        self._director = User.objects.create(username="director-1")
        self._partnerships = Partnership.objects
        self._id = self._partnerships.create(endline=endline).pk

    def renew(self) -> None:
        """Load, ask, renew and save."""
        with transaction.atomic():
            partnership = self._partnerships.get(pk=self._id)
            if not can_proceed(partnership.renew):
                raise PermissionError("the partnership does not allow it")
            partnership.renew(self.command, by=self._director)
            partnership.save()

    def recorded(self) -> Recorded:
        """Read the model and its log."""
        from django_fsm_log.models import StateLog

        partnership = self._partnerships.get(pk=self._id)
        log = StateLog.objects.for_(partnership).filter(transition="renew", by=self._director)
        return Recorded(partnership.state, log.count(), json.loads(log.latest().description)["reason"])

    def asked(self, query: str) -> str:
        """Ask on Django's connection."""
        with connection.cursor() as cursor:
            cursor.execute(query)
            return str(cursor.fetchone()[0])

    def close(self) -> None:
        """Close Django's connection."""
        connection.close()


def _database(url: str) -> dict[str, Any]:
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        options = {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
        }
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": parts.database, "OPTIONS": options}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.database,
        "HOST": parts.host or parts.query.get("host"),
        "PORT": parts.port or parts.query.get("port"),
        "USER": parts.username,
        "PASSWORD": parts.password,
    }

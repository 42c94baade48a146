"""The model: a protected state field, optimistic locking, and a transition that django-fsm-log records."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition
from django_fsm_log.decorators import fsm_log_by, fsm_log_description

from bench.rivals import STATE, today


def runs(partnership: Partnership) -> bool:
    """Tell whether the endline lies ahead."""
    return today() <= partnership.endline


class Partnership(ConcurrentTransitionMixin, FSMModelMixin, models.Model):
    """A partnership."""

    state = FSMField(default=STATE, protected=True)
    endline = models.DateField()

    @fsm_log_by
    @fsm_log_description(allow_inline=True)
    @transition(field=state, source=STATE, target=STATE, conditions=[runs])
    def renew(self, command: dict[str, Any], by: Any = None, description: Any = None) -> None:
        """Renew; the decision goes to the log whole."""
        description.set(json.dumps(command))

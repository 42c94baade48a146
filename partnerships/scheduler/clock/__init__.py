"""The alarm clock of one process: duties at their intervals, and what is told of them.

Being due is a matter of the database; a clock only says when to look. So any number of processes may run,
each with its own clock in memory, and one that stood still has lost nothing.
"""

from partnerships.scheduler.clock.alarm import add_duties
from partnerships.scheduler.clock.duty import Duty, Note, Report, Stopped
from partnerships.scheduler.clock.health import Health
from partnerships.scheduler.clock.metrics import Metrics
from partnerships.scheduler.clock.sweeping import sweep_duty
from partnerships.scheduler.clock.watch import Watch

__all__ = ["Duty", "Health", "Metrics", "Note", "Report", "Stopped", "Watch", "add_duties", "sweep_duty"]

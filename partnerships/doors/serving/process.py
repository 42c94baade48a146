"""The scheduler process: its alarm clock, from the start to the signal that ends it."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.typing import Processor

from partnerships.audit.audit import Audit, open_audit
from partnerships.audit.log.custodians import tell_custodians
from partnerships.doors.serving.channels import custodians_of, delivery_of
from partnerships.doors.serving.config import Config, Listen
from partnerships.errors import BadRequest
from partnerships.scheduler.clock import Duty, Health, Watch, add_duties, sweep_duty
from partnerships.scheduler.clock.alarm import mend
from partnerships.scheduler.clock.checkpointing import checkpoint_duty
from partnerships.scheduler.clock.delivering import deliver_duty
from partnerships.scheduler.clock.logs import NAME, logger, told
from partnerships.scheduler.clock.pages import Pages
from partnerships.scheduler.clock.watch import PATIENCE

if TYPE_CHECKING:
    from partnerships import Service

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_LOOK = 30
"""Seconds between two looks whether the machine's clock jumped back."""


def duties_of(service: Service, config: Config, stopping: Callable[[], bool]) -> list[Duty]:
    """Give the duties that the settings ask for; raises BadRequest that names the field that is wrong.

    The sweep escalates too: a prompt that nobody answered is due for the director like any other. Messages
    go out where the settings name a way, and checkpoints are made where a signing key is at hand.
    """
    duties = [sweep_duty(service, every=config.every.sweep, stopping=stopping)]
    delivery = delivery_of(config)
    if delivery is not None:
        duties.append(deliver_duty(service, delivery, every=config.every.deliver, stopping=stopping))
    audit, custodians = _audit_of(service, config), custodians_of(config)
    if audit.may_sign:
        tell = partial(tell_custodians, audit, custodians)
        duties.append(checkpoint_duty(audit, every=config.every.checkpoint, tell=tell))
    elif config.checkpoints or custodians:
        raise BadRequest("log_key: checkpoints and custodians need the key that signs the log")
    return duties


def _audit_of(service: Service, config: Config) -> Audit:
    folder = config.path(config.checkpoints)
    if folder is not None and not folder.is_dir():
        raise BadRequest(f"checkpoints: {config.checkpoints} is no folder")
    return open_audit(service, key_file=config.path(config.log_key), folder=folder)


def watch_over(duties: Sequence[Duty], stale_after: float | None) -> Watch:
    """Give a watch for which the process is healthy as long as its sweep is."""
    sweep = duties[0]
    return Watch(Health({sweep.name: stale_after or PATIENCE * sweep.every}), log=logger(_renderer()))


def run_once(watch: Watch, duties: Iterable[Duty]) -> bool:
    """Run each duty once, in order; give whether every round was done and nobody need look at anything.

    A message that is tried again by itself needs nobody; it does once it is given up.
    """
    with _log_to_stderr(watch):
        reports = [watch.round(duty) for duty in duties]
    return all(report is not None and all(note.passing for note in report.notes) for report in reports)


def run_until_told(watch: Watch, duties: Sequence[Duty], stopping: Event, listen: Listen | None) -> None:
    """Run the duties at their intervals until SIGTERM or SIGINT; the batch that runs is finished.

    Raises BadRequest where the address cannot be listened on.
    """
    scheduler = BackgroundScheduler(timezone=UTC)
    add_duties(scheduler, duties, watch)
    # Some supervisors send their signal twice, so that a second one changes nothing.
    with _log_to_stderr(watch), _pages(watch, listen) as port, _signals() as came:
        scheduler.start()
        watch.log.info("serve.started", port=port, **{f"{duty.name}_every": duty.every for duty in duties})
        while not came(_LOOK):
            for name in mend(scheduler):
                watch.log.warning(f"{name}.clock_jumped_back")
        stopping.set()
        watch.log.info("serve.stopping")
        scheduler.shutdown(wait=True)
        watch.log.info("serve.stopped")


def _renderer() -> Processor:
    """JSON lines for a log, colours for somebody who watches."""
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer()
    return structlog.processors.JSONRenderer()


@contextmanager
def _pages(watch: Watch, listen: Listen | None) -> Iterator[int | None]:
    if listen is None:
        yield None
        return
    try:
        pages = Pages(watch, listen.host, listen.port)
    except OSError as error:
        raise BadRequest(f"listen: {listen.host}, port {listen.port}: {error.strerror}") from None
    try:
        yield pages.port
    finally:
        pages.close()


@contextmanager
def _signals() -> Iterator[Callable[[float], bool]]:
    """Give a function that waits so many seconds for a signal and gives whether one came."""
    queue: SimpleQueue[int] = SimpleQueue()

    def wait(seconds: float) -> bool:
        try:
            queue.get(timeout=seconds)
        except Empty:
            return False
        return True

    # Unlike an event's, this queue's lock may be taken again by the thread that a signal interrupts.
    before = {number: signal.signal(number, lambda number, _frame: queue.put(number)) for number in _SIGNALS}
    try:
        yield wait
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _log_to_stderr(watch: Watch) -> Iterator[None]:
    """Write the duties' log lines to standard error, and what libraries log without its words.

    APScheduler is not heard: the watch knows and tells the same.
    """
    ours, root, alarm = logging.getLogger(NAME), logging.getLogger(), logging.getLogger("apscheduler")
    handlers = [(ours, logging.StreamHandler(sys.stderr)), (root, _Libraries(watch)), (alarm, _NOBODY)]
    before = ours.level, ours.propagate, alarm.propagate
    for log, handler in handlers:
        log.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.propagate = alarm.propagate = False
    try:
        yield
    finally:
        for log, handler in handlers:
            log.removeHandler(handler)
        level, ours.propagate, alarm.propagate = before
        ours.setLevel(level)


class _Libraries(logging.Handler):
    """Tells that a library logged something grave, and of its error the class: its text may quote a row."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.WARNING)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._watch.log.warning("library.logged", logger=record.name, **(told(error) if error else {}))


_NOBODY = logging.NullHandler()

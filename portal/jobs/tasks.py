"""The Celery tasks. All are hints without content; what to do is found in the database.

Acknowledged when fetched: a message that is lost with its worker is replaced by beat's next tick.
"""

from portal.jobs.celery import HintTask, app


@app.task(name="portal.jobs.sweep", base=HintTask, acks_late=False)
def sweep(by_beat: bool = False) -> None:
    from portal.jobs.sweep import run_sweep

    run_sweep(by_beat=by_beat)


@app.task(name="portal.jobs.dispatch", base=HintTask, acks_late=False)
def dispatch() -> None:
    from portal.jobs.dispatch import run_due

    run_due()


@app.task(name="portal.jobs.waiting", base=HintTask, acks_late=False)
def waiting() -> None:
    from portal.jobs.waiting import run_waiting

    run_waiting()

"""Work that nobody waits for: `from portal import jobs`.

jobs.wake()                     a hint that there are new facts; never raises, costs the caller nothing
@jobs.on_facts                  registers a listener, called until it has no more to do
@jobs.scheduled("name", …)      registers a job that is done once per period
jobs.on_waiting(Waiting(…))     registers work that waits in a table; jobs.wake_waiting() says that there is some

The ledger is the work list. Messages are only hints: when one is lost, beat's next tick finds the work.
"""

from portal.jobs.registry import Outcome, Run, Waiting, WaitingLine, on_facts, on_waiting, scheduled
from portal.jobs.wakeup import wake, wake_waiting

__all__ = [
    "Outcome",
    "Run",
    "Waiting",
    "WaitingLine",
    "on_facts",
    "on_waiting",
    "scheduled",
    "wake",
    "wake_waiting",
]

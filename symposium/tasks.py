"""What happens by itself: certificates are issued, some people at a time."""

from symposium import actions
from worker.jobs import job


@job(every=1)
def issue_certificates() -> int:
    return actions.go_on_with_a_run()

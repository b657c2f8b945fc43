"""What happens by itself: certificates are issued, some people at a time, and destroyed after years."""

from symposium import actions
from worker.jobs import job


@job(every=1)
def issue_certificates() -> int:
    return actions.go_on_with_a_run()


@job(every=86400)
def let_old_certificates_go() -> int:
    return actions.purge_certificates()

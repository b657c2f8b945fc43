"""/metrics: for operators only, with bounded labels and nothing of what members do with whom."""

import re

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils.timezone import now
from prometheus_client.parser import text_string_to_metric_families as parse

from notifications.models import Letter
from tests.people import sign_in
from tests.spaces.notes import write
from worker.models import JobState

TOKEN = "t" * 40
CANARY = "canary-9d2c"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|[0-9a-f]{32}")


@pytest.fixture
def scraped(client, settings):
    settings.METRICS_TOKEN = TOKEN

    def scrape() -> str:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        return answer.text

    return scrape


def values(text: str) -> dict[tuple[str, ...], float]:
    return {(sample.name, *sample.labels.values()): sample.value for family in parse(text) for sample in family.samples}


@pytest.mark.parametrize(
    "given", ["", "Bearer ", "Bearer wrong", TOKEN, f"Bearer {TOKEN}x", f"bearer {TOKEN}", "Bearer ü"]
)
def test_without_the_token_it_is_not_there(client, db, settings, given):
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer"])
def test_where_no_token_is_set_it_is_not_there(client, db, settings, given):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_jobs_and_queues(db, scraped):
    JobState.objects.create(name="notifications.deliver_letters", ran_at=now(), failures=3)
    JobState.objects.create(name=f"{CANARY}.job", ran_at=now())
    Letter.objects.create(to="x@example.org", subject=CANARY, message=b"", created_at=now())
    found = values(scraped())
    assert found["cop_job_failures", "notifications.deliver_letters"] == 3
    assert found["cop_queue_waiting", "letters"] == 1
    assert found["cop_queue_waiting", "files"] == 0
    assert 0 <= found["cop_queue_oldest_seconds", "letters"] < 60
    assert (found[("cop_database_up",)], found[("cop_live_sockets",)]) == (1, 0)


def test_news_that_nobody_was_told_of_wait_in_a_queue(cast, scraped):
    from notifications.notices import tell

    tell()
    assert values(scraped())["cop_queue_waiting", "notices"] == 0
    write(cast.group.space, cast.member, "Good morning.")
    assert values(scraped())["cop_queue_waiting", "notices"] == 1


def test_no_name_no_id_and_no_text(client, cast, scraped):
    cast.member.name = CANARY
    cast.member.save()
    sign_in(client, cast.member)
    write(cast.group.space, cast.member, CANARY)
    client.get(reverse("groups:room", args=[cast.group.pk]), {"q": CANARY})
    client.get(f"/{CANARY}/")
    client.get(f"/static/{CANARY}")
    text = scraped()
    assert 'route="/groups/<uuid:pk>/"' in text
    words = (CANARY, str(cast.group.pk), str(cast.member.pk), cast.member.email, "Harbor Light", "127.0.0.1")
    assert ([word for word in words if word in text], UUID.findall(text)) == ([], [])


def test_it_answers_without_a_database(client, db, scraped):
    def refuse(execute, sql, params, many, context):
        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        found = values(scraped())
    assert found[("cop_database_up",)] == 0
    assert ("cop_live_sockets",) in found

from django.core import mail
from django.core.management import call_command

from notifications import outbox
from spaces.models import Space
from worker.letters import send


def test_after_a_restore_pages_load_anew_everybody_signs_in_and_no_letter_goes_twice(client, cast, settings):
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"
    client.force_login(cast.member)
    space = cast.group.space
    address, cursor = f"/spaces/{space.pk}/activities/", {"after": 0, "epoch": space.epoch}
    assert client.get(address, cursor).json()["type"] == "activities"
    send(cast.member.email, "something_new", {"member": cast.member})

    call_command("restored")

    assert (outbox.deliver(), mail.outbox) == (0, [])
    assert client.get("/inbox/").status_code == 302
    client.force_login(cast.member)
    assert client.get(address, cursor).json()["type"] == "reset"
    assert client.get(address, {"after": 0, "epoch": Space.objects.get(pk=space.pk).epoch}).status_code == 200

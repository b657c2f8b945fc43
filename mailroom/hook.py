"""Mail that a hosted sender brings by HTTP, read by django-anymail: the same as at the door, said yes to by 200."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

from access import open_to_all
from mailroom import keeping

# Those that send whole mails, and sign them or bring a password.
SENDERS = {
    "mailgun": "anymail.webhooks.mailgun.MailgunInboundWebhookView",
    "mailjet": "anymail.webhooks.mailjet.MailjetInboundWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkInboundWebhookView",
    "sendgrid": "anymail.webhooks.sendgrid.SendGridInboundWebhookView",
    "sparkpost": "anymail.webhooks.sparkpost.SparkPostInboundWebhookView",
}


@csrf_exempt  # a hosted sender posts to it; its password and signature are what allows it
@open_to_all
def mail_in(request: HttpRequest) -> HttpResponse:
    """Take what the hosted sender of MAIL_HOOK brings; there is no such page where none is set."""
    view = SENDERS.get(settings.MAIL_HOOK)
    if not (view and settings.MAIL_DOMAIN and settings.MAIL_HOOK_PASSWORD):
        raise Http404
    return _keeping(import_string(view)).as_view()(request)


def _keeping(view: type) -> Any:
    """Anymail's view, with its checks, that keeps each mail instead of telling listeners of it."""

    class Keeping(view):  # type: ignore[misc, valid-type]
        def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            self.run_validators(request)
            for event in self.parse_events(request):
                mail = event.message
                recipients = (
                    [mail.envelope_recipient] if mail.envelope_recipient else [one.addr_spec for one in mail.to]
                )
                keeping.keep(mail.as_bytes(), sender=mail.envelope_sender or "", recipients=recipients)
            return HttpResponse()

    return Keeping

"""A member's inbox, what they choose to hear of, and why they hear of something."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from access import MemberRequest, may, open_to_all, require
from discussions.access import post_or_404
from members.models import Member
from members.sessions import describe
from notifications import actions, addresses, browsers, feeds, notices, reasons, sealing, stopping, ways
from notifications.forms import ChoicesForm, PushForm
from notifications.models import DeadAddress, PushedBrowser
from spaces.kinds import space_kind
from spaces.models import Membership, Space


def inbox(request: MemberRequest) -> HttpResponse:
    """What happened in my spaces that I have not looked at."""
    context = {
        "notices": notices.readable(request.user),
        "decisions": notices.decisions_about(request.user),
        "declined": notices.declined_of(request.user),
    }
    return render(request, "notifications/inbox.html", context)


@require_POST
def open_notice(request: MemberRequest, pk) -> HttpResponse:
    """Mark one notice read and go where it points."""
    notice = get_object_or_404(request.user.notices.select_related("space", "thread"), pk=pk)
    notices.mark_read(member=request.user, notices=[notice])
    return redirect(notices.place_of(notice))


@require_POST
def read_all(request: MemberRequest) -> HttpResponse:
    """Mark everything read."""
    notices.mark_read(member=request.user)
    return redirect("notifications:inbox")


@require_http_methods(["GET", "POST"])
def choices(request: MemberRequest) -> HttpResponse:
    """How I hear of everything, and of each space; with what I will get, in words."""
    hearing, memberships = ways.hearing_of(request.user), _readable(request.user)
    form = ChoicesForm(request.POST or None, hearing=hearing, memberships=memberships)
    if request.method == "POST" and form.is_valid():
        actions.choose(by=request.user, **form.values)
        messages.success(request, "Your choices are kept. This page says what you will get.")
        return redirect("notifications:settings")
    get = [(space_kind(one.space.kind), one.space, ways.way_of(one, hearing)) for one in memberships]
    context = {
        "form": form,
        "get": [
            {"title": kind.title(space), "url": kind.url(space), "words": ways.in_words(way, hearing, space)}
            for kind, space, way in get
        ],
        "feed_url": addresses.feed_url(request.user),
        "mail_comes_in": bool(settings.MAIL_DOMAIN),
        "push_key": sealing.own_public_key() if settings.VAPID_KEY else "",
        "browsers": _browsers(request),
        "dead": DeadAddress.objects.filter(email=request.user.email.lower()).first(),
    }
    return render(request, "notifications/choices.html", context, status=422 if form.errors else 200)


@require_POST
def try_again(request: MemberRequest) -> HttpResponse:
    """My mailbox takes letters again."""
    actions.try_again(by=request.user)
    messages.success(request, "We write to your address again.")
    return redirect("notifications:settings")


@require_POST
def revoke_replies(request: MemberRequest) -> HttpResponse:
    """Nobody answers in my name by the letters that I have."""
    actions.revoke_replies(by=request.user)
    messages.success(request, "The reply addresses in your letters have ended. New letters bring new ones.")
    return redirect("notifications:settings")


@require_POST
def make_feed(request: MemberRequest) -> HttpResponse:
    """Give me the address of a feed, or another one."""
    actions.make_feed(by=request.user)
    messages.success(request, "Your feed has an address. It is below; show it to nobody.")
    return redirect("notifications:settings")


@require_POST
def end_feed(request: MemberRequest) -> HttpResponse:
    """My feed is not there any more."""
    actions.end_feed(by=request.user)
    messages.success(request, "Your feed has ended.")
    return redirect("notifications:settings")


@require_POST
def turn_on_pushes(request: MemberRequest) -> HttpResponse:
    """Have this browser show that something is new while no page is open."""
    _where_there_are_pushes()
    form = PushForm(request.POST)
    answer = redirect("notifications:settings")
    if not form.is_valid():
        messages.error(request, "This browser said nothing that we could use: its push service is none that we know.")
        return answer
    browser = actions.turn_on_pushes(
        by=request.user,
        device=describe(request.headers.get("User-Agent", "")),
        session_key=str(request.session.session_key),
        before=browsers.this_browser(request),
        **form.cleaned_data,
    )
    browsers.remember(answer, browser.pk)
    messages.success(request, "This browser shows you now that something is new.")
    return answer


@require_POST
def turn_off_pushes(request: MemberRequest, pk) -> HttpResponse:
    """One of my browsers shows nothing any more."""
    actions.turn_off_pushes(browser=get_object_or_404(request.user.pushed_browsers, pk=pk))
    messages.success(request, "That browser shows nothing any more.")
    return redirect("notifications:settings")


@require_POST
def try_pushes(request: MemberRequest) -> HttpResponse:
    """Show me what it looks like."""
    _where_there_are_pushes()
    actions.try_pushes(by=request.user)
    messages.success(request, "A try-out is on its way to your browsers. It takes some seconds.")
    return redirect("notifications:settings")


@open_to_all  # a browser asks whether there is a newer one, signed in or not
@require_safe
def push_worker(request: HttpRequest) -> HttpResponse:
    """The script that a browser runs when a push comes; at the root, so that it stands for the whole site."""
    _where_there_are_pushes()
    script = settings.BASE_DIR / "static" / "js" / "push-worker.js"
    return HttpResponse(script.read_bytes(), content_type="text/javascript; charset=utf-8")


@open_to_all  # a feed reader signs in nowhere; the address is what allows it, and this only
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What is new to one member, as Atom."""
    member = addresses.opened_feed(token)
    if member is None:
        raise Http404
    if not feeds.may_ask_again(member):
        return HttpResponse(status=429, headers={"Retry-After": str(feeds.HOUR)})
    answer = HttpResponse(feeds.atom(member), content_type="application/atom+xml; charset=utf-8")
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_GET
def why(request: MemberRequest, pk) -> HttpResponse:
    """Why I hear of a post, or do not."""
    post = post_or_404(request.user, pk)
    return render(request, "notifications/why.html", {"post": post, "sentences": reasons.why(post, request.user)})


@require_GET
def refused(request: MemberRequest) -> HttpResponse:
    """For staff: whose mail servers refused our letters for good."""
    require(request.user, "members.manage")
    dead = {one.email: one for one in DeadAddress.objects.all()[:500]}
    members = Member.objects.filter(email__in=dead, deactivated_at=None)
    rows = [{"member": member, "dead": dead[member.email.lower()]} for member in members]
    return render(request, "notifications/refused.html", {"rows": rows})


@csrf_exempt  # Mail programs post to it, from nowhere; the token is what allows it, and this only.
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop letters by the link in one of them. To look at it changes nothing."""
    opened = stopping.opened(token)
    if opened is None:
        raise Http404
    member, scope = opened
    if request.method == "POST":
        stopping.stop(member=member, scope=scope)
    context = {"what": stopping.words(scope), "done": request.method == "POST"}
    return render(request, "notifications/stop.html", context)


def _where_there_are_pushes() -> None:
    if not settings.VAPID_KEY:
        raise Http404


def _browsers(request: MemberRequest) -> list[PushedBrowser]:
    """Mine that get pushes, and those that ended by themselves."""
    mine = request.user.pushed_browsers
    found = list(mine.current() | mine.exclude(ended_at=None))
    here = browsers.this_browser(request)
    for browser in found:
        browser.is_here = browser.pk == here and not browser.ended_at
    return found


def _readable(member: Member) -> list[Membership]:
    memberships = member.memberships.filter(left_at=None).exclude(space__kind=Space.Kind.INBOX)
    found = [one for one in memberships.select_related("space") if may(member, "space.read", one.space)]
    return sorted(found, key=lambda one: (one.space.kind, space_kind(one.space.kind).title(one.space)))

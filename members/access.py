"""Who may do what with people, organisations and roles."""

import rules

from members.eligibility import CLOSED, standing
from members.models import Member
from members.roles import is_staff

# People: see Member.objects.visible_to for whom one sees.


@rules.predicate
def is_eligible_for_something(member) -> bool:
    return standing(member).state != CLOSED


@rules.predicate
def is_oneself(member, person) -> bool:
    return person is not None and member.pk == person.pk


@rules.predicate
def sees(member, person) -> bool:
    return Member.objects.visible_to(member).filter(pk=person.pk).exists()


rules.add_perm("directory.read", is_staff | is_eligible_for_something)
rules.add_perm("person.see", sees)
rules.add_perm("person.see_whole", is_oneself | is_staff)
rules.add_perm("profile.edit", is_oneself)
rules.add_perm("account.deactivate", is_oneself | is_staff)

"""What an edition of the symposium is made of."""

from symposium.models.certificates import Certificate, CertificateRun, CertificateTerms
from symposium.models.credit import CreditRule, Learner
from symposium.models.editions import Edition, EditionQuerySet, Format, Room, Track
from symposium.models.evaluation import Evaluated, Questionnaire, Rating, Remark
from symposium.models.lobby import Announcement, AnnouncementQuerySet, Lobby
from symposium.models.registration import (
    Category,
    Details,
    GuestPass,
    Registration,
    RegistrationDesk,
    Way,
    Workshop,
    WorkshopPlace,
)
from symposium.models.seats import STANDING, Capacity, Place, State
from symposium.models.sessions import Session, SessionQuerySet, Speaker

__all__ = [
    "STANDING",
    "Announcement",
    "AnnouncementQuerySet",
    "Capacity",
    "Category",
    "Certificate",
    "CertificateRun",
    "CertificateTerms",
    "CreditRule",
    "Details",
    "Edition",
    "EditionQuerySet",
    "Evaluated",
    "Format",
    "GuestPass",
    "Learner",
    "Lobby",
    "Place",
    "Questionnaire",
    "Rating",
    "Registration",
    "RegistrationDesk",
    "Remark",
    "Room",
    "Session",
    "SessionQuerySet",
    "Speaker",
    "State",
    "Track",
    "Way",
    "Workshop",
    "WorkshopPlace",
]

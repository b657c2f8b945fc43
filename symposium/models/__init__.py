"""What an edition of the symposium is made of."""

from symposium.models.certificates import Certificate, CertificateRun, CertificateTerms
from symposium.models.credit import CreditRule, Learner
from symposium.models.editions import Edition, EditionQuerySet, Format, Room, Track
from symposium.models.evaluation import Evaluated, Questionnaire, Rating, Remark
from symposium.models.lobby import Announcement, AnnouncementQuerySet, Lobby
from symposium.models.sessions import Session, SessionQuerySet, Speaker

__all__ = [
    "Announcement",
    "AnnouncementQuerySet",
    "Certificate",
    "CertificateRun",
    "CertificateTerms",
    "CreditRule",
    "Edition",
    "EditionQuerySet",
    "Evaluated",
    "Format",
    "Learner",
    "Lobby",
    "Questionnaire",
    "Rating",
    "Remark",
    "Room",
    "Session",
    "SessionQuerySet",
    "Speaker",
    "Track",
]

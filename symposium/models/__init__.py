"""What an edition of the symposium is made of."""

from symposium.models.certificates import Certificate, CertificateRun, CertificateTerms
from symposium.models.credit import CreditRule, Learner
from symposium.models.editions import Edition, EditionQuerySet, Format, Room, Track
from symposium.models.evaluation import Evaluated, Questionnaire, Rating, Remark
from symposium.models.sessions import Session, SessionQuerySet, Speaker

__all__ = [
    "Certificate",
    "CertificateRun",
    "CertificateTerms",
    "CreditRule",
    "Edition",
    "EditionQuerySet",
    "Evaluated",
    "Format",
    "Learner",
    "Questionnaire",
    "Rating",
    "Remark",
    "Room",
    "Session",
    "SessionQuerySet",
    "Speaker",
    "Track",
]

"""What an edition of the symposium is made of."""

from symposium.models.certificates import Certificate, CertificateRun, CertificateTerms
from symposium.models.credit import CreditRule, Learner
from symposium.models.editions import Edition, EditionQuerySet, Format, Room, Track
from symposium.models.evaluation import Evaluated, Questionnaire, Rating, Remark
from symposium.models.lobby import Announcement, AnnouncementQuerySet, Lobby
from symposium.models.post_tests import Attempt, PostTest
from symposium.models.posters import Poster
from symposium.models.programme import Programme, Release, ReleasedSession
from symposium.models.proposals import (
    CallForProposals,
    CallQuestion,
    CoPresenter,
    Latecomer,
    Proposal,
    ProposalAnswer,
    ProposalQuerySet,
)
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
from symposium.models.review import (
    Assignment,
    Conflict,
    Criterion,
    Reviewer,
    ReviewNote,
    ReviewPhase,
    Score,
)
from symposium.models.seats import STANDING, Capacity, Place, State
from symposium.models.sessions import Session, SessionQuerySet, Speaker
from symposium.models.speaking import SpeakerProfile, TechCheck
from symposium.models.tables import Table, TableQuerySet, TableSeat

__all__ = [
    "Announcement",
    "AnnouncementQuerySet",
    "Assignment",
    "Attempt",
    "CallForProposals",
    "CallQuestion",
    "Capacity",
    "Category",
    "Certificate",
    "CertificateRun",
    "CertificateTerms",
    "CoPresenter",
    "Conflict",
    "CreditRule",
    "Criterion",
    "Details",
    "Edition",
    "EditionQuerySet",
    "Evaluated",
    "Format",
    "GuestPass",
    "Latecomer",
    "Learner",
    "Lobby",
    "Place",
    "PostTest",
    "Poster",
    "Programme",
    "Proposal",
    "ProposalAnswer",
    "ProposalQuerySet",
    "Questionnaire",
    "Rating",
    "Registration",
    "RegistrationDesk",
    "Release",
    "ReleasedSession",
    "Remark",
    "ReviewNote",
    "ReviewPhase",
    "Reviewer",
    "Room",
    "STANDING",
    "Score",
    "Session",
    "SessionQuerySet",
    "Speaker",
    "SpeakerProfile",
    "State",
    "Table",
    "TableQuerySet",
    "TableSeat",
    "TechCheck",
    "Track",
    "Way",
    "Workshop",
    "WorkshopPlace",
]

"""The proposals of an edition as a table, for staff."""

from meetings.sheets import Rows
from symposium.models import Edition
from symposium.presenters import presenters_of
from symposium.ranking import ranking

COLUMNS = [
    *("Rank", "Score", "Reviews", "Title", "State", "Track", "Format", "Proposed by", "E-mail", "Organisations"),
    *("Presenters", "Abstract", "Outline"),
]


def proposals_as_rows(edition: Edition) -> Rows:
    """A line each, the best first; what the call asks besides comes last."""
    lines = ranking(edition)
    presenters = presenters_of([line.proposal for line in lines])
    call = getattr(edition, "call", None)
    questions = list(call.questions.all()) if call else []
    answers = {(one.proposal_id, one.question_id): one.text for question in questions for one in question.answers.all()}
    yield [*COLUMNS, *(one.label for one in questions)]
    for line in lines:
        one, behind = line.proposal, presenters[line.proposal.pk]
        yield [
            line.rank or "",
            line.score or "",
            len(line.means),
            one.title,
            one.state,
            str(one.track),
            str(one.format),
            one.submitter.name,
            one.submitter.email,
            "; ".join(sorted(organisation.name for organisation in behind.organisations.values())),
            "; ".join(behind.in_words),
            one.abstract,
            one.outline,
            *(answers.get((one.pk, question.pk), "") for question in questions),
        ]

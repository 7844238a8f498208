"""The JSON API of outcomes and cases, under ``/api/v1``."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query

from kb.cases import CaseId, OutcomeId
from kb.domain import Scope, SolutionId
from kb.errors import NotAllowed
from search_api.deps import CREDENTIALS, Caller, JsonOnly, Kb, limited, needs
from search_api.description import ANYBODY, responses
from search_api.schemas.cases import CaseOut, ErasedOut, ReopeningOut, RetractionOut
from search_api.schemas.outcomes import (
    CorrectionIn,
    OutcomeIn,
    OutcomeOut,
    SolutionOutcomesOut,
)
from search_api.schemas.wire import CASE_PATTERN


def _staff(caller: Caller) -> None:
    if not caller.staff:
        raise NotAllowed("this is for staff: sign in with a key of theirs, or ask an administrator")


Staff = Depends(_staff)
PAGE = 20
LONGEST_PAGE = 100
LONGEST_HISTORY = 200

router = APIRouter(prefix="/api/v1", dependencies=CREDENTIALS)

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,128}$",
        description="A name of your own for this request, such as a UUID: sent again under it, the "
        "same request does nothing more and is answered alike, for at least a day. Another request "
        "under it is 422 `key-reused`. It is yours alone: others may use the same name.",
        examples=["3f1c6a52-0d9e-4f27-8a55-0c6f5e1d7b90"],
    ),
]
Numbered = Annotated[
    str,
    Path(
        pattern=CASE_PATTERN,
        description="A case number of yours, percent-encoded: `#` is `%23`, `/` may stay. For "
        "staff: of the only key that has it, or with `@key:…` of that key.",
        examples=["CRM-2041"],
    ),
]
Told = Annotated[
    str,
    Path(
        pattern="^[0-9a-f-]{1,64}$",
        description="Id of an outcome, or of what was said instead of it.",
        examples=["8f0c1f6e-5a3b-4d55-b7a4-6f0c9d5b2e10"],
    ),
]
Tried = Annotated[
    str,
    Path(
        pattern=r"^[^\x00]{1,500}$",  # PostgreSQL refuses to look for NUL.
        description="A solution, as searches name it.",
        examples=["update-error-4013"],
    ),
]


@router.post(
    "/outcomes",
    tags=["outcomes"],
    summary="Say what trying a solution did",
    status_code=201,
    responses=responses(400, 401, 403, 404, 408, 413, 415, 422, 429, 503),
    openapi_extra=ANYBODY,
    dependencies=[limited("reports"), JsonOnly],
)
def report(body: OutcomeIn, kb: Kb, caller: Caller, key: IdempotencyKey = None) -> OutcomeOut:
    """Keep an outcome: it is on disk before this answers.

    Without a key one may speak only of one's own searches, and sends the cookie that came with
    them: `__Host-fixpoint-visitor`, on plain HTTP `fixpoint-visitor`. With a key of scope `search`
    one may speak also of cases that it opened; staff of any case.
    """
    return OutcomeOut.of(kb.report(body.report(), caller, key=key), caller)


@router.patch(
    "/outcomes/{outcome}",
    tags=["outcomes"],
    summary="Say something else instead",
    responses=responses(400, 401, 403, 404, 408, 413, 415, 422, 429, 503),
    openapi_extra=ANYBODY,
    dependencies=[limited("reports"), JsonOnly],
)
def correct(
    outcome: Told, body: CorrectionIn, kb: Kb, caller: Caller, key: IdempotencyKey = None
) -> OutcomeOut:
    """Let another outcome stand for one that was wrong; what was said stays in the history.

    It answers with the outcome that counts from now on, which has an id of its own. The next
    correction may name any of these ids; what is absent stays as it was said under that one. The
    latest word counts, but no customer's over one of staff.
    """
    corrected = kb.correct(OutcomeId(outcome), body.correction(), caller, key=key)
    return OutcomeOut.of(corrected, caller)


@router.delete(
    "/outcomes/{outcome}",
    tags=["outcomes"],
    summary="Take an outcome back",
    responses=responses(401, 403, 404, 422, 429, 503),
    openapi_extra=ANYBODY,
    dependencies=[limited("reports")],
)
def retract(outcome: Told, kb: Kb, caller: Caller, key: IdempotencyKey = None) -> RetractionOut:
    """Let an outcome count no more, as if it had never been said; the history shows both.

    Its author's corrections of it, and what it corrected of theirs, go with it: any of these ids
    will do, and none of them can be changed any more (404). What others said instead stands. Who
    takes it back once more is answered as the first time.
    """
    return RetractionOut.of(kb.casebook.retract(OutcomeId(outcome), caller, at=_now(), key=key))


@router.get(
    "/cases/{case:path}",
    tags=["cases"],
    summary="Where a case stands, and its history",
    responses=responses(401, 403, 404, 422, 503),
)
def case(
    case: Numbered,
    kb: Kb,
    caller: Caller,
    before: Annotated[
        int | None,
        Query(
            ge=1,
            le=2**31,
            description="Only what was said before: `next` of the page with the later part.",
            examples=[201],
        ),
    ] = None,
    limit: Annotated[
        int, Query(ge=1, le=LONGEST_HISTORY, description="At most so many.", examples=[200])
    ] = LONGEST_HISTORY,
) -> CaseOut:
    """Everything that was said of a case: for staff, and for the key that opened it.

    That key reads nothing of solutions that only staff may see. A long history comes in pages, the
    latest first, each oldest first.
    """
    history = kb.casebook.history(CaseId(case), caller)
    return CaseOut.of(history, kb.readable(history, caller), caller, before=before, limit=limit)


@router.post(
    "/cases/{case:path}/reopenings",
    tags=["cases"],
    summary="Say that the problem came back",
    status_code=201,
    responses=responses(401, 403, 404, 422, 429, 503),
    dependencies=[limited("reports")],
)
def reopen(case: Numbered, kb: Kb, caller: Caller, key: IdempotencyKey = None) -> ReopeningOut:
    """Let what had solved a case count as not solved from now on."""
    return ReopeningOut.of(kb.casebook.reopen(CaseId(case), caller, at=_now(), key=key))


@router.get(
    "/solutions/{solution:path}/outcomes",
    tags=["outcomes"],
    summary="What came of a solution",
    responses=responses(401, 403, 422, 503),
    dependencies=[Staff],
)
def outcomes(
    solution: Tried,
    kb: Kb,
    caller: Caller,
    before: Annotated[
        int | None,
        Query(
            ge=1,
            le=2**63 - 1,
            description="Only older ones: `next` of the page before.",
            examples=[4711],
        ),
    ] = None,
    limit: Annotated[
        int, Query(ge=1, le=LONGEST_PAGE, description="At most so many.", examples=[PAGE])
    ] = PAGE,
) -> SolutionOutcomesOut:
    """How many cases stand at each verdict now, and every outcome: for staff.

    What was said outlives the article, so there is no 404: nothing was said of a name with zeros.
    """
    id_ = SolutionId(unicodedata.normalize("NFC", solution))
    page = kb.casebook.outcomes(id_, before=before, limit=limit)
    return SolutionOutcomesOut.of(id_, kb.casebook.counts().get(id_, {}), page, caller)


@router.delete(
    "/cases/{case:path}/texts",
    tags=["cases"],
    summary="Forget what was typed for a case",
    responses=responses(401, 403, 404, 422, 503),
    dependencies=[needs(Scope.ADMIN)],
)
def erase(case: Numbered, kb: Kb, caller: Caller) -> ErasedOut:
    """Erase the symptoms and notes of a case for good; its verdicts stay. The audit log tells."""
    erased = kb.casebook.erase_case(CaseId(case), by=caller.actor, at=_now())
    return ErasedOut(case=erased.object, texts=erased.texts)


def _now() -> datetime:
    return datetime.now(UTC)

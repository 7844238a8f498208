"""What the tests of the casebook say and ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from kb.cases import CaseId, Report, Search, SearchId, Shown, Verdict
from kb.domain import Environment, Language, Principal, Scope, SolutionId, System, Versions

BACKUP_0001 = Path(__file__).parent / "backups" / "0001.zip"
"""Written by the Fixpoint of commit 072b9fb, whose tables were of version 0001."""
NOON = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
CABLE, RESTART = SolutionId("换数据线"), SolutionId("restart")
VISITOR = Principal("anonymous:v1", frozenset({Scope.SEARCH}))
SHOP = Principal("key:shop", frozenset({Scope.SEARCH}))
BANK = Principal("key:bank", frozenset({Scope.SEARCH}))
AGENT = Principal("key:agent", frozenset({Scope.SEARCH, Scope.AGENT}))
PHONE = Environment(
    products=("phone",),
    systems=(System("ios", (Versions(1800, 1900), Versions(2600, 2601))),),
    hosts=("macos",),
    apps=("相册",),
)


def a_search(
    actor: Principal = VISITOR,
    symptom: str | None = "更新到一半报错 4013",
    *,
    at: datetime = NOON,
    case: str | None = None,
    scores: tuple[float, ...] = (0.9, 0.4),
) -> Search:
    solutions = (CABLE, RESTART, SolutionId("third"))
    return Search(
        id=SearchId(str(uuid4())),
        at=at,
        actor=actor.actor,
        symptom=symptom,
        environment=PHONE,
        lang=Language.ZH,
        generation="abc-1.x",
        fit="",
        matched=True,
        shown=tuple(
            Shown(solution, Language.ZH, f"hash of {solution}", score)
            for solution, score in zip(solutions, scores, strict=False)
        ),
        case=CaseId(case) if case else None,
    )


def a_report(
    search: Search | None = None,
    verdict: Verdict = Verdict.SOLVED,
    *,
    case: str | None = None,
    solution: SolutionId = CABLE,
    note: str | None = None,
) -> Report:
    return Report(
        solution=solution,
        verdict=verdict,
        search=search.id if search else None,
        case=CaseId(case) if case else None,
        note=note,
    )

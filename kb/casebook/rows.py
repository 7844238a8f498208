"""The casebook's nouns as rows of its tables, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row

from kb.cases import (
    CaseId,
    Entry,
    Outcome,
    OutcomeId,
    Reopening,
    Retraction,
    Search,
    SearchId,
    Shown,
    Source,
    Verdict,
)
from kb.domain import Environment, Language, SolutionId, System, Versions

OUTCOME, RETRACTION, REOPENING = "outcome", "retraction", "reopening"
"""Kinds of entries."""

_Values = dict[str, object]


def search_values(search: Search) -> _Values:
    """The row of a search."""
    return {
        "id": search.id,
        "at": search.at,
        "actor": search.actor,
        "case_id": search.case,
        "symptom": search.symptom,
        "environment": environment_json(search.environment),
        "lang": search.lang.value,
        "generation": search.generation,
        "fit": search.fit,
        "matched": search.matched,
        "best": search.shown[0].score if search.shown else None,
        "shown": [_shown_json(each) for each in search.shown],
    }


def search(row: Row[Any]) -> Search:
    """The search of a row."""
    return Search(
        id=SearchId(row.id),
        at=row.at,
        actor=row.actor,
        symptom=row.symptom,
        environment=environment(row.environment),
        lang=Language(row.lang),
        generation=row.generation,
        fit=row.fit,
        matched=row.matched,
        shown=tuple(map(_shown, row.shown)),
        case=_case(row.case_id),
    )


def entry_values(entry: Entry) -> _Values:
    """The row of an entry, without the number that the database gives it."""
    values: _Values = {"at": entry.at, "case_id": entry.case, "actor": entry.actor}
    match entry:
        case Retraction():
            return {**values, "kind": RETRACTION, "target": entry.outcome}
        case Reopening():
            return {**values, "kind": REOPENING}
    return {
        **values,
        "kind": OUTCOME,
        "id": entry.id,
        "target": entry.corrects,
        "solution": entry.solution,
        "verdict": entry.verdict.value,
        "source": entry.source.value,
        "search_id": entry.search,
        "resolution": entry.resolution,
        "tried": entry.tried,
        "note": entry.note,
        "symptom": entry.symptom,
        "environment": environment_json(entry.environment),
    }


def entry(row: Row[Any]) -> Entry:
    """The entry of a row."""
    case = CaseId(row.case_id)
    if row.kind == RETRACTION:
        return Retraction(row.at, case, OutcomeId(row.target), row.actor)
    if row.kind == REOPENING:
        return Reopening(row.at, case, row.actor)
    return Outcome(
        id=OutcomeId(row.id),
        at=row.at,
        case=case,
        solution=SolutionId(row.solution),
        verdict=Verdict(row.verdict),
        actor=row.actor,
        source=Source(row.source),
        search=SearchId(row.search_id) if row.search_id else None,
        corrects=OutcomeId(row.target) if row.target else None,
        resolution=row.resolution,
        tried=row.tried,
        note=row.note,
        symptom=row.symptom,
        environment=environment(row.environment),
    )


def environment_json(environment: Environment) -> dict[str, object]:
    """An environment as JSON; what is empty is left out."""
    values: dict[str, object] = {
        "products": list(environment.products),
        "systems": [
            [system.key, [[each.low, each.high] for each in system.versions]]
            for system in environment.systems
        ],
        "hosts": list(environment.hosts),
        "apps": list(environment.apps),
    }
    return {name: value for name, value in values.items() if value}


def environment(values: Mapping[str, Any]) -> Environment:
    """The environment of what :func:`environment_json` made."""
    return Environment(
        products=tuple(values.get("products", ())),
        systems=tuple(_systems(values)),
        hosts=tuple(values.get("hosts", ())),
        apps=tuple(values.get("apps", ())),
    )


def _systems(values: Mapping[str, Any]) -> Iterator[System]:
    for key, versions in values.get("systems", ()):
        yield System(key, tuple(Versions(low, high) for low, high in versions))


def _shown_json(shown: Shown) -> dict[str, object]:
    return {
        "solution": shown.solution,
        "lang": shown.lang.value,
        "resolution": shown.resolution,
        "score": shown.score,
        "prior": shown.prior,
        "chance": shown.chance,
        "propensity": shown.propensity,
    }


def _shown(values: Mapping[str, Any]) -> Shown:
    return Shown(
        solution=SolutionId(values["solution"]),
        lang=Language(values["lang"]),
        resolution=values["resolution"],
        score=values["score"],
        prior=values["prior"],
        chance=values["chance"],
        propensity=values["propensity"],
    )


def _case(id_: str | None) -> CaseId | None:
    return CaseId(id_) if id_ is not None else None

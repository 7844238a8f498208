"""``fixpoint search`` on a terminal."""

from __future__ import annotations

from rich.console import Console

from kb.domain import Principal, Query, Scope, Solution
from kb.settings import Settings
from kb.wiring import trace

CUSTOMER = Principal("command-line", frozenset({Scope.SEARCH}))


def search(settings: Settings, query: Query, out: Console) -> None:
    """Print the solutions that a customer would see; nothing is recorded."""
    answer = trace(settings, query, CUSTOMER).answer
    if not answer.solutions:
        out.print("No solution holds any of these words: try others, as a customer would say it.")
    elif not answer.matched:
        out.print("No article fits these words; the nearest:")
    for rank, solution in enumerate(answer.solutions, 1):
        _tell(rank, solution, out)


def _tell(rank: int, solution: Solution, out: Console) -> None:
    anchor = f"#{solution.anchor}" if solution.anchor else ""
    out.print(f"{rank}. {solution.title}  ({solution.score:.2f})", style="bold", markup=False)
    out.print(f"   {solution.article}{anchor}", style="dim", markup=False)
    out.print(f"   {solution.excerpt.text}", markup=False)

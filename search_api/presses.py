"""What an agent presses for a solution, and what it says of the solution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from kb.cases import NOT_TRIED, Entry, Outcome, Verdict
from kb.domain import SolutionId
from kb.standing import current, order


class Press(StrEnum):
    """A button at a solution, in the order in which the page offers them."""

    SOLVED = "solved"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"
    UNSUITED = "unsuited"
    """It is not for this case, so that nobody tried it: that fails no solution."""
    WRONG = "wrong"

    @property
    def verdict(self) -> Verdict:
        """What is recorded."""
        return Verdict.NOT_SOLVED if self is Press.UNSUITED else Verdict(self)

    @property
    def key(self) -> str:
        """The key that presses it."""
        return "x" if self is Press.UNSUITED else self[0]


def pressed(outcome: Outcome) -> Press:
    """The button that says the same as an outcome."""
    untried = outcome.verdict is Verdict.NOT_SOLVED and outcome.tried == NOT_TRIED
    return Press.UNSUITED if untried else Press(outcome.verdict)


def tried(press: Press, solution: SolutionId, said: Mapping[SolutionId, Outcome]) -> int:
    """As which one a solution was tried, after what was said so far."""
    return NOT_TRIED if press is Press.UNSUITED else order(solution, said)


def tried_again(press: Press, wrong: Outcome, history: Iterable[Entry]) -> int | None:
    """As which one, where another button is pressed for an outcome of a case's history.

    ``None``: as it was said. Only what did not apply and was tried after all is counted anew.
    """
    if press is Press.UNSUITED:
        return NOT_TRIED
    return order(wrong.solution, current(history)) if wrong.tried == NOT_TRIED else None

"""What can go wrong, named for the fact; messages say what, where and what would have worked."""

from __future__ import annotations

from kb.domain import Scope
from kb.flaws import UNNAMED, Flaw


class KbError(Exception):
    """The root of all errors that the core raises on purpose."""


class BadArticle(KbError):
    """A file that cannot be read as an article; ingest reports it and goes on."""

    def __init__(
        self, path: str, reason: str, *, line: int | None = None, flaw: Flaw | None = None
    ) -> None:
        """Name the file below the articles root and, where known, the line from 1."""
        self.path, self.reason, self.line = path, reason, line
        self.flaw = flaw or UNNAMED
        place = path if line is None else f"{path}:{line}"
        super().__init__(f"{place}: {reason}")


class BadVocabulary(KbError):
    """A vocabulary or taxonomy file that does not hold what it must."""


class BadQuery(KbError):
    """A query that cannot be answered as it stands."""


class UnknownArticle(KbError):
    """No article of that name that the reader may see."""

    def __init__(self, article: str) -> None:
        """Keep the id that was asked for."""
        self.article = article
        super().__init__(f"no article {article!r}: see /api/v1/search for what there is")


class EncoderUnavailable(KbError):
    """The encoder's files or libraries are missing or damaged."""


class IndexUnavailable(KbError):
    """There is no index to answer from, or its store does not answer."""


class IndexBusy(KbError):
    """Another process holds what this one needs."""


class IndexDamaged(KbError):
    """A generation that failed its checks; it is never served."""


class CasebookUnavailable(KbError):
    """The casebook cannot be opened, read or written."""


class UnknownSearch(KbError):
    """No search of that id that the caller may speak of."""


class UnknownCase(KbError):
    """No case of that number that the caller may see, or several."""

    def __init__(self, message: str, *, ids: tuple[str, ...] = ()) -> None:
        """Keep the ids of the cases of that number, where there are several."""
        self.ids = ids
        super().__init__(message)


class UnknownActor(KbError):
    """Nobody of that name searched for or said anything."""


class UnknownSolution(KbError):
    """No solution that the caller may report on."""

    def __init__(self, solution: str) -> None:
        """Keep the id that was reported on."""
        self.solution = solution
        super().__init__(f"no solution {solution!r}: report on one that a search shows you")


class UnknownOutcome(KbError):
    """No outcome of that id that the caller may change."""


class BadReport(KbError):
    """An outcome that cannot be recorded as it stands."""


class BadBackup(KbError):
    """A backup that cannot be written, or cannot be restored where it was asked for."""


class KeyReused(KbError):
    """An idempotency key that was used before for another request."""


class NotAllowed(KbError):
    """The principal lacks the scope that this takes."""

    def __init__(self, message: str, *, scope: Scope | None = None) -> None:
        """Keep the scope that would do; ``None`` where more than one would."""
        self.scope = scope
        super().__init__(message)


class NotSignedIn(KbError):
    """A key or session that is missing, wrong, expired or revoked."""


class UnknownKey(KbError):
    """No key of that id."""


class BadKeyName(KbError):
    """A name that a key cannot have."""

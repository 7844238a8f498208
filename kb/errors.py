"""What can go wrong, named for the fact; messages say what, where and what would have worked."""


class KbError(Exception):
    """The root of all errors that the core raises on purpose."""


class BadArticle(KbError):
    """A file that cannot be read as an article; ingest reports it and goes on."""

    def __init__(self, path: str, reason: str, *, line: int | None = None) -> None:
        """Name the file below the articles root and, where known, the line from 1."""
        self.path, self.reason, self.line = path, reason, line
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

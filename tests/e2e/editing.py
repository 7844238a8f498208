"""What writers do to the solution of the shelf while people read it."""

from __future__ import annotations

from dataclasses import replace

from kb.domain import ArticleId, Confidence, Language, SolutionId, article_id
from tests.e2e.shelf import Shelf

SOLUTION = "update-error-4013"
NEW = SolutionId("restore-error-4013")


def withdraw(shelf: Shelf) -> None:
    """Archive the solution's articles: nobody may read them now."""
    kept = (each for each in shelf.articles if each.solution != SOLUTION)
    gone = (each for each in shelf.articles if each.solution == SOLUTION)
    archived = (replace(each, confidence=Confidence.ARCHIVED) for each in gone)
    shelf.articles = (*kept, *archived)


def rename(shelf: Shelf) -> None:
    """Give the solution another name; the one that it had leads there."""
    shelf.articles = tuple(
        replace(each, id=article_id(each.lang, NEW), solution=NEW)
        if each.solution == SOLUTION
        else each
        for each in shelf.articles
    )
    shelf.aliases = {ArticleId(f"zh/{SOLUTION}"): article_id(Language.ZH, NEW)}

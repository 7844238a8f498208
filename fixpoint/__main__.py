"""``fixpoint``: parse, settings, one call, print."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from kb.domain import Environment, Language, Principal, Query, Scope
from kb.errors import KbError
from kb.settings import Settings

app = typer.Typer(
    help="Fixpoint: a knowledge base that learns which fix works.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
key = typer.Typer(help="Keys for programs and staff.", no_args_is_help=True)
app.add_typer(key, name="key")
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Folder = Annotated[
    Path | None, typer.Argument(help="Folder of articles; FIXPOINT_ARTICLES when left out.")
]


@app.command()
def ingest(
    path: Folder = None,
    *,
    dry_run: Annotated[bool, typer.Option(help="Only say what would change.")] = False,
    rebuild: Annotated[bool, typer.Option(help="Build the whole index anew.")] = False,
    watch: Annotated[bool, typer.Option(help="Go on, after every change of a file.")] = False,
) -> None:
    """Bring the index up to date with the articles."""
    from fixpoint import ingesting  # noqa: PLC0415 - Haystack takes half a second to import

    if dry_run and watch:
        raise typer.BadParameter("--dry-run and --watch exclude each other")
    settings = _settings()
    folder = path or settings.articles
    if watch:
        ingesting.watch(settings, folder, out, rebuild=rebuild)
        raise typer.Exit
    run = ingesting.dry_run if dry_run else ingesting.ingest
    raise typer.Exit(0 if run(settings, folder, out, rebuild=rebuild) else 1)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address; FIXPOINT_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; FIXPOINT_PORT.")] = None,
) -> None:
    """Answer at http://HOST:PORT until stopped."""
    from fixpoint import logs, serving  # noqa: PLC0415 - the other commands need no web server

    settings = _settings()
    logs.configure(settings.log_level, settings.log_format, sys.stderr)
    stated = {"host": host, "port": port}
    changes = {key: value for key, value in stated.items() if value is not None}
    serving.serve(settings.model_copy(update=changes), out)


@app.command()
def search(
    symptom: Annotated[list[str], typer.Argument(help="What happens, in any words.")],
    *,
    lang: Annotated[Language | None, typer.Option(help="Language of the answer.")] = None,
    product: Annotated[str, typer.Option(help="Key of a product, such as phone.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=20, help="At most so many solutions.")] = 5,
) -> None:
    """Show the solutions for a symptom, as a customer would see them."""
    from kb.wiring import open_kb  # noqa: PLC0415 - the encoder takes time to load

    environment = Environment(products=(product,) if product else ())
    with open_kb(_settings()) as kb:
        query = Query(" ".join(symptom), environment, lang, limit)
        answer = kb.trace(query, Principal("command-line", frozenset({Scope.SEARCH}))).answer
    for rank, solution in enumerate(answer.solutions, 1):
        anchor = f"#{solution.anchor}" if solution.anchor else ""
        out.print(f"{rank}. {solution.title}  ({solution.score:.2f})", style="bold", markup=False)
        out.print(f"   {solution.article}{anchor}", style="dim", markup=False)
        out.print(f"   {solution.excerpt.text}", markup=False)
    if not answer.solutions:
        out.print("No solution holds any of these words.")


@app.command()
def lint(path: Folder = None) -> None:
    """Say what writers should mend; exits 1 if an article cannot be read."""
    from fixpoint import checking  # noqa: PLC0415 - Haystack takes half a second to import

    settings = _settings()
    raise typer.Exit(0 if checking.lint(settings, path or settings.articles, out) else 1)


@app.command()
def doctor(path: Folder = None) -> None:
    """Prove that the index holds exactly what the articles say; exits 1 if it does not."""
    from fixpoint import checking  # noqa: PLC0415 - Haystack takes half a second to import

    settings = _settings()
    raise typer.Exit(0 if checking.doctor(settings, path or settings.articles, out) else 1)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="File to write; one that is there is replaced.")],
    *,
    articles: Annotated[
        Path | None, typer.Option(help="Folder of articles; FIXPOINT_ARTICLES.")
    ] = None,
) -> None:
    """Write the casebook and the articles into one file."""
    from fixpoint import keeping  # noqa: PLC0415 - the database takes time to import

    settings = _settings()
    keeping.backup(settings, file, articles or settings.articles, out)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="File that `fixpoint backup` wrote.")],
    *,
    articles: Annotated[
        Path | None, typer.Option(help="Empty or missing folder to put the articles into.")
    ] = None,
) -> None:
    """Fill an empty casebook from a backup."""
    from fixpoint import keeping  # noqa: PLC0415 - the database takes time to import

    keeping.restore(_settings(), file, articles, out)


@app.command()
def retire() -> None:
    """Erase what customers typed more than FIXPOINT_KEEP_DAYS ago; a running service does too."""
    from fixpoint import keeping  # noqa: PLC0415 - the database takes time to import

    keeping.retire(_settings(), out)


@app.command()
def forget(
    *,
    search: Annotated[str, typer.Option(help="Id of a search: all of the visitor's.")] = "",
    case: Annotated[str, typer.Option(help="Number of a case.")] = "",
    actor: Annotated[str, typer.Option(help="Such as key:mzxw6ytb, as the audit log has it.")] = "",
) -> None:
    """Erase what somebody typed, known by one of the three, for good; verdicts stay."""
    from fixpoint import keeping  # noqa: PLC0415 - the database takes time to import

    if sum(map(bool, (search, case, actor))) != 1:
        raise typer.BadParameter("name one of --search, --case and --actor")
    keeping.forget(_settings(), keeping.Forgotten(search, case, actor), out)


@key.command("create")
def create_key(
    *,
    scope: Annotated[Scope, typer.Option(help="What it is for; admin may do everything.")],
    name: Annotated[str, typer.Option(help="Who uses it.")],
) -> None:
    """Make a key and print it, once: only its digest is kept."""
    from fixpoint import keys  # noqa: PLC0415 - the database takes time to import

    keys.create(_settings(), name, scope, out, err)


@key.command("list")
def list_keys() -> None:
    """Show all keys: id, scope, day, state, name."""
    from fixpoint import keys  # noqa: PLC0415 - the database takes time to import

    keys.show(_settings(), out)


@key.command("revoke")
def revoke_key(
    id_: Annotated[str, typer.Argument(metavar="ID", help="As `fixpoint key list` shows it.")],
) -> None:
    """End a key and the sessions begun with it, from the next request on."""
    from fixpoint import keys  # noqa: PLC0415 - the database takes time to import

    keys.revoke(_settings(), id_, out)


def main() -> None:
    """Run the command line; what goes wrong on purpose is one line and exit code 1."""
    # Its own reports of a failed component would bury ours, which say what to do.
    logging.getLogger("haystack").setLevel(logging.CRITICAL)
    with _told():
        app()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except KbError as error:
        err.print(f"fixpoint: {error}", markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        err.print("fixpoint: stopped")
        sys.exit(130)


def _settings() -> Settings:
    try:
        settings = Settings()
    except ValidationError as error:
        for each in error.errors():
            name = f"FIXPOINT_{'_'.join(map(str, each['loc'])).upper()}"
            err.print(f"fixpoint: {name}: {_plain(each['msg'])}", markup=False)
        sys.exit(2)
    return settings


def _plain(message: str) -> str:
    """What pydantic says, without its own words."""
    return message.removeprefix("Value error, ").replace("Input should be", "must be")


if __name__ == "__main__":
    main()

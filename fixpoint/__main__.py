"""``fixpoint``: parse, settings, one call, print."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from fixpoint.misuse import bad_settings, explained, repeated
from kb.domain import Environment, Language, Query, Scope
from kb.errors import KbError
from kb.settings import Settings

app = typer.Typer(
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


def _version(asked: bool) -> None:  # noqa: FBT001 - what typer calls it with
    if asked:
        out.print(f"fixpoint {version('fixpoint-kb')}")
        raise typer.Exit


@app.callback(epilog="Settings are environment variables, FIXPOINT_…: the README lists them.")
def fixpoint(
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which this is.")
    ] = False,
) -> None:
    """Fixpoint: a knowledge base that learns which fix works."""


@app.command()
def ingest(
    path: Folder = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build the whole index anew.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, after every change of a file.")
    ] = False,
) -> None:
    """Bring the index up to date with the articles."""
    from fixpoint import ingesting  # noqa: PLC0415 - Haystack takes half a second to import

    if dry_run and watch:
        raise typer.BadParameter("--dry-run and --watch exclude each other: leave one out")
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
    product: Annotated[
        str, typer.Option(help="Which product it is about: its key, such as phone.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=20, help="At most so many solutions.")] = 5,
) -> None:
    """Show the solutions for a symptom, as a customer would see them."""
    from fixpoint import searching  # noqa: PLC0415 - the encoder takes time to load

    environment = Environment(products=(product,) if product else ())
    searching.search(_settings(), Query(" ".join(symptom), environment, lang, limit), out)


@app.command()
def lint(
    path: Folder = None,
    *,
    notes: Annotated[bool, typer.Option("--notes", help="Name what lacks a translation.")] = False,
) -> None:
    """Say what writers should mend; exits 1 if an article cannot be read."""
    from fixpoint import checking  # noqa: PLC0415 - Haystack takes half a second to import

    settings = _settings()
    sound = checking.lint(settings, path or settings.articles, out, notes=notes)
    raise typer.Exit(0 if sound else 1)


@app.command()
def coverage(path: Folder = None) -> None:
    """Print how many solutions each topic has, in Markdown; exits 1 if a file cannot be read."""
    from fixpoint import checking  # noqa: PLC0415 - Haystack takes half a second to import

    raise typer.Exit(0 if checking.coverage(path or _settings().articles, out, err) else 1)


@app.command()
def doctor(path: Folder = None) -> None:
    """Prove that the index holds exactly what the articles say; exits 1 if it does not."""
    from fixpoint import checking  # noqa: PLC0415 - Haystack takes half a second to import

    settings = _settings()
    raise typer.Exit(0 if checking.doctor(settings, path or settings.articles, out) else 1)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="File to write, such as fixpoint-2026-11-22.zip.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    articles: Annotated[
        Path | None, typer.Option(help="Folder of articles; FIXPOINT_ARTICLES when left out.")
    ] = None,
) -> None:
    """Write the casebook and the articles into one file."""
    from fixpoint import keeping  # noqa: PLC0415 - the database takes time to import

    settings = _settings()
    keeping.backup(settings, file, articles or settings.articles, out, force=force)


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
    search: Annotated[str, typer.Option(help="Id of a search: all that its visitor typed.")] = "",
    case: Annotated[str, typer.Option(help="Number of a case, such as CRM-1842.")] = "",
    actor: Annotated[str, typer.Option(help="Such as key:mzxw6ytb, as the audit log has it.")] = "",
) -> None:
    """Erase what somebody typed, known by one of the three, for good; verdicts stay."""
    from fixpoint import keeping  # noqa: PLC0415 - the database takes time to import

    if sum(map(bool, (search, case, actor))) != 1:
        raise typer.BadParameter(
            "name one of --search, --case and --actor, such as --case CRM-1842"
        )
    keeping.forget(_settings(), keeping.Forgotten(search, case, actor), out)


@key.command("create")
def create_key(
    *,
    scope: Annotated[Scope, typer.Option(help="What it is for: one; admin may do everything.")],
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
    """Run the command line; what goes wrong on purpose is one line: exit code 1, wrong use 2."""
    # Its own reports of a failed component would bury ours, which say what to do.
    logging.getLogger("haystack").setLevel(logging.CRITICAL)
    with _told():
        if wrong := repeated(sys.argv[1:]):
            raise typer.BadParameter(wrong)
        sys.exit(app(prog_name="fixpoint", standalone_mode=False))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except KbError as error:
        err.print(f"fixpoint: {error}", markup=False)
        sys.exit(1)
    except typer.TyperException as error:
        if said := explained(error):
            err.print(f"fixpoint: {said}", markup=False)
        sys.exit(2)
    except KeyboardInterrupt:
        err.print("fixpoint: stopped")
        sys.exit(130)


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        for each in bad_settings(error):
            err.print(f"fixpoint: {each}", markup=False)
        sys.exit(2)


if __name__ == "__main__":
    main()

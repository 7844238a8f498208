"""The house by its imports: downwards only, and each library through one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("kb", "ingest", "search_api", "evaluation", "fixpoint", "training")

LAYERS = (
    {"cases", "domain", "errors", "flaws", "names", "settings"},
    {
        "directory",
        "findings",
        "folding",
        "identity",
        "index",
        "safe_html",
        "scrubbing",
        "spotting",
        "standing",
        "statistics",
        "suggestion",
        "textfile",
        "units",
        "versions",
    },
    {"yaml_text", "excerpts", "framing", "ranking", "encoder", "conditions"},
    {"blobs", "inventory", "points"},
    {"frontmatter", "refused", "taxonomy", "vocabulary", "vectors", "wordfile"},
    {"actions", "chunking", "environments", "lexical", "markdown", "mentions", "symptoms"},
    {"casebook", "index_edge", "index_server", "generation", "library"},
    {"indexing", "revising", "serving", "showing"},
    {"search"},
    {"recording"},
    {"knowledge_base"},
    {"wiring"},
)
"""Modules and packages of ``kb``, lowest first: an import leads to a lower or the same layer."""

DOORS = {
    "alembic": "kb.casebook",
    "fastapi": "search_api",
    "haystack": "ingest",
    "itsdangerous": "search_api.visitors",
    "jinja2": "search_api",
    "markdown_it": "kb.markdown",
    "nh3": "kb.safe_html",
    "onnxruntime": "kb.encoder",
    "opencc": "kb.folding",
    "portalocker": "kb.index_edge.locks",
    "prometheus_client": "search_api.metrics",
    "qdrant_client": "kb.index_server",
    "qdrant_edge": "kb.index_edge",
    "rich": "fixpoint",
    "rjieba": "kb.lexical",
    "sentence_transformers": "kb.encoder",
    "sqlalchemy": "kb.casebook",
    "sqlite3": "kb.vectors",
    "starlette": "search_api",
    "Stemmer": "kb.lexical",
    "tokenizers": "kb.encoder",
    "typer": "fixpoint",
    "uvicorn": "fixpoint",
    "watchfiles": "fixpoint",
    "yaml": "kb.yaml_text",
}


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (imported(node.module or "", alias.name) for alias in node.names)


def imported(package: str, name: str) -> str:
    """What ``from package import name`` reads: a module of ours, or the package itself."""
    place = ROOT.joinpath(*package.split("."), name)
    is_module = place.with_suffix(".py").exists() or (place / "__init__.py").exists()
    return f"{package}.{name}" if is_module else package


def own(path: Path) -> set[str]:
    return {name for name in imports(path) if name.partition(".")[0] in PACKAGES}


@pytest.mark.parametrize("path", sources(), ids=module)
def test_faces_know_the_core_and_never_each_other(path: Path) -> None:
    here = module(path).partition(".")[0]
    used = {name.partition(".")[0] for name in own(path)}
    allowed = {
        "kb": {"kb"},
        "fixpoint": set(PACKAGES) - {"training"},
    }.get(here, {"kb", here})

    assert used <= allowed


def unit(name: str) -> str:
    """The module or package directly below ``kb`` that a dotted name belongs to."""
    return [*name.split("."), ""][1]


@pytest.mark.parametrize("path", sorted((ROOT / "kb").rglob("*.py")), ids=module)
def test_the_core_imports_downwards_only(path: Path) -> None:
    rank = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    here = unit(module(path))
    if not here:
        return
    assert here in rank, f"give kb.{here} a layer"

    upwards = {name for name in own(path) if rank.get(unit(name), 0) > rank[here]}

    assert not upwards


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module(path): own(path) - {module(path)} for path in sources()}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way, name))
        if name in done:
            return
        for below in graph.get(name, ()):
            visit(below, (*way, name))
        done.add(name)

    for name in graph:
        visit(name, ())

    assert done >= set(graph)


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_library_has_one_door(library: str) -> None:
    users = {
        module(path)
        for path in sources()
        if any(name.partition(".")[0] == library for name in imports(path))
        and not module(path).startswith(("training", "evaluation.bench.peers"))
    }

    assert users, f"{library} is not used: take it out of pyproject.toml"
    assert all(name == DOORS[library] or name.startswith(f"{DOORS[library]}.") for name in users)


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        module(path)
        for path in sources()
        if any(
            isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
        )
    }

    others = {
        "evaluation.bench.processes": "hands it on",
        "ingest": "switches Haystack's telemetry off",
        "kb": "switches onnxruntime's telemetry off",
        "kb.index_edge.child": "hands it on",
    }
    assert readers <= set(others)


@pytest.mark.parametrize(
    ("door", "users"),
    [
        ("held_back", {"evaluation.support.__main__"}),
        ("both_halves", {"evaluation.support.looks"}),
        ("written_rows", {"evaluation.support.split"}),
    ],
)
def test_the_test_half_of_the_queries_is_reached_by_its_door_alone(
    door: str, users: set[str]
) -> None:
    found = {module(path) for path in sources() if door in names(path)}

    assert found <= users | {"evaluation.support.looks", "evaluation.support.queries"}
    assert users <= found


FILES = {"FOLDER", "QUERIES"}
"""Names of ``evaluation.support.queries`` for where the queries of both halves lie."""
MAY_NAME_THEM = {
    "evaluation.support.__main__": "reports on one half",
    "evaluation.support.looks": "keeps the record of looks there",
    "evaluation.support.page": "tells readers where they are described",
    "evaluation.support.queries": "reads them",
    "evaluation.support.split": "deals them to halves",
    "tests.test_architecture": "looks for their names",
    "tests.unit.test_training_data": "reads texts to keep them out of training",
    "training.pairs": "reads texts to keep them out of training",
}


def test_the_files_of_the_judged_queries_are_named_by_few() -> None:
    everything = [*sources(), *(ROOT / "tests").rglob("*.py")]

    assert {module(path) for path in everything if names_files(path)} == set(MAY_NAME_THEM)


def names_files(path: Path) -> bool:
    """Whether a file names where the judged queries lie: by our names, or as a path."""
    text = path.read_text("utf-8")
    return "support" in text and any(map(names_a_file, ast.walk(ast.parse(text))))


def names_a_file(node: ast.AST) -> bool:
    match node:
        case ast.ImportFrom(module="evaluation.support.queries", names=aliases):
            return any(alias.name in FILES for alias in aliases)
        case ast.Attribute(value=ast.Name(id="queries"), attr=attr):
            return attr in FILES
        case ast.Constant(value=str(text)):
            return "data/support" in text
        case ast.BinOp(op=ast.Div(), right=ast.Constant(value="support")):
            return True
    return False


def names(path: Path) -> set[str]:
    """What a file calls by name: imported, plain or behind a dot."""
    tree = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    return (
        {node.id for node in tree if isinstance(node, ast.Name)}
        | {node.attr for node in tree if isinstance(node, ast.Attribute)}
        | {node.name for node in tree if isinstance(node, ast.alias | ast.FunctionDef)}
    )

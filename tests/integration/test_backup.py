from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Executable,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
)

from ingest.doctor import examine
from ingest.folder import ingest
from kb.casebook import Casebook
from kb.casebook.archive import Archive, Manifest, reading
from kb.casebook.backup import back_up
from kb.casebook.backup import restore as restored
from kb.casebook.database import Database
from kb.casebook.tables import acts, keys, metadata, secrets, sessions
from kb.casebook.versions import HEAD, version
from kb.cases import Correction, Verdict
from kb.errors import BadArticle, BadBackup, CasebookUnavailable, KbError
from tests.integration.conftest import NewUrl
from tests.integration.records import AGENT, BACKUP_0001, NOON, SHOP, VISITOR, a_report, a_search
from tests.parts import parts as parts_in

ARTICLE = "# 手机无法开机\n\n## 解决方法\n\n1. 充电 {0} 分钟。\n2. Force a restart.\n"


@contextmanager
def opened(url: str) -> Iterator[Database]:
    with closing(Database(url)) as database:
        yield database


def restore(database: Database, file: Path, articles: Path | None) -> Manifest:
    """Restore into a casebook that is open, and stays so."""
    return restored(lambda: nullcontext(database), file, articles)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    for number, name in enumerate(("zh/开机", "en/power on", "zh/桌面/a:b")):
        path = folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ARTICLE.format(number), "utf-8")
    (folder / "zh/gbk.md").write_bytes("# 旧文\r\n\r\n全部重装。\r\n".encode("gbk"))
    return folder


def fill(database: Database) -> None:
    """Something in every table, in an order that is not that of the keys."""
    casebook = Casebook(database)
    for number in range(30):
        symptom = f"第 {number} 次：“屏幕”全黑\n\\ 😀 \u2028" if number % 3 else None
        search = a_search(VISITOR, symptom, at=NOON + timedelta(microseconds=number))
        casebook.record(search)
        said = casebook.report(a_report(search, note="好"), VISITOR, at=NOON, key=f"键 {number}")
        casebook.correct(said.id, Correction(Verdict.PARTLY), AGENT, at=NOON)
        casebook.reopen(said.case, AGENT, at=NOON)
        casebook.retract(said.id, AGENT, at=NOON)
    for case in ("b", "A", "a", "Ä", "é", "工单"):
        casebook.report(a_report(case=case), SHOP, at=NOON)
    texts = {"name": "n", "scope": "agent", "act": "a", "object": "o", "actor": "c", "value": "v"}
    row: dict[str, object] = {
        **texts,
        "id": "k1",
        "digest": "d",
        "key_id": "k1",
        "details": {"b": [1.5, None]},
    }
    row |= {"at": NOON, "expires_at": NOON}
    for table in (keys, sessions, acts, secrets):
        values = {name: value for name, value in row.items() if name in table.c}
        database.write(partial(_execute, insert(table).values(values)))


def _execute(statement: Executable, connection: Connection) -> None:
    connection.execute(statement)


def rows(database: Database) -> int:
    counts = [select(func.count()).select_from(table) for table in metadata.sorted_tables]
    return database.read(lambda connection: sum(connection.scalar(each) or 0 for each in counts))


@pytest.fixture
def backup(quick_disk: Path, tmp_path: Path, articles: Path) -> Path:
    file = tmp_path / "backup.zip"
    with opened(f"sqlite:///{quick_disk}/original.sqlite") as database:
        fill(database)
        back_up(database, articles, file)
    return file


@pytest.mark.parametrize(
    "way",
    [
        ("sqlite", "sqlite"),
        ("postgresql", "postgresql"),
        ("sqlite", "postgresql", "sqlite"),
        ("postgresql", "sqlite"),
    ],
    ids=">".join,
)
def test_what_is_restored_is_backed_up_to_equal_bytes(
    new_url: NewUrl, tmp_path: Path, articles: Path, way: tuple[str, ...]
) -> None:
    files = [tmp_path / f"backup-{number}.zip" for number in range(len(way))]
    urls = [new_url(backend) for backend in way]
    with opened(urls[0]) as database:
        fill(database)
        back_up(database, articles, files[0])

    for number, url in enumerate(urls[1:], 1):
        folder = tmp_path / f"restored-{number}"
        with opened(url) as database:
            restore(database, files[number - 1], folder)
            back_up(database, folder, files[number])

    assert len({file.read_bytes() for file in files}) == 1


def test_a_restored_casebook_goes_on_where_it_was(url: str, backup: Path) -> None:
    with opened(url) as database:
        restore(database, backup, None)
        casebook = Casebook(database)
        before = casebook.counts()

        said = casebook.report(a_report(case="A"), SHOP, at=NOON)

        assert sum(sum(each.values()) for each in before.values()) == 36
        assert casebook.history(said.case, SHOP)[-1] == said


def test_a_drill_brings_back_both_truths_and_the_index(
    quick_disk: Path, tmp_path: Path, articles: Path
) -> None:
    file = tmp_path / "backup.zip"
    with opened(f"sqlite:///{quick_disk}/casebook.sqlite") as database:
        fill(database)
        back_up(database, articles, file)
        history = Casebook(database).counts()
    served = ingest(parts_in(quick_disk / "old"), articles)
    (quick_disk / "casebook.sqlite").unlink()
    shutil.rmtree(articles)
    shutil.rmtree(quick_disk / "old")

    with opened(f"sqlite:///{quick_disk}/new.sqlite") as database:
        restore(database, file, articles)
        assert Casebook(database).counts() == history
    parts = parts_in(quick_disk / "new")
    again = ingest(parts, articles)

    found = examine(parts, articles)
    assert again.counts == served.counts
    assert found.articles == 4
    assert not found.differences
    assert not found.problems


def test_a_backup_says_what_it_holds_and_only_its_owner_reads_it(backup: Path) -> None:
    with ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))

    assert manifest["format"] == 1
    assert manifest["tables"] == HEAD
    assert manifest["rows"]["searches"] == 30
    assert manifest["rows"]["entries"] == 126
    assert set(manifest["rows"]) == {table.name for table in metadata.sorted_tables}
    assert backup.stat().st_mode & 0o777 == 0o600
    assert not [each for each in backup.parent.iterdir() if each.name.startswith(".backup")]


def test_an_empty_casebook_can_be_backed_up_and_restored(url: str, tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    with opened(f"sqlite:///{tmp_path}/empty.sqlite") as database:
        back_up(database, tmp_path / "articles", tmp_path / "backup.zip")

    with opened(url) as database:
        restore(database, tmp_path / "backup.zip", tmp_path / "new" / "articles")
        assert rows(database) == 0

    assert not list((tmp_path / "new" / "articles").iterdir())


def test_an_article_that_cannot_be_read_stops_the_backup_and_keeps_the_last_one(
    tmp_path: Path, articles: Path, backup: Path
) -> None:
    before = backup.read_bytes()
    (articles / "zh/away.md").symlink_to(tmp_path / "nowhere.md")

    with (
        opened(f"sqlite:///{tmp_path}/other.sqlite") as database,
        pytest.raises(BadArticle, match=r"zh/away\.md"),
    ):
        back_up(database, articles, backup, replace=True)

    assert backup.read_bytes() == before
    assert not [each for each in backup.parent.iterdir() if each.name.startswith(".backup")]


def test_a_casebook_that_holds_something_is_not_restored_into(
    database: Database, tmp_path: Path, backup: Path
) -> None:
    Casebook(database).record(a_search())

    with pytest.raises(BadBackup, match=r"\(searches\).*FIXPOINT_CASEBOOK_URL"):
        restore(database, backup, tmp_path / "new")

    assert rows(database) == 1
    assert not (tmp_path / "new").exists()


def test_articles_are_restored_into_an_empty_folder_only(
    database: Database, articles: Path, backup: Path
) -> None:
    with pytest.raises(BadBackup, match="is not empty"):
        restore(database, backup, articles)
    with pytest.raises(BadBackup, match="is not empty"):
        restore(database, backup, backup)

    assert rows(database) == 0


def test_a_place_for_the_articles_that_cannot_be_written_is_told(
    database: Database, backup: Path
) -> None:
    with pytest.raises(BadBackup, match=r"written to .*below \(Not a directory\): name an empty"):
        restore(database, backup, backup / "below")

    assert rows(database) == 0


def test_a_backup_is_a_file_and_no_folder(database: Database, tmp_path: Path, backup: Path) -> None:
    with pytest.raises(BadBackup, match=rf"{tmp_path} is a folder: .*{tmp_path}/fixpoint\.zip"):
        back_up(database, tmp_path / "articles", tmp_path)
    with pytest.raises(BadBackup, match=r"File exists\): .*this user may write"):
        back_up(database, tmp_path / "articles", backup / "below.zip")


def test_articles_are_restored_byte_for_byte(
    database: Database, tmp_path: Path, articles: Path, backup: Path
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()

    restore(database, backup, folder)

    def files(root: Path) -> dict[Path, bytes]:
        return {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    assert files(folder) == files(articles)
    assert not list(folder.glob(".*"))


def test_no_file_is_told(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BadBackup, match=r"no file .*nowhere\.zip"):
        restore(database, tmp_path / "nowhere.zip", None)


def contents(file: Path) -> dict[str, bytes]:
    with reading(file) as read:
        return {name: _all(read, name) for name in read.manifest.files}


def _all(read: Archive, name: str) -> bytes:
    with read.open(name) as file:
        return file.read()


def damages(whole: bytes) -> Iterator[bytes]:
    for place in range(0, len(whole), 97):
        yield whole[:place]
        yield whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]


def test_damage_to_a_backup_is_found_wherever_it_is(backup: Path) -> None:
    whole, before = backup.read_bytes(), contents(backup)
    refused, harmless = 0, 0

    for damaged in damages(whole):
        backup.write_bytes(damaged)
        try:
            # Zip holds some bits that say nothing, such as a time.
            harmless += contents(backup) == before
        except BadBackup:
            refused += 1

    tried = len(list(damages(whole)))
    assert refused + harmless == tried
    assert refused > 0.9 * tried


@pytest.mark.parametrize("share", [0, 0.3, 0.6, 0.99])
def test_a_damaged_backup_is_refused_and_nothing_is_changed(
    database: Database, tmp_path: Path, backup: Path, share: float
) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(share * len(whole))])

    with pytest.raises(BadBackup, match="damaged or no backup"):
        restore(database, backup, tmp_path / "new")

    assert rows(database) == 0
    assert not (tmp_path / "new").exists()


def rewritten(backup: Path, changes: dict[str, bytes | None]) -> None:
    """Replace files of an archive; ``None`` takes one out."""
    with ZipFile(backup) as archive:
        files: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(backup, "w", ZIP_STORED) as archive:
        for name, content in (files | changes).items():
            if content is not None:
                archive.writestr(name, content)


@pytest.mark.parametrize(
    "changes",
    [
        {"manifest.json": None},
        {"manifest.json": b"{}"},
        {"manifest.json": b"\xff"},
        {"tables/searches.jsonl": b""},
        {"tables/searches.jsonl": None},
        {"articles/zh/new.md": b"# ?\n"},
        {"articles/zh/开机.md": b"# ?\n"},
    ],
)
def test_a_backup_that_was_changed_is_refused(
    database: Database, tmp_path: Path, backup: Path, changes: dict[str, bytes | None]
) -> None:
    rewritten(backup, changes)

    with pytest.raises(BadBackup, match="damaged or no backup"):
        restore(database, backup, tmp_path / "new")

    assert rows(database) == 0


def with_manifest(backup: Path, **changes: object) -> None:
    with ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    rewritten(backup, {"manifest.json": json.dumps(manifest | changes).encode()})


def with_file(backup: Path, name: str, content: bytes | None) -> None:
    """Put a file into an archive, or take one out, as if it had been written so."""
    with ZipFile(backup) as archive:
        files = json.loads(archive.read("manifest.json"))["files"]
    files = {each: digest for each, digest in files.items() if each != name}
    if content is not None:
        files[name] = sha256(content).hexdigest()
    with_manifest(backup, files=files)
    rewritten(backup, {name: content})


@pytest.mark.parametrize("tables", ["9999", "head", "base", "+1", "0001:0002", "000", ""])
def test_a_backup_of_a_version_that_is_not_known_is_refused(
    database: Database, backup: Path, tables: str
) -> None:
    with_manifest(backup, tables=tables)

    with pytest.raises(BadBackup, match=rf"version {re.escape(tables)}, .*up to {HEAD}: .*newer"):
        restore(database, backup, None)

    assert rows(database) == 0


def test_a_backup_of_another_format_is_refused(database: Database, backup: Path) -> None:
    with_manifest(backup, format=2)

    with pytest.raises(BadBackup, match="damaged or no backup"):
        restore(database, backup, None)


@pytest.mark.parametrize("version_", ["0001", HEAD])
@pytest.mark.parametrize("name", ["tables/more.jsonl", "tables/searches.jsonl", "other.txt"])
def test_a_backup_of_other_tables_is_refused(
    database: Database, tmp_path: Path, backup: Path, version_: str, name: str
) -> None:
    if version_ != HEAD:
        shutil.copy(BACKUP_0001, backup)
    taken_out = name == "tables/searches.jsonl"
    with_file(backup, name, None if taken_out else b"")

    with pytest.raises(BadBackup, match=r"backup\.zip (does not hold|holds more)"):
        restore(database, backup, tmp_path / "new")

    assert rows(database) == 0
    assert database.read(version) == HEAD
    assert not (tmp_path / "new").exists()


def test_an_older_backup_is_restored_with_its_articles(database: Database, tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"

    restored = restore(database, BACKUP_0001, tmp_path / "new")
    assert restored.tables == "0001"
    assert back_up(database, tmp_path / "new", first).tables == HEAD

    with opened(f"sqlite:///{tmp_path}/again.sqlite") as again:
        restore(again, first, None)
        back_up(again, tmp_path / "new", second)
    assert first.read_bytes() == second.read_bytes()
    assert {each.name for each in (tmp_path / "new").rglob("*.md")} == {"开机.md", "power-on.md"}


def test_an_older_backup_that_breaks_off_leaves_an_empty_casebook_that_takes_another(
    database: Database, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.zip"
    shutil.copy(BACKUP_0001, broken)
    twice = contents(broken)["tables/sessions.jsonl"] * 2
    with_file(broken, "tables/sessions.jsonl", twice)

    with pytest.raises(CasebookUnavailable):
        restore(database, broken, tmp_path / "new")

    assert (rows(database), database.read(version)) == (0, HEAD)
    assert not (tmp_path / "new").exists()
    restore(database, BACKUP_0001, tmp_path / "new")
    assert rows(database) == 19


def test_what_others_keep_in_the_same_database_outlives_an_older_backup(
    database: Database,
) -> None:
    others = Table("others", MetaData(), Column("name", String))
    database.write(others.create)
    database.write(partial(_execute, insert(others).values(name="theirs")))

    restore(database, BACKUP_0001, None)

    assert database.read(lambda connection: connection.scalar(select(others))) == "theirs"


@pytest.mark.parametrize("name", ["articles/../../evil.md", "/evil.md", "articles/zh//evil.md"])
def test_a_backup_cannot_write_outside_the_folder(
    database: Database, tmp_path: Path, backup: Path, name: str
) -> None:
    with_file(backup, name, b"")

    with pytest.raises(KbError):
        restore(database, backup, tmp_path / "deep" / "new")

    assert not list(tmp_path.rglob("evil.md"))

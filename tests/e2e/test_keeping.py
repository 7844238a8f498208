from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb.casebook import Casebook
from kb.casebook.acts import AuditLog, Deed
from kb.casebook.archive import reading
from kb.casebook.database import Database
from tests.e2e.commands import Told
from tests.integration.records import CABLE, VISITOR, a_report, a_search


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A casebook of one old search with its outcome, and one article."""
    state, articles = tmp_path / "state", tmp_path / "articles"
    (articles / "zh").mkdir(parents=True)
    (articles / "zh/screen.md").write_text("# 屏幕全黑\n\n## 解决方法\n\n1. 充电。\n", "utf-8")
    monkeypatch.setenv("FIXPOINT_STATE", str(state))
    monkeypatch.setenv("FIXPOINT_ARTICLES", str(articles))
    old = datetime.now(UTC) - timedelta(days=40)
    state.mkdir()
    with closing(Database(f"sqlite:///{state}/casebook.sqlite")) as database:
        search = a_search(at=old)
        Casebook(database).record(search)
        Casebook(database).report(a_report(search, note="好了"), VISITOR, at=old)


@pytest.mark.usefixtures("state")
def test_a_backup_is_restored_by_the_commands_that_say_what_is_next(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, restored = tmp_path / "backup.zip", tmp_path / "restored"

    code, said = told("backup", str(file))
    assert (code, "1 search, 1 entry, 1 article\n" in said, "secrets" in said) == (0, True, True)

    code, said = told("restore", str(file))
    assert (code, "holds something already" in said, "FIXPOINT_STATE" in said) == (1, True, True)

    monkeypatch.setenv("FIXPOINT_STATE", str(tmp_path / "new"))
    code, said = told("restore", str(file), "--articles", str(restored))
    assert (code, f"fixpoint ingest {restored}" in said) == (0, True)
    assert (restored / "zh/screen.md").exists()

    again = tmp_path / "again.zip"
    assert told("backup", str(again), "--articles", str(restored))[0] == 0
    with reading(file) as first, reading(again) as second:
        same = first.manifest.files.items() & second.manifest.files.items()
        assert first.manifest.files.keys() - dict(same).keys() == {"tables/acts.jsonl"}


@pytest.mark.usefixtures("state")
def test_a_file_that_is_there_is_replaced_only_by_force(told: Told, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    file.write_bytes(b"photos")

    code, said = told("backup", str(file))
    assert (code, "is there already: name another file, or add --force" in said) == (1, True)
    assert file.read_bytes() == b"photos"
    assert deeds(tmp_path / "state") == []

    assert told("backup", str(file), "--force")[0] == 0
    with reading(file) as read:
        assert read.manifest.rows["searches"] == 1


@pytest.mark.usefixtures("state")
def test_the_audit_log_tells_who_took_a_copy_and_what_was_retired(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.zip"
    told("backup", str(file))
    told("retire")
    assert deeds(tmp_path / "state") == [(Deed.BACKED_UP, str(file), {})]

    monkeypatch.setenv("FIXPOINT_KEEP_DAYS", "30")
    told("retire")
    assert deeds(tmp_path / "state") == [
        (Deed.TEXTS_RETIRED, "", {"searches": "1", "entries": "1"}),
        (Deed.BACKED_UP, str(file), {}),
    ]

    monkeypatch.setenv("FIXPOINT_STATE", str(tmp_path / "new"))
    told("restore", str(file))
    told("restore", str(file))

    assert deeds(tmp_path / "new") == [(Deed.RESTORED, str(file), {})]


def deeds(state: Path) -> list[tuple[str, str, Mapping[str, str]]]:
    """Acts in the audit log, the latest first."""
    with closing(Database(f"sqlite:///{state}/casebook.sqlite")) as database:
        acts = AuditLog(database).page(limit=9)
    assert all(act.actor.startswith("cli:") for act in acts)
    return [(act.act, act.object, act.details) for act in acts]


@pytest.mark.usefixtures("state")
def test_without_a_folder_the_articles_stay_in_the_backup(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told("backup", str(tmp_path / "backup.zip"))
    monkeypatch.setenv("FIXPOINT_STATE", str(tmp_path / "new"))

    code, said = told("restore", str(tmp_path / "backup.zip"))

    assert (code, "--articles FOLDER" in said) == (0, True)


@pytest.mark.usefixtures("state")
def test_retire_erases_what_is_older_than_the_setting(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = told("retire")
    assert (code, "365 days: texts of 0 searches and 0 entries" in said) == (0, True)

    monkeypatch.setenv("FIXPOINT_KEEP_DAYS", "30")
    code, said = told("retire")
    assert (code, "30 days: texts of 1 search and 1 entry" in said) == (0, True)


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("by", ["search", "case", "actor"])
def test_somebody_is_forgotten_by_what_is_known_of_them(
    told: Told, tmp_path: Path, by: str
) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/state/casebook.sqlite")) as database:
        said = Casebook(database).outcomes(CABLE, limit=1).outcomes[0]
    known = {"search": str(said.search), "case": said.case, "actor": said.actor}

    code, told_ = told("forget", f"--{by}", known[by])

    assert (code, "2 searches and entries" in told_) == (0, True)
    with closing(Database(f"sqlite:///{tmp_path}/state/casebook.sqlite")) as database:
        assert Casebook(database).outcomes(CABLE, limit=1).outcomes[0].note is None
    assert deeds(tmp_path / "state")[0][1] == known[by]


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("named", [(), ("--case", "C-1", "--actor", "key:1")])
def test_who_is_to_be_forgotten_is_named_once(told: Told, named: tuple[str, ...]) -> None:
    code, said = told("forget", *named)

    assert code == 2
    assert "name one of --search, --case and --actor, such as --case CRM-1842" in said


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize(
    ("named", "said"),
    [
        (("--case", "NOPE"), "no case 'NOPE': name one"),
        (("--case", "bad case!"), "no case 'bad case!': name one"),
        (("--actor", "key:zzzz"), "nobody called 'key:zzzz'"),
        (("--search", "none"), "no search 'none': use the search_id"),
    ],
)
def test_whoever_is_not_known_cannot_be_forgotten(
    told: Told, tmp_path: Path, named: tuple[str, ...], said: str
) -> None:
    code, told_ = told("forget", *named)

    assert (code, f"fixpoint: {said}" in told_) == (1, True)
    assert deeds(tmp_path / "state") == []


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize(
    "command", [("backup", "backup.zip"), ("retire",), ("forget", "--actor", "key:aaaaaaaa")]
)
def test_where_no_casebook_is_none_is_made(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FIXPOINT_STATE", str(tmp_path / "wrong"))

    code, said = told(*command)

    assert code == 1
    assert f"no casebook at {tmp_path}/wrong/casebook.sqlite: set FIXPOINT_STATE" in said
    assert not (tmp_path / "wrong").exists()


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize(
    ("file", "said"), [("none.zip", "no file"), ("articles/zh/screen.md", "damaged or no backup")]
)
def test_a_refused_restore_leaves_no_casebook_behind(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, said: str
) -> None:
    monkeypatch.setenv("FIXPOINT_STATE", str(tmp_path / "new"))

    code, told_ = told("restore", str(tmp_path / file), "--articles", str(tmp_path / "restored"))

    assert (code, said in told_) == (1, True)
    assert {each.name for each in tmp_path.iterdir()} == {"state", "articles"}


@pytest.mark.usefixtures("state")
def test_articles_are_not_restored_to_where_nobody_may_write(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.zip"
    told("backup", str(file))
    monkeypatch.setenv("FIXPOINT_STATE", str(tmp_path / "new"))

    code, said = told("restore", str(file), "--articles", "/proc/articles")

    assert (code, "cannot be written to /proc/articles" in said) == (1, True)
    assert not (tmp_path / "new").exists()

"""Articles to chunks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kb import textfile
from kb.chunking import chunks, label_hash, passage, resolution_hash
from kb.domain import Article, Audience, Chunk, ChunkKind, Confidence
from kb.library import Library
from kb.markdown import article
from tests.corpora import corpora

_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|[^\w\s]")

_SEAM = re.compile(r"(?<=[.;])\s|(?<=[。；！？])|\s*\|\s*|\n")


def tokens(text: str) -> int:
    """Words, Chinese characters and signs, and one at each end."""
    return 2 + len(_TOKEN.findall(text))


def read(body: str, path: str = "zh/a.md") -> Article:
    return article(body, path=path)


def cut(body: str, max_tokens: int = 128, path: str = "zh/a.md") -> list[Chunk]:
    return chunks(read(body, path), tokens=tokens, max_tokens=max_tokens)


def body_chunks(found: list[Chunk]) -> list[Chunk]:
    return [chunk for chunk in found if chunk.kind is not ChunkKind.ISSUE]


def test_title_and_summary_come_first_then_a_chunk_for_each_symptom_phrase() -> None:
    found = cut("---\ntitle: 更新失败\nsummary: 连接中断\nsymptoms: [报错 4013, 黑屏]\n---\n正文\n")

    assert [(chunk.kind, chunk.heading, chunk.text) for chunk in found] == [
        (ChunkKind.ISSUE, ("更新失败",), "更新失败\n连接中断"),
        (ChunkKind.SYMPTOM, ("更新失败", "症状"), "报错 4013"),
        (ChunkKind.SYMPTOM, ("更新失败", "症状"), "黑屏"),
        (ChunkKind.OTHER, ("更新失败",), "正文"),
    ]
    assert [passage(chunk) for chunk in found] == [
        "更新失败\n连接中断",
        "报错 4013",
        "黑屏",
        "更新失败\n正文",
    ]
    assert [chunk.label.position for chunk in found] == [0, 1, 2, 3]


def test_symptom_phrases_of_an_english_article_have_an_english_heading() -> None:
    found = cut("---\ntitle: Update\nsymptoms: it fails\n---\n", path="en/a.md")

    assert found[1].heading == ("Update", "Symptoms")


def test_sections_become_chunks_of_their_kind_with_path_and_anchor() -> None:
    body = "# T\n## Symptoms\na\n## Cause\nb\n## Resolution\n1. c\n## If it still fails\nd\n"
    body += "## Prevention\ne\n"

    found = body_chunks(cut(body, path="en/a.md"))

    assert [(chunk.kind, chunk.heading[-1], chunk.label.anchor) for chunk in found] == [
        (ChunkKind.OTHER, "Symptoms", "symptoms"),
        (ChunkKind.CAUSE, "Cause", "cause"),
        (ChunkKind.RESOLUTION, "Resolution", "step-1"),
        (ChunkKind.RESOLUTION, "If it still fails", "if-it-still-fails"),
        (ChunkKind.OTHER, "Prevention", "prevention"),
    ]
    assert passage(found[0]) == "T › Symptoms\na"


def test_neighbouring_blocks_share_a_chunk_up_to_the_target() -> None:
    words = " ".join(["word"] * 50)

    found = body_chunks(cut(f"# T\n{words}\n\n{words}\n\n{words}\n\n{words}\n", 512, "en/a.md"))

    assert [chunk.text.count("word") for chunk in found] == [150, 50]


def test_each_chunk_of_steps_leads_to_its_first_step() -> None:
    steps = "\n".join(f"1. {'word ' * 60}" for _ in range(5))

    found = body_chunks(cut(f"## Resolution\n{steps}\n", 512, "en/a.md"))

    assert [chunk.label.anchor for chunk in found] == ["step-1", "step-3", "step-5"]


def test_the_header_of_a_table_is_repeated_in_every_chunk() -> None:
    rows = "\n".join(f"| E{number} | {'断开 ' * 10} |" for number in range(40))

    found = body_chunks(cut(f"| 码 | 含义 |\n|---|---|\n{rows}\n"))

    assert len(found) > 5
    assert all(chunk.text.startswith("码 | 含义\nE") for chunk in found)
    assert all(chunk.text.count("码 | 含义") == 1 for chunk in found)
    whole = [line for chunk in found for line in chunk.text.split("\n")[1:]]
    assert [line.split(" | ")[0] for line in whole] == [f"E{number}" for number in range(40)]


@pytest.mark.parametrize(
    ("sentence", "path"),
    [
        ("请先重启手机然后再试一次。", "zh/a.md"),
        ("Restart the phone and try it again. ", "en/a.md"),
    ],
)
@pytest.mark.parametrize("before", ["", "- ", "## Resolution\n1. "])
def test_a_long_text_is_cut_between_sentences_only(sentence: str, path: str, before: str) -> None:
    found = body_chunks(cut(f"{before}{sentence * 60}", path=path))

    assert len(found) > 3
    for chunk in found:
        assert chunk.text.replace(" ", "") == sentence.replace(" ", "") * chunk.text.count(
            sentence.strip()
        )


def test_long_code_is_cut_between_lines_only() -> None:
    line = "    run --all --now;"

    found = body_chunks(cut("```\n" + f"{line}\n" * 60 + "```\n"))

    assert len(found) > 3
    assert {part for chunk in found for part in chunk.text.split("\n")} == {line}


def test_a_long_row_is_cut_between_cells_only() -> None:
    cell = "断" * 40

    found = body_chunks(cut(f"| a | b | c |\n|---|---|---|\n|{f' {cell} |' * 3}\n"))

    assert len(found) > 1
    assert "".join(chunk.text for chunk in found).count(cell) == 3
    assert all(chunk.text.startswith("a | b | c\n") for chunk in found)


def test_a_header_that_takes_all_the_room_stands_once_before_its_rows() -> None:
    head = " | ".join(f"第{number}列的很长很长的名字" for number in range(12))
    rule = " | ".join(["---"] * 12)

    found = body_chunks(cut(f"| {head} |\n| {rule} |\n| 一 | 二 |\n| 三 | 四 |\n"))

    assert " ".join(chunk.text for chunk in found).count("第7列") == 1
    assert "三 | 四" in found[-1].text


@pytest.mark.parametrize("unbroken", ["长" * 1_000, "a1-" * 1_000, "😀" * 1_000])
def test_what_has_no_seam_is_cut_somewhere_and_nothing_is_lost(unbroken: str) -> None:
    found = body_chunks(cut(unbroken))

    assert "".join(chunk.text for chunk in found) == unbroken
    assert max(tokens(passage(chunk)) for chunk in found) <= 128


def test_a_long_path_keeps_title_and_last_heading_in_the_passage_and_all_in_the_chunk() -> None:
    deep = "\n".join(f"{'#' * level} {'深' * 30}{level}" for level in range(1, 6))

    found = cut(f"{deep}\n正文\n")[-1]

    assert len(found.heading) == 5
    path = passage(found).split("\n")[0]
    assert len(path.encode()) <= 160
    assert path.startswith("深深")
    assert " › 深深" in path


def test_a_path_that_leaves_no_room_is_dropped() -> None:
    found = cut("# !?!?!?!?!?!?!?!?!?!?!?!?!?!?!?!?!?\n正文\n", max_tokens=40)[-1]

    assert (found.heading, passage(found)) == ((), "正文")


def test_a_hidden_block_is_a_chunk_of_its_own() -> None:
    found = body_chunks(cut("## 原因\n公开\n::: internal\n密\n:::\n也公开\n"))

    assert [(chunk.text, chunk.label.audience) for chunk in found] == [
        ("公开", Audience.PUBLIC),
        ("密", Audience.INTERNAL),
        ("也公开", Audience.PUBLIC),
    ]


def test_every_chunk_of_a_hidden_article_is_hidden() -> None:
    found = cut("---\naudience: internal\nsymptoms: [a]\n---\n# 一\n二\n")

    assert {chunk.label.audience for chunk in found} == {Audience.INTERNAL}


def test_identical_texts_have_ids_of_their_own_that_stay() -> None:
    found = cut("# 一\n二\n::: internal\n密\n:::\n二\n")
    again = cut("# 一\n二\n::: internal\n密\n:::\n二\n")

    assert len({chunk.id for chunk in found}) == len(found) == 4
    assert [chunk.id for chunk in found] == [chunk.id for chunk in again]


def test_moving_a_section_changes_no_id() -> None:
    one, two = "## 原因\n甲\n", "## 预防\n乙\n"

    before, after = cut(f"# 一\n{one}{two}"), cut(f"# 一\n{two}{one}")

    assert {chunk.id for chunk in before} == {chunk.id for chunk in after}


def test_a_translation_has_ids_of_its_own() -> None:
    assert {chunk.id for chunk in cut("# 4013\n4013\n")}.isdisjoint(
        chunk.id for chunk in cut("# 4013\n4013\n", path="en/a.md")
    )


def test_a_label_hash_changes_with_the_label_and_with_nothing_else() -> None:
    label = cut("# 一\n二\n")[0].label

    assert label_hash(label) == label_hash(replace(label))
    assert re.fullmatch("[0-9a-f]{16}", label_hash(label))
    for changed in (
        replace(label, audience=Audience.INTERNAL),
        replace(label, confidence=Confidence.ARCHIVED),
        replace(label, position=7),
    ):
        assert label_hash(changed) != label_hash(label)


def test_an_article_without_text_is_its_title() -> None:
    assert [chunk.text for chunk in cut("---\ntitle: 一\n---\n")] == ["一"]


def test_a_text_is_counted_about_once() -> None:
    counted = 0

    def counting(text: str) -> int:
        nonlocal counted
        counted += len(text)
        return tokens(text)

    body = "# T\n" + "".join(
        f"## S{n}\n{'A short sentence. ' * 20}\n\n- {'item ' * 20}\n" for n in range(50)
    )
    chunks(read(body, "en/a.md"), tokens=counting, max_tokens=256)

    assert counted < 1.3 * len(body)


def articles_of_others() -> Iterator[Article]:
    """Every page of the folder."""
    for file in Library(corpora()).files():
        yield article(textfile.text(file.read(), file.path), path=file.path)


def test_other_peoples_pages_are_read_lose_nothing_and_fit() -> None:
    ids: set[int] = set()
    for found in articles_of_others():
        made = chunks(found, tokens=tokens, max_tokens=256)
        joined = "".join("".join(chunk.text.split()) for chunk in made)
        texts = (block.text for section in found.sections for block in section.blocks)
        sentences = [part for text in texts for part in _SEAM.split(text)]

        assert max(tokens(passage(chunk)) for chunk in made) <= 256
        assert [part for part in sentences if "".join(part.split()) not in joined] == []
        assert ids.isdisjoint(chunk.id for chunk in made)
        ids.update(chunk.id for chunk in made)

    assert ids


STEPS_ZH = "## 症状\n\n全黑\n\n## 解决方法\n\n1. 先充电。\n2. 强制重启。\n\n## 仍未解决\n\n送修。\n"
STEPS_EN = "## Symptoms\n\nBlack\n\n## Resolution\n\n1. Charge it.\n2. Restart.\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (STEPS_ZH, STEPS_ZH.replace("全黑", "一片漆黑")),
        (STEPS_ZH, f"---\nsummary: 没电\nsymptoms: [黑屏]\n---\n{STEPS_ZH}\n## 原因\n\n没电。\n"),
        (STEPS_ZH, STEPS_ZH.replace("1.", "::: internal\n查工单。\n:::\n\n1.")),
        (STEPS_ZH, STEPS_ZH.replace("1. 先充电", "1.   先充電").replace("送修", "  送修")),
        (STEPS_EN, STEPS_EN.replace("Charge it", "charge  IT").replace("Black", "Dark")),
        ("先充电。\n", "---\nsummary: 没电\n---\n先充电。\n\n::: internal\n查工单。\n:::\n"),
    ],
    ids=["symptom", "front matter, cause", "hidden", "spelling", "en", "no resolution"],
)
def test_a_resolution_stays_the_same_while_it_tells_to_do_the_same(before: str, after: str) -> None:
    assert before != after
    assert resolution_hash(read(before)) == resolution_hash(read(after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (STEPS_ZH, STEPS_ZH.replace("先充电", "先断电")),
        (STEPS_ZH, STEPS_ZH.replace("送修", "换机")),
        (STEPS_ZH, STEPS_ZH.replace("1. 先充电。\n2. 强制重启。", "1. 强制重启。\n2. 先充电。")),
        (STEPS_EN, STEPS_EN.replace("Restart", "Do not restart")),
        ("先充电。\n", "先断电。\n"),
    ],
    ids=["step", "if it fails", "order", "en", "no resolution"],
)
def test_another_resolution_has_another_hash(before: str, after: str) -> None:
    hashes = [resolution_hash(read(text)) for text in (before, after)]

    assert len(set(hashes)) == 2
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in hashes)

from __future__ import annotations

import pytest

from kb.domain import ArticleId, ChunkId, ChunkKind, Hit, Language, SolutionId
from kb.encoder import open_encoder
from kb.names import number
from kb.ranking import UNMEASURED, best, fuse, fusion, ranked, scaled

A, B, C = SolutionId("a"), SolutionId("b"), SolutionId("c")


def hit(article: str, score: float, chunk: int = 0) -> Hit:
    return Hit(
        ChunkId(chunk or number(f"{article} {score}")), ArticleId(article), ChunkKind.OTHER, score
    )


def test_a_table_is_scaled_by_its_own_minimum_and_maximum() -> None:
    assert scaled({A: 2.0, B: 4.0, C: 3.0}) == {A: 0.0, B: 1.0, C: 0.5}
    assert scaled({A: -3.0}) == {A: 1.0}
    assert scaled({}) == {}


def test_a_solution_that_one_side_lacks_counts_nothing_there() -> None:
    fused = dict(fuse({A: 0.9, B: 0.1}, {C: 7.0}, weight=0.25))

    assert fused == {A: 0.25, B: 0.0, C: 0.75}


def test_ties_break_by_id() -> None:
    assert [id_ for id_, _ in fuse({C: 1.0, A: 1.0, B: 1.0}, {}, weight=1.0)] == [A, B, C]


def test_nothing_found_gives_no_solutions() -> None:
    assert fuse({}, {}, weight=0.5) == []
    assert ranked([], [], weight=0.5) == []


def test_a_solution_is_as_good_as_its_best_chunk_in_any_language() -> None:
    hits = [hit("zh/a", 0.2), hit("en/a", 0.8), hit("zh/b", 0.5)]

    assert best(hits) == {A: 0.8, B: 0.5}


@pytest.mark.parametrize(("weight", "first"), [(1.0, A), (0.0, B)])
def test_the_weight_decides_which_side_leads(weight: float, first: SolutionId) -> None:
    dense, lexical = [hit("zh/a", 0.9), hit("zh/b", 0.3)], [hit("zh/b", 9.0), hit("zh/a", 1.0)]

    assert ranked(dense, lexical, weight=weight)[0].id == first


def test_an_encoder_that_was_never_measured_weighs_both_sides_alike() -> None:
    assert fusion("unknown") == UNMEASURED


def test_the_packaged_encoder_was_measured_and_reads_english_alone() -> None:
    measured = fusion(open_encoder("packaged").fingerprint)

    assert measured.dense[Language.ZH] == 0
    assert measured.dense[Language.EN] > 0.5


def test_without_a_dense_share_only_words_find_a_solution() -> None:
    found = ranked([hit("zh/a", 0.99)], [hit("zh/b", 2.0)], weight=0.0)

    assert [solution.id for solution in found] == [B]


def test_chunks_that_are_not_close_have_nothing_to_say() -> None:
    dense = [hit("en/a", 0.5), hit("en/b", 0.2)]

    assert [solution.id for solution in ranked(dense, [], weight=0.6, least=0.3)] == [A]


def test_a_chunk_that_both_sides_found_is_evidence_once() -> None:
    dense, lexical = [hit("zh/a", 0.9, 1)], [hit("zh/a", 5.0, 1), hit("zh/a", 4.0, 2)]

    solution = ranked(dense, lexical, weight=0.5)[0]

    assert [each.chunk for each in solution.hits] == [1, 2]
    assert (solution.dense, solution.lexical) == (0.9, 5.0)

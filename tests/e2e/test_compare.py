from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation import scores
from evaluation.compare import comparisons
from evaluation.measures import Measure
from evaluation.report import Provenance
from evaluation.runs import Side
from evaluation.scores import Judged, Results
from kb.errors import KbError


def results(commit: str, values: list[float]) -> Results:
    by_query = {f"q{number}": value for number, value in enumerate(values)}
    judged = {Side.FUSED: Judged(0, dict.fromkeys(Measure, by_query))}
    source = Provenance("make eval", "one set", "fingerprint", commit)
    return Results(source, {"small-set": judged}, {"small-set": "zh → zh"})


def compare(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evaluation.compare", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_two_evaluations_are_compared_by_query(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    scores.write(results("abc", [1.0, 0.5, 0.0, 0.5]), before)
    scores.write(results("def", [0.25, 0.5, 1.0, 1.0]), after)

    done = compare(str(before), str(after), "--measure", "MRR@10")

    assert done.returncode == 0
    assert done.stdout.startswith("# MRR@10: `abc` → `def`")
    assert "| small-set | fused | 4 | 0.500 | 0.688 | +0.1875 |" in done.stdout
    assert "- small-set, fused: q0 -0.75" in done.stdout


def test_what_only_one_evaluation_judged_is_left_out_and_said(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    scores.write(results("abc", [1.0]), before)
    scores.write(replace(results("def", [1.0]), judged={}), after)

    done = compare(str(before), str(after))

    assert done.returncode == 0
    assert "- small-set: left out are queries of one alone, 1 of the first, 0 of" in done.stdout


def test_a_measure_that_an_older_evaluation_lacks_is_named(tmp_path: Path) -> None:
    new = results("def", [1.0])
    older = replace(new, judged={"small-set": {Side.FUSED: Judged(0, {Measure.NDCG: {"q0": 1.0}})}})
    before = tmp_path / "before"
    scores.write(older, before)

    with pytest.raises(KbError, match="no success@3 in the scores of commit def"):
        comparisons(scores.read(before), new, Measure.SUCCESS_3)


def test_a_file_without_scores_is_named(tmp_path: Path) -> None:
    done = compare(str(tmp_path / "missing"), str(tmp_path / "missing"))

    assert (done.returncode, done.stdout) == (1, "")
    assert "no scores in" in done.stderr
    assert "make eval" in done.stderr

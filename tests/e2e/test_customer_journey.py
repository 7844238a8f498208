"""A customer's way from a symptom to the steps, over the real core and some of our own articles."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient

from ingest.folder import ingest
from kb.settings import Settings
from kb.wiring import open_parts
from search_api.app import create_app
from tests.e2e.own_articles import few

SEARCH = "/api/v1/search"
PRINTER = """---
title: 打印机显示脱机
summary: 电脑找不到打印机；先查网络，再重新添加。
confidence: not-validated
aliases: [printer-gone]
related: [printer-log, no-such-solution, wifi-fails-after-update]
error_codes: ["0xE8AB0815"]
audience: {audience}
---
## 解决方法

::: internal
1. 先看内部工单 TICKET-0815。
2. 查远程日志。
:::

1. 让打印机和电脑连接同一个无线网络。
2. 在系统设置里删除打印机，再重新添加。

## 预防

给打印机固定地址，就不再提示 0xE8AB0815。
"""
PRINTER_LOG = """---
title: 打印机的远程日志
summary: 日志怎么取、怎么看。
audience: internal
owner: device-team
---
## 解决方法

1. 登录打印机的管理页面。
"""
FOREIGN = {
    "atx": "# Scanner is missing\n\nPlug it in again.\n",
    "setext": "Scanner is missing\n==================\n\nPlug it in again.\n",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A service over our own articles and a few more, ingested."""
    folder = tmp_path_factory.mktemp("journey")
    few(folder / "articles")
    (folder / "articles/zh/printer-log.md").write_text(PRINTER_LOG, encoding="utf-8")
    for name, text in FOREIGN.items():
        (folder / f"articles/en/scanner-{name}.md").write_text(text, encoding="utf-8")
    settings = Settings(articles=folder / "articles", state=folder / "state", poll_s=0.05)
    publish(settings, "public")
    return settings


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def publish(settings: Settings, audience: str) -> None:
    """Write the printer's article for an audience and ingest what changed."""
    text = PRINTER.format(audience=audience)
    (settings.articles / "zh" / "printer-offline.md").write_text(text, encoding="utf-8")
    assert not ingest(open_parts(settings), settings.articles).problems


@pytest.mark.parametrize(
    ("symptom", "lang", "solution"),
    [
        ("手机更新到一半报错 4013", "zh", "update-error-4013"),
        ("升级之后连不上 Wi-Fi", "zh", "wifi-fails-after-update"),
        ("update stops halfway with error 4013", "en", "update-error-4013"),
        ("my account is locked", "en", "account-locked"),
    ],
)
def test_a_symptom_leads_to_its_solution_in_the_readers_language(
    client: TestClient, symptom: str, lang: str, solution: str
) -> None:
    best = client.post(SEARCH, json={"symptom": symptom}).json()["solutions"][0]

    assert (best["solution"], best["lang"]) == (solution, lang)
    assert best["title"] in client.get(best["url"]).text
    for start, end in best["excerpt"]["highlights"]:
        assert best["excerpt"]["text"][start:end].strip()


@pytest.mark.parametrize("symptom", ["错误 0xe8ab0815", "0XE8AB0815", "脱机\n0xe8ab0815"])
def test_a_code_is_told_once_and_as_the_article_spells_it(client: TestClient, symptom: str) -> None:
    best = client.post(SEARCH, json={"symptom": symptom}).json()["solutions"][0]
    told = [value for reason in best["reasons"] for value in reason["values"]]

    assert best["solution"] == "printer-offline"
    assert [each for each in told if each.casefold() == "0xe8ab0815"] == ["0xE8AB0815"]


@pytest.mark.parametrize(
    ("lang", "nothing"),
    [("zh", "没有找到提到错误代码 0x80070005、-77 的办法"), ("en", "error 0x80070005, -77.")],
)
def test_a_code_that_no_solution_mentions_is_named(
    client: TestClient, lang: str, nothing: str
) -> None:
    path = "/?q=脱机&code=0xe8ab0815&code=0x80070005&code=-77"
    page = client.get(path, headers={"Accept-Language": lang}).text

    assert nothing in page
    assert 'href="/?q=%E8%84%B1%E6%9C%BA&amp;code=0x80070005&amp;code=-77"' in page


def places(client: TestClient, link: str) -> tuple[str, list[str]]:
    """The anchor of a link, and all that its page has."""
    page, _, anchor = link.partition("#")
    return unquote(anchor), re.findall(r' id="([^"]+)"', client.get(page).text)


@pytest.mark.parametrize("symptom", ["更新 恢复 4013", "连不上 Wi-Fi", "storage full", "账户登录"])
def test_every_link_of_a_result_leads_to_a_place_on_the_page(
    client: TestClient, symptom: str
) -> None:
    body = {"symptom": symptom, "limit": 20}
    links = [found["url"] for found in client.post(SEARCH, json=body).json()["solutions"]]
    deep = [link for link in links if "#" in link]

    assert len(deep) > len(links) / 2
    for anchor, ids in (places(client, link) for link in deep):
        assert anchor in ids
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("symptom", "page"),
    [
        ("让打印机和电脑连接同一个无线网络", "/articles/zh/printer-offline"),
        ("给路由器断电片刻再接通", "/articles/zh/wifi-fails-after-update"),
        ("back up chats before you clear caches and downloads", "/articles/en/storage-full"),
    ],
    ids=["behind hidden steps", "zh", "en"],
)
def test_what_a_step_says_leads_to_the_steps(client: TestClient, symptom: str, page: str) -> None:
    link = client.post(SEARCH, json={"symptom": symptom}).json()["solutions"][0]["url"]

    assert link.startswith(f"{page}#step-")
    anchor, ids = places(client, link)
    assert anchor in ids


def test_the_examples_of_the_search_page_have_answers(client: TestClient) -> None:
    for lang in ("zh", "en"):
        home = client.get("/", headers={"Accept-Language": lang}).text
        examples = re.findall(r'href="(/\?q=[^"]+)"', home)
        shown = [link for link in examples if "lang=" not in link]

        assert len(shown) == 3
        for link in shown:
            assert 'class="card"' in client.get(link, headers={"Accept-Language": lang}).text


def test_a_stated_environment_leaves_out_what_does_not_apply(client: TestClient) -> None:
    def solutions(system: str, version: str) -> set[str]:
        environment = {"os": system, "version": version}
        body = {"symptom": "更新之后连不上 Wi-Fi", "environment": environment, "limit": 20}
        return {s["solution"] for s in client.post(SEARCH, json=body).json()["solutions"]}

    assert "wifi-fails-after-update" in solutions("iOS", "18.1")
    assert "wifi-fails-after-update" not in solutions("ios", "14")
    assert "wifi-fails-after-update" not in solutions("android", "14")


def test_an_old_name_leads_to_the_article(client: TestClient) -> None:
    response = client.get("/articles/zh/printer-gone?lang=en&a=%26", follow_redirects=False)

    assert response.status_code == 308
    assert response.headers["location"] == "/articles/zh/printer-offline?lang=en&a=%26"
    assert client.get("/api/v1/articles/zh/printer-gone").json()["title"] == "打印机显示脱机"


@pytest.mark.parametrize("form", ["application/json", "text/html", "text/markdown"])
def test_what_is_internal_in_an_article_is_in_no_form_of_it(client: TestClient, form: str) -> None:
    text = client.get("/api/v1/articles/zh/printer-offline", headers={"Accept": form}).text

    assert "固定地址" in text
    assert "TICKET-0815" not in text
    found = client.post(SEARCH, json={"symptom": "内部工单 TICKET-0815 远程日志"}).text
    assert "TICKET" not in found


def test_related_solutions_are_those_that_the_reader_may_see(client: TestClient) -> None:
    response = client.get("/api/v1/articles/zh/printer-offline")

    assert response.json()["related"] == ["wifi-fails-after-update"]
    assert "printer-log" not in response.text


@pytest.mark.parametrize("form", FOREIGN)
def test_a_title_that_the_text_says_itself_is_shown_once(client: TestClient, form: str) -> None:
    page = client.get(f"/articles/en/scanner-{form}").text
    source = client.get(f"/api/v1/articles/en/scanner-{form}.md").text

    assert re.findall(r"<h1.*?</h1>", page) == ["<h1>Scanner is missing</h1>"]
    assert "Plug it in again." in page
    assert source == FOREIGN[form]


def test_an_article_that_becomes_internal_is_gone_while_the_service_runs(
    client: TestClient, settings: Settings
) -> None:
    page = "/articles/zh/printer-offline"
    etag = client.get(page).headers["etag"]

    publish(settings, "internal")
    deadline = time.monotonic() + 20
    while client.get(page).status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.05)

    assert client.get(page, headers={"If-None-Match": etag}).status_code == 404
    found = client.post(SEARCH, json={"symptom": "打印机显示脱机", "limit": 20}).json()
    assert "printer-offline" not in {solution["solution"] for solution in found["solutions"]}


def test_a_service_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(state=tmp_path))) as client:
        assert client.get("/healthz").status_code == 200
        for response in (client.get("/readyz"), client.post(SEARCH, json={"symptom": "4013"})):
            assert response.status_code == 503
            assert "fixpoint ingest" in response.json()["detail"]
        page = client.get("/?q=4013", headers={"Accept": "text/html", "Accept-Language": "zh"})
        assert (page.status_code, "暂时无法查找" in page.text) == (503, True)

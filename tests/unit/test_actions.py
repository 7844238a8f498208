from __future__ import annotations

import pytest

from kb import vocabulary
from kb.actions import actions
from kb.vocabulary import Vocabulary
from kb.wiring import VOCABULARY


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return vocabulary.load(VOCABULARY)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("重启过了还是不行", ("restart",)),
        ("关机再开、拔卡重插都试了", ("restart", "reseat-sim")),
        ("強制重啟沒用", ("force-restart",)),
        ("換了好幾條充電線，也換過充電器", ("change-cable", "change-charger")),
        ("刷机失败，恢复出厂也没用", ("recovery-restore", "factory-reset")),
        ("还原网络之后重启，又重启了路由器", ("reset-network", "restart", "restart-router")),
        ("退出账号再登录，改了密码", ("sign-out-in", "change-password")),
        ("充了一个小时没反应", ("charge",)),
        ("微信卸载重装也闪退，清了缓存", ("reinstall-app", "clear-cache")),
        ("开关飛航模式，打了10086", ("airplane-mode", "contact-carrier")),
        ("I restarted it and toggled Airplane Mode", ("restart", "airplane-mode")),
        ("Turned it off and on again, tried another cable", ("restart", "change-cable")),
        ("changed the charging cable. Force-restarted it", ("change-cable", "force-restart")),
        ("reset the network settings, then factory reset", ("reset-network", "factory-reset")),
        ("Signed out of iCloud and back in", ("sign-out-in",)),
        ("re-seated the SIM card and called my carrier", ("reseat-sim", "contact-carrier")),
        ("cleaned the charging port, took the case off", ("clean-port", "remove-case")),
        ("屏幕一半是黑的", ()),
        ("the screen is half black", ()),
        ("换了新手机网络连不上，更新完打不开软件", ()),
        ("升级后应用闪退", ()),
        ("waiting for iPhone", ()),
        ("wiped my headphone jack", ()),
        ("can you clean my phone support page", ()),
        ("i was charged twice in 5 minutes", ()),
        ("I charged it for two hours", ("charge",)),
        ("充值两小时没到账", ()),
        ("充电两个小时没反应", ("charge",)),
        ("一直显示等待中", ()),
        ("等了两个小时", ("wait",)),
        ("重启手机和路由器", ("restart",)),
        ("重启了家里的路由器", ("restart-router",)),
        ("restarted my phone and router", ("restart",)),
        ("swapped the brand new cable", ("change-cable",)),
        ("", ()),
    ],
)
def test_the_actions_that_a_text_names_are_read(
    words: Vocabulary, text: str, named: tuple[str, ...]
) -> None:
    assert actions(text, words) == named


def test_every_action_is_named_by_its_own_name(words: Vocabulary) -> None:
    lost = [
        (key, name)
        for key, each in words.actions.items()
        for name in each.names.values()
        if actions(name, words) != (key,)
    ]

    assert lost == []


def test_an_empty_vocabulary_knows_no_action() -> None:
    assert actions("重启, restart", Vocabulary()) == ()

from __future__ import annotations

from pathlib import Path

import pytest

from kb.folding import fold
from kb.framing import unframed
from kb.lexical.fillers import FILLERS
from kb.showing import content_words
from tests.parts import parts


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("客户说手机更新到一半就停了，电脑上提示 4013", "手机更新到一半就停了,电脑上提示 4013"),
        ("客户说，手机黑屏", "手机黑屏"),
        ("客戶說手機黑屏", "手机黑屏"),
        ("客户反映手机充不进电", "手机充不进电"),
        ("顾客反馈耳机没有声音", "耳机没有声音"),
        ("客户反馈：无法激活", "无法激活"),
        ("用户说手表配对不上", "手表配对不上"),
        ("用户反馈手机发烫", "手机发烫"),
        ("我们有个客户反映收不到验证码", "收不到验证码"),
        ("有一位客户来电说手机打不开", "手机打不开"),
        ("某客户表示屏幕有条线", "屏幕有条线"),
        ("客户打电话说手机进水了", "手机进水了"),
        ("客户跟我说备份失败", "备份失败"),
        ("老客户反应手机卡", "手机卡"),
        ("客户问怎么关闭激活锁", "怎么关闭激活锁"),
        ("客户投诉手机发热", "手机发热"),
        ("我们的用户称登录不了", "登录不了"),
        ("客户反馈说电脑慢", "电脑慢"),
        ("客户的手机一直重启", "手机一直重启"),
        ("客户 iPhone 黑屏", "iPhone 黑屏"),
        ("客户更新之后连不上网", "更新之后连不上网"),
        ("客户昨天换了电池", "昨天换了电池"),
        ("顾客：手机黑屏", "手机黑屏"),
        ("客户原话：屏幕一直闪", "屏幕一直闪"),
        ("问题描述：更新失败 4013", "更新失败 4013"),
        ("您好，请问手机黑屏怎么办", "手机黑屏怎么办"),
        ("你好，客户说平板死机", "平板死机"),
        ("我想咨询一下电池", "电池"),
        ("求助：开不了机", "开不了机"),
        ("更新后，客户说黑屏", "更新后,黑屏"),
        ("工单 12：客户说不能充电", "工单 12:不能充电"),
        ("更新失败\n客户说试过两次", "更新失败\n试过两次"),
        ("客户反馈电脑黑屏", "电脑黑屏"),
        ("昨天更新的。客户的手机今天黑屏", "昨天更新的。手机今天黑屏"),
        ("客户说", ""),
        ("您好", ""),
    ],
)
def test_chinese_openings_are_no_part_of_the_symptom(text: str, symptom: str) -> None:
    assert unframed(fold(text)) == symptom


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("The customer says the phone is stuck", "the phone is stuck"),
        ("Customer says screen is black", "screen is black"),
        ("customer reports that Wi-Fi drops after the update", "Wi-Fi drops after the update"),
        ("Customer reports phone dead", "phone dead"),
        ("CUSTOMER STATES: no sound", "no sound"),
        ("My customer says that the update failed", "the update failed"),
        ("my customer can’t sign in", "can’t sign in"),
        ("My customer's phone keeps restarting", "phone keeps restarting"),
        ("our customer has no sound", "has no sound"),
        ("A customer called about a cracked screen", "a cracked screen"),
        ("The caller said it won't charge", "it won't charge"),
        ("One customer complained that photos are gone", "photos are gone"),
        ("I have a customer whose iPad won't turn on", "iPad won't turn on"),
        ("I've got a customer who forgot the passcode", "forgot the passcode"),
        ("The user says nothing prints", "nothing prints"),
        ("My client says the backup failed", "the backup failed"),
        ("Hello, my phone won't charge", "my phone won't charge"),
        ("Hi! The customer says it is dead.", "it is dead."),
        ("Dear support team, my screen is black", "my screen is black"),
        ("Good morning, my customer told me that Face ID fails", "Face ID fails"),
        ("Please help me, my phone is stuck", "my phone is stuck"),
        ("Can you help me? The phone is dead", "The phone is dead"),
        ("Help! Two music libraries", "Two music libraries"),
        ("A user wants to know how to reset", "how to reset"),
        ("Customer: it will not start", "it will not start"),
        ("She said that it froze", "it froze"),
        ("I'd like to know how to reset", "how to reset"),
        ("It updated. My customer's phone is black.", "It updated. phone is black."),
        ("Since the update, my customer says it is slow", "Since the update, it is slow"),
        ("Ticket 12: the customer reports that it froze", "Ticket 12: it froze"),
        ("The customer says", ""),
        ("Hello,", ""),
    ],
)
def test_english_openings_are_no_part_of_the_symptom(text: str, symptom: str) -> None:
    assert unframed(fold(text)) == symptom


@pytest.mark.parametrize(
    "text",
    [
        "客户端打不开",
        "客户端说连接失败",
        "客户资料不见了",
        "客户id 丢失",
        "客户经理联系不上",
        "客户服务电话打不通",
        "客户管理系统登录失败",
        "客户问卷打不开",
        "用户名忘了",
        "用户账户被锁定",
        "号注销了,新机主在收我的码",
        "用户反馈按钮点不动",
        "客户报告打不开",
        "客户问候语改不了",
        "用户称呼显示错误",
        "用户反馈页面打不开",
        "用户说明书下载不了",
        "用户说话对方听不见",
        "用户界面卡死",
        "跟朋友说到一半断线",
        "朋友说到一半断线",
        "和朋友讲电话对方听不到",
        "客户讲电话没声音",
        "打电话给客户说不了话",
        "客户说不出话",
        "陪客户说事情的时候手机黑屏",
        "替用户问一下价格的时候死机",
        "给客户说明的时候黑屏",
        "更新之后黑屏",
        "更新到一半停了",
        "讲话没声音",
        "你好界面卡住了",
        "请求超时",
        "会员过期",
        "朋友圈打不开",
        "iPad the user asks to unlock",
        "calling a customer says call failed",
        "User account locked",
        "user name forgotten",
        "customer reports are empty",
        "Customer reports page is blank",
        "customer support app crashes",
        "the customer portal does not load",
        "customer account locked",
        "VPN client states error 5",
        "client says connection refused",
        "After the update the screen is black",
        "After Effects crashes",
        "Hello screen stuck",
        "Hey Siri does not work",
        "help menu is empty",
        "please wait screen forever",
        "the phone says no SIM",
        "user reports missing",
        "they keep restarting",
        "",
    ],
)
def test_what_may_be_the_symptom_itself_stays(text: str) -> None:
    assert unframed(text) == text


@pytest.mark.parametrize(
    "unit", ["\n", "。", "; ", "客户说,", "我们有", "the my ", "customer \n", "hi! ", " "]
)
def test_a_hostile_text_is_read_to_its_end(unit: str) -> None:
    text = "x" + unit * (100_000 // len(unit))

    assert unframed(f"{text}\n客户说黑屏").endswith("黑屏")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("更新之后怎么办", {"更新"}),
        ("手机更新到一半", {"手机", "更新"}),
        ("请问为什么突然黑屏", {"黑屏"}),
        ("怎么解决这个问题", set()),
        ("无法连接", {"无法", "连接"}),
        ("after the update", {"updat"}),
        ("It says please try again", set()),
        ("how do I fix this problem now", {"fix"}),
        ("not charging", {"not", "charg"}),
        ("won't start", {"wont", "start"}),
        ("cannot start up", {"cannot", "start"}),
        ("quits unexpectedly", {"quit", "unexpect"}),
        ("It still keeps asking", set()),
        ("屏幕一半黑", {"屏幕"}),
        ("最近删除不见了", {"删除", "不见"}),
    ],
)
def test_no_solution_fits_by_a_filler(query: str, words: set[str]) -> None:
    lexicon = parts(Path("unused")).lexicon

    assert content_words(lexicon.query_terms(query)) >= words
    assert content_words(lexicon.query_terms(query)) & FILLERS == set()
    assert bool(content_words(lexicon.query_terms(query))) is bool(words)


def test_chinese_fillers_are_terms_and_none_is_a_word_of_the_vocabulary() -> None:
    known = parts(Path("unused"))
    chinese = {word for word in FILLERS if not word.isascii()}

    assert FILLERS.isdisjoint(known.vocabulary.words)
    assert [word for word in chinese if word not in known.lexicon.terms(word)] == []

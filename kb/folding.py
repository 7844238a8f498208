"""One spelling for equal texts, and the language of a text (door of opencc)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

from kb.domain import Language

HAN = "〇々\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""The ranges of Han characters, to stand inside a character class."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U000e0000-\U0010ffff]+"
)
_LONG_SIGNS = re.compile(r"([^\w\s\x00-\u02ff]{64})[^\w\s\x00-\u02ff]+")
_HYPHENS = re.compile("[\u2010-\u2013\u2212]")
_ACCENTED = re.compile("[\u00c0-\u04ff\u1e00-\u1fff]")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_HAN_RUNS = re.compile(f"[{HAN}]+")
_LATIN_WORDS = re.compile("[a-zA-Z\u00c0-\u024f]+(?:['’-][a-zA-Z\u00c0-\u024f]+)*")

_LATIN_WORDS_PER_HAN = 3
"""More Latin words than this for each Han character are English: Chinese questions are full of
Latin product names and pasted messages, whereas English ones hardly hold a Han character."""

_TAIWAN = dict(
    re.findall(
        r"(\S+)=(\S+)",
        """
剪貼簿=剪贴板 列印=打印 伺服器=服务器 作業系統=操作系统 儲存=保存 光碟=光盘 硬碟=硬盘 隨身碟=U盘
區域網路=局域网 網路=网络 網際網路=互联网 網域=域名 寬頻=宽带 數據機=调制解调器 連線=连接
連結=链接 印表機=打印机 執行緒=线程 外掛=插件 媒體櫃=媒体库 字型=字体 專案=项目 程式=程序
軟體=软件 硬體=硬件 韌體=固件 檔名=文件名 檔案=文件 資料=数据 資料夾=文件夹 資訊=信息 訊息=消息
訊號=信号 音訊=音频 視訊=视频 簡訊=短信 游標=光标 滑鼠=鼠标 螢幕=屏幕 萤幕=屏幕 視窗=窗口
解析度=分辨率 記憶體=内存 預設=默认 設定=设置 裝置=设备 行動數據=移动数据 行動網路=移动网络
行動裝置=移动设备 行動電話=移动电话 行動電源=充电宝 電信業者=运营商 登入=登录 解除安裝=卸载
逾時=超时 遠端=远程 重新開機=重启 當機=死机 當掉=死机 搜尋=搜索 藍芽=蓝牙 快顯=弹出 帳號=账号
帐号=账号 帳戶=账户 帐户=账户 臉部辨識=人脸识别 指紋辨識=指纹识别 同步處理=同步 回復=恢复 薴=苎
""",
    )
)
"""Taiwan's words of the field, as written in Traditional, and the mainland's words for them.

A table of ours because tw2sp, OpenCC's own, takes any text for Taiwan's: it turns the mainland's
程序 into 进程 and 文件 into 文档. Every key here means one thing wherever it is written.
"""
_TAIWAN_WORDS = re.compile("|".join(sorted(_TAIWAN, key=len, reverse=True)))


def fold(text: str) -> str:
    """The text in one spelling, its case and accents kept: what is encoded.

    Compatibility forms become plain (NFKC: full width, ligatures), all hyphens one, invisible
    characters and lone surrogates vanish, Chinese becomes Simplified. Folding twice changes
    nothing more. Of a run of signs beyond Latin-1 that are no letters, digits or blanks, 64 are
    kept: the time that NFKC needs to sort combining marks grows with the square of their number.
    """
    plain = unicodedata.normalize("NFKC", _LONG_SIGNS.sub(r"\1", _INVISIBLE.sub("", text)))
    if plain.isascii():
        return plain
    hyphens = _HYPHENS.sub("-", plain)
    return _mainland(str(_simplifier().convert(_mainland(hyphens))))


def caseless(folded: str) -> str:
    """A folded text without case and accents (``Café`` = ``cafe``): what is compared.

    Marks that tell letters apart in kana and Indic scripts stay.
    """
    lower = folded.casefold()
    if not _ACCENTED.search(lower):
        return lower
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", lower))
    return unicodedata.normalize("NFC", bare)


def fold_case(text: str) -> str:
    """Any text folded and without case and accents."""
    return caseless(fold(text))


def language(text: str) -> Language:
    """The language that a text is written in, by its Han characters and Latin words.

    A text with neither, such as ``4013`` or nothing at all, counts as Chinese.
    """
    han = sum(map(len, _HAN_RUNS.findall(text)))
    latin = len(_LATIN_WORDS.findall(text))
    return Language.EN if latin > han * _LATIN_WORDS_PER_HAN else Language.ZH


def _mainland(text: str) -> str:
    """Taiwan's words replaced; it takes both scripts, for 帳号 is 帐号 only after conversion."""
    return _TAIWAN_WORDS.sub(lambda found: _TAIWAN[found[0]], text)


@cache
def _simplifier() -> OpenCC:
    """OpenCC's tables, read on first use; converting changes nothing in them."""
    return OpenCC("t2s")

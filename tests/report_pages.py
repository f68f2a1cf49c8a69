"""Two fictional reports as notebooks, to look at and to test exports with; figures are simple stand-ins."""

# ruff: noqa: E501
# fmt: off
from __future__ import annotations

import math

import nbformat

from salesanalysis.report import blocks as b

INK, MUTED, SLATE, ACCENT, RED, MID, GREY, GRID = (
    "#1B2227", "#56616B", "#7A858E", "#0F5C6E", "#B5470F", "#8FB8C3", "#C9D0D5", "#E6EAED",
)
MM = 72 / 25.4
NB = "\u00a0"


def svg(width: float, height: float, *shapes: str) -> str:
    """Return an SVG of a size in points."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}pt" height="{height:g}pt" '
        f'viewBox="0 0 {width:g} {height:g}">{"".join(shapes)}</svg>'
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str = SLATE, width: float = 0.5, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def rect(x: float, y: float, w: float, h: float, colour: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" fill="{colour}"/>'


def dot(x: float, y: float, r: float, colour: str, filled: bool = True) -> str:
    paint = f'fill="{colour}"' if filled else f'fill="#FFFFFF" stroke="{colour}" stroke-width="1"'
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r}" {paint}/>'


def text(x: float, y: float, words: str, *, size: float = 8, colour: str = MUTED, bold: bool = False, end: str = "start") -> str:
    weight = "600" if bold else "400"
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{end}" '
        f"style=\"font: {weight} {size}px 'Source Sans Pro'; fill: {colour}\">{words}</text>"
    )


def bar(share: float, low: float | None, high: float | None, colour: str) -> str:
    """Attainment bar, 78 x 14 pt, 0 to 150 %."""
    scale = 78 / 150
    shapes = [line(0, 0, 0, 14), rect(0, 4, min(share, 150) * scale, 6, colour), line(52, 0, 52, 14, INK, 0.9)]
    if low is not None and high is not None:
        a, z = low * scale, min(high, 148) * scale
        shapes += [line(a, 7, z, 7, "#FFFFFF", 2.2), line(a, 7, z, 7, INK, 0.8)]
        shapes += [line(x, 4.5, x, 9.5, INK, 0.8) for x in (a, z)]
    return svg(78, 14, *shapes)


def spark(values: list[float], colour: str) -> str:
    """Sparkline of eight periods, 38 x 14 pt."""
    low, high = min(values), max(values)
    points = [(1 + i * 35 / 7, 12 - 9 * (v - low) / ((high - low) or 1)) for i, v in enumerate(values)]
    path = "L".join(f"{x:g} {y:g}" for x, y in points)
    shape = f'<path d="M{path}" fill="none" stroke="{MUTED}" stroke-width="0.9"/>'
    return svg(38, 14, line(0, 4, 38, 4, SLATE, 0.5, "1.5 1.5"), shape, dot(*points[-1], 1.7, colour))


def interval(estimate: float, low: float, high: float, colour: str | None) -> str:
    """Interval cell, 140 x 20 pt, -5 to 15."""
    at = lambda v: 6 + (v + 5) * 128 / 20  # noqa: E731
    shapes = [line(at(v), 0, at(v), 20, GRID if v else SLATE, 0.5) for v in (-5, 0, 5, 10, 15)]
    shapes.append(line(at(low), 10, at(high), 10, colour or SLATE, 1.6 if colour else 1))
    return svg(140, 20, *shapes, dot(at(estimate), 10, 2.8, colour or SLATE, bool(colour)))


def axis_head() -> str:
    labels = zip((-5, 0, 5, 10, 15), ("−5", "0", "+5", "+10", "+15"))
    return svg(140, 11, *(text(6 + (v + 5) * 6.4, 7, t, size=7.5, end="middle") for v, t in labels))


def bar_head() -> str:
    return svg(78, 11, *(text(v * 0.52, 7, t, size=7.5, end=e) for v, t, e in ((0, "0", "start"), (50, "50", "middle"), (100, f"100{NB}%", "middle"))))


def rows_figure(width_mm: float, height_mm: float, rows: list[tuple[str, float, float, float]], low: float, high: float) -> str:
    """Stand-in for any dot figure: names left, dot and interval right."""
    w, h = width_mm * MM, height_mm * MM
    at = lambda v: w * 0.3 + (v - low) / (high - low) * w * 0.65  # noqa: E731
    shapes = [line(at(0), 4, at(0), h - 24, SLATE)]
    step = (h - 34) / len(rows)
    for i, (name, est, lo, hi) in enumerate(rows):
        y = 12 + i * step
        shapes += [text(0, y + 3, name, size=8.5, colour=INK), line(at(lo), y, at(hi), y, ACCENT, 1.6), dot(at(est), y, 3, ACCENT)]
    shapes += [text(at(v), h - 12, f"{v:+d}" if v else "0", end="middle") for v in range(int(low), int(high) + 1, 5)]
    return svg(w, h, *shapes)


def waterfall() -> str:
    w, h = 174 * MM, 97 * MM
    steps = [
        ("Target", "rata-rata rekan setara", 0, 117, GREY, "117,0", "", ""),
        ("Jumlah telepon", "520 dari 650", 101.3, 117, RED, "−15,7", "1,00", "Cukup bukti"),
        ("Tersambung", "20,0 % · rekan 20,0 %", 101, 101.6, GREY, "0,0", "0,51", "Belum cukup bukti"),
        ("Percakapan", "25,0 % · rekan 30,0 %", 88.5, 101.3, GREY, "−12,8", "0,86", "Belum cukup bukti"),
        ("Proposal", "50,0 % · rekan 50,0 %", 88.2, 88.8, GREY, "0,0", "0,50", "Belum cukup bukti"),
        ("Menang", "2 dari 13 · rekan 30,0 %", 41.6, 88.5, GREY, "−46,9", "0,79", "Belum cukup bukti"),
        ("Nilai per kontrak", "Rp 19 jt · rekan Rp 20 jt", 38, 41.6, GREY, "−3,6", "0,51", "Belum cukup bukti"),
        ("Aktual", "2 kontrak", 0, 38, ACCENT, "38,0", "", ""),
    ]
    at = lambda v: 133 + v * 1.57  # noqa: E731
    shapes = [line(at(v), 20, at(v), h - 30, GRID) for v in (25, 50, 75, 100, 125)] + [line(at(0), 20, at(0), h - 30)]
    shapes += [text(0, 12, "Langkah", size=7.5), text(133, 12, "Batang = bagian tepat dari selisih; garis = interval 90 %", size=7.5)]
    for i, (name, facts, a, z, colour, value, chance, verdict) in enumerate(steps):
        y = 36 + i * (h - 70) / 7.6
        tint = RED if colour == RED else MUTED
        shapes += [rect(at(a), y - 6, (z - a) * 1.57, 12, colour)]
        if chance:
            shapes.append(line(at(a - 20), y, at(z + 10), y, INK, 0.8))
        shapes += [text(0, y - 2, name, size=8.5, colour=INK, bold=True), text(0, y + 8, facts, size=7.5)]
        shapes += [text(377, y + 3, value, bold=not chance or tint == RED, colour=tint if chance else INK, end="end")]
        shapes += [text(420, y + 3, chance, colour=tint, end="end"), text(428, y + 3, verdict, colour=tint, bold=tint == RED)]
    shapes += [text(at(v), h - 18, str(v), end="middle") for v in (0, 25, 50, 75, 100, 125)]
    return svg(w, h, *shapes, text(133, h - 4, "Rp juta, nilai kontrak baru triwulan III 2026"))


def funnels() -> str:
    w, h = 174 * MM, 50 * MM
    shapes = []
    for i, (name, value, out) in enumerate(
        [("Telepon / hari kerja", "8,0", True), ("Tersambung", "20,0 %", False), ("Percakapan", "25,0 %", False), ("Proposal", "50,0 %", False), ("Menang", "15,4 %", False)]
    ):
        x, tint = i * 100.5, RED if out else ACCENT
        shapes += [text(x, 9, name, size=8.5, colour=INK, bold=True), text(x, 21, value, colour=tint, bold=True)]
        shapes += [text(x + 34, 21, "di luar batas" if out else "dalam batas", colour=RED if out else MUTED)]
        shapes += [rect(x + 20, 45, 68, 55, "#F3F5F6"), line(x + 20, 72, x + 88, 72), line(x + 20, 112, x + 88, 112)]
        shapes += [dot(x + 26 + k * 6, 72 + 10 * math.sin(k * 2.1 + i), 1.4, SLATE) for k in range(10)]
        shapes.append(dot(x + 50, 95 if out else 74, 2.6, tint))
    return svg(w, h, *shapes)


def coaching() -> nbformat.NotebookNode:
    """The coaching report of the design, two pages, Indonesian."""
    trend = [3.0, 3.2, 2.9, 3.3, 3.0, 2.8, 2.4, 2.2]
    few, open_ = b.Mark("open", f"n{NB}={NB}13: terlalu sedikit"), b.Mark("open", "Belum cukup bukti")
    kpis = [
        ("Nilai kontrak baru", b.Badge("C rata"), "Rp 117 jt", "**Rp 38 jt**", "–", bar(32, None, None, MID), "32 %", ACCENT, b.Mark("open", f"n{NB}={NB}2: terlalu sedikit")),
        ("Telepon keluar", b.Badge("C min"), "650", "**520**", "476–567", bar(80, 73, 87, RED), "80 %", RED, b.Mark("below", "Di bawah batas")),
        ("Tingkat tersambung", b.Badge("C rata"), "20,0 %", "**20,0 %**", "16,8–23,7", bar(100, 84, 118, MID), "100 %", ACCENT, open_),
        ("Tingkat percakapan", b.Badge("C rata"), "30,0 %", "**25,0 %**", "17,7–34,1", bar(83, 59, 114, MID), "83 %", ACCENT, open_),
        ("Tingkat proposal", b.Badge("C rata"), "50,0 %", "**50,0 %**", "32,1–67,9", bar(100, 64, 136, MID), "100 %", ACCENT, open_),
        ("Tingkat menang", b.Badge("C rata"), "30,0 %", "**15,4 %**", "4,3–42,2", bar(51, 14, 141, MID), "51 %", ACCENT, few),
        ("Prospek baru", b.Badge("A", solid=False), "40", "**29**", "19–42", bar(72, 48, 105, MID), "72 %", ACCENT, b.Mark("stretch", "Belum di puncak")),
        ("Catatan CRM ≤ 24 jam", b.Badge("A", solid=False), "95,0 %", "**98,7 %**", "96,3–99,6", bar(104, 101, 105, ACCENT), "104 %", ACCENT, b.Mark("met", "Tercapai")),
    ]
    rows = tuple(
        (name, badge, goal, actual, b.Cell(ci, "muted"), b.Graphic(bars), pct, b.Graphic(spark(trend, tint)), verdict)
        for name, badge, goal, actual, ci, bars, pct, tint, verdict in kpis
    )
    table = b.Table(
        columns=(
            b.Column("KPI"), b.Column("Target"), b.Column("", "right"), b.Column("Aktual", "right"), b.Column("Interval 95 %"),
            b.Column("", head_svg=bar_head()), b.Column("%", "right"), b.Column("8 triwulan"), b.Column("Putusan"),
        ),
        rows=rows,
        note=(
            "Diharapkan mencapai: ", b.Badge("A", solid=False), " puncak 10–15 % rekan   ", b.Badge("C rata"),
            " rata-rata 50 %   ", b.Badge("C min"), " batas bawah 75–80 %   Garis putus pada tren = target.",
        ),
    )
    page = [
        b.Opening(
            report="Laporan pembinaan 1:1", client="PT Nusa Cakra Solusi", edition="Edisi manajer dan rep · rahasia · contoh, angka fiktif",
            foot="Bagas Prakoso · Triwulan III 2026 · per 30 Sep 2026 · sidik data 7f3a·91c2", language="id", as_of="2026-09-30",
            title="Dari selisih Rp 79 jt, yang cukup bukti hanya jumlah telepon",
            fields=(("Rep", "**Bagas Prakoso**"), ("Peran", "AE, 19 bulan"), ("Tim · manajer", "Jakarta 2 · Sri Hartati"), ("Periode", "Triwulan III 2026"), ("Per tanggal", "30 Sep 2026")),
            answer=(
                "Bagas menutup **Rp 38 jt dari target Rp 117 jt (32 %)**: dua kontrak dari 13 proposal.",
                "Yang cukup bukti hanya **jumlah telepon, 520 dari batas 650 (−20 %)**, setara Rp 15,7 jt dari selisih (interval 90 %: Rp 11,8–30,3 jt).",
                "Tingkat menang 15,4 % tampak rendah, tetapi **dua dari 13 masih wajar karena kebetulan** (peluang 0,20); amati dulu, jangan langsung melatih cara menutup.",
            ),
        ),
        b.Section(
            heading="Satu KPI pasti di bawah batas, satu target puncak tercapai",
            subtitle="Pencapaian per KPI terhadap target; batang = aktual ÷ target, garis hitam = interval 95 %, garis tegak = 100 %",
            children=(table,),
        ),
        b.Section(
            heading="Telepon memuat Rp 15,7 jt dari selisih; sisanya belum dapat dipisahkan dari kebetulan",
            subtitle="Penguraian selisih target ke aktual menurut langkah penjualan; jumlahnya tepat −79,0",
            children=(b.Figure(svg=waterfall(), alt="Air terjun: selisih Rp 79 jt terurai; hanya telepon yang pasti.", width_mm=174, height_mm=97),),
            source="n = 520 telepon, 104 tersambung, 26 percakapan, 13 proposal, 2 kontrak; 11 rekan AE setara. Sebuah langkah disebut hanya bila peluang di bawah ≥ 0,95 dan bagiannya ≥ 10 % dari selisih.",
        ),
        b.PageBreak(),
        *coaching_second(),
    ]
    return notebook(page)


def coaching_second() -> list[b.Block]:
    return [
        b.Section(
            heading="Empat tingkat konversi dalam batas wajar; hanya telepon per hari di luarnya",
            subtitle="Tiap langkah terhadap 11 rekan AE (titik abu-abu, tanpa nama); bidang = batas kendali 95 % menurut besar sampel",
            children=(b.Figure(svg=funnels(), alt="Lima panel corong; hanya telepon per hari di luar batas.", width_mm=174, height_mm=50),),
        ),
        b.Section(
            heading="Yang dikerjakan: satu perilaku, satu pengamatan",
            subtitle="Paling banyak dua; pertanyaan dari buku panduan Anda, bab 3 dan 5",
            children=(
                b.Cards(cards=(
                    b.Card(
                        number="1", heading="Jaga blok telepon 09.00–10.30", tag="cukup bukti", enough=True,
                        why="Pada 39 hari dengan blok telepon: 10,6 telepon; pada 26 hari tanpa blok: 4,1.",
                        questions_label="Pertanyaan dari buku panduan",
                        questions=("Apa yang menggeser blok telepon pada Selasa dan Kamis?", "Siapa sepuluh nama pertama besok, dan kapan daftarnya siap?", "Apa yang bisa saya singkirkan dari pagi Anda?"),
                        fields=(("Pelatih", "**Wulan Anggraini**, Jakarta 1 (11,2 telepon per hari, empat triwulan di atas batas)"), ("Target", f"**≥ 10 telepon per hari kerja**, 5–30 Okt; diperiksa 2{NB}Nov{NB}2026")),
                    ),
                    b.Card(
                        number="2", heading="Menggali kebutuhan: amati dulu", tag="belum cukup bukti", enough=False,
                        why="26 dari 104 sambungan menjadi percakapan (25,0 %; rekan 30,0 %). Angka saja baru cukup setelah ± 640 sambungan.",
                        questions_label="Pertanyaan dari buku panduan",
                        questions=("Kapan terakhir pelanggan bercerita lebih lama daripada Anda?", "Pertanyaan mana yang membuat mereka berhenti sejenak?"),
                        fields=(("Pelatih", "**Hendra Saputra**, Jakarta 2 (pendamping rekaman)"), ("Target", "**6 rekaman didengar bersama** dengan lembar amatan, paling lambat 16 Okt 2026")),
                    ),
                )),
            ),
        ),
        b.Section(
            heading="Tindakan lalu: satu selesai, satu sebagian, satu tidak jadi",
            subtitle="Disepakati 2 Jul 2026; perubahan dihitung dari 13 minggu sebelum ke 13 minggu sesudah, tanpa pembanding, maka hanya gambaran",
            children=(
                b.Table(
                    columns=(b.Column("Tindakan"), b.Column("Batas waktu"), b.Column("Hasil"), b.Column("Apa yang terjadi")),
                    rows=(
                        ("Bersihkan 14 peluang tanpa langkah lanjut", "15 Jul 2026", b.Mark("met", "Selesai"), "14 dari 14; peluang mandek 9 → 3"),
                        ("Blok telepon setiap hari kerja", "31 Jul 2026", b.Mark("open", "Sebagian"), "39 dari 65 hari; telepon per hari 8,3 → 8,0"),
                        ("Dua simulasi menangani keberatan", "28 Agu 2026", b.Mark("below", "Tidak jadi"), "Pelatih cuti; dijadwalkan ulang 9 Okt 2026"),
                    ),
                ),
            ),
        ),
        b.Section(
            heading="Kesepakatan dan catatan",
            subtitle="Diisi bersama saat 1:1; pertemuan berikut 2 Nov 2026",
            children=(
                b.Agreement(
                    labels=("Tindakan", "Siapa", "Tanggal", "Tanda tercapai"),
                    suggested=("Blok telepon 09.00–10.30, lima hari", "Bagas", "5–30 Okt 2026", "rata-rata ≥ 10 per hari kerja"),
                    notes=("Catatan rep", "Catatan manajer"),
                ),
            ),
        ),
        b.MethodBox(items=(
            ("n dan periode.", "65 hari kerja, 1 Jul–30 Sep 2026 (kalender Indonesia, 2 hari libur nasional); 520 telepon, 13 proposal, 2 kontrak."),
            ("Metode.", "Interval: Wilson untuk tingkat, Poisson untuk jumlah; penguraian LMDI dengan interval 90 % dari undian posterior; batas kendali 95 % dengan koreksi BH."),
            ("Dikecualikan.", "31 telepon tanpa pemilik, 4 bertanggal di masa depan, 2 peluang ganda digabung; 1 rekan dengan masa kerja < 13 minggu. Ini uraian hitungan dan keterkaitan, bukan bukti sebab-akibat."),
        )),
    ]


ACTIVITIES = [
    ("First meetings held", "linked", "Linked", 4.3, 1.9, 6.7, "3.3", "2,214", "1,987"),
    ("Outbound calls", "linked", "Linked", 3.6, 1.5, 5.8, "3.0", "2,214", "1,987"),
    ("Discount requests", "negative", "Linked, negative", -3.1, -5.0, -1.2, "2.8", "2,214", "1,987"),
    ("Voicemails left", "none", "No link found", 0.2, -1.4, 1.8, "2.3", "2,214", "1,987"),
    ("Internal meetings", "none", "No link found", -0.5, -2.3, 1.4, "2.7", "2,214", "1,987"),
    ("Emails sent", "undecided", "Undecided", 2.0, -0.7, 4.8, "3.8", "2,214", "1,987"),
    ("Follow-ups", "reacts", "Reacts to results", 4.0, 1.6, 6.5, "3.4", "2,214", "1,987"),
    ("Admin tasks", "reacts", "Reacts to results", 1.7, -0.5, 4.0, "3.1", "2,214", "1,987"),
    ("Event invitations", "insufficient", "Not enough data", 6.1, -1.8, 14.6, "11.5", "1,312", "1,164"),
]


def signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def significance() -> nbformat.NotebookNode:
    """The significance report of the design, two pages, English."""
    tint = {"linked": ACCENT, "negative": RED}
    table = b.Table(
        columns=(
            b.Column("Activity"), b.Column("Verdict"), b.Column("", head_svg=axis_head()), b.Column("Wins, %", "right"), b.Column("95 % interval"),
            b.Column("Smallest detectable", "right"), b.Column("Rep-weeks", "right"), b.Column("Wins", "right"),
        ),
        rows=tuple(
            (name, b.Chip(verdict, words), b.Graphic(interval(est, low, high, tint.get(verdict)), flush=True), signed(est), b.Cell(f"{signed(low)} to {signed(high)}", "muted"), least, weeks, wins)
            for name, verdict, words, est, low, high, least, weeks, wins in ACTIVITIES
        ),
        note="n = 24 reps, 96 weeks; 2,214 usable rep-weeks, 1,987 wins (event invitations: 15 reps). Smallest detectable = the % of wins found in four out of five data sets like this one. Filled dot: verdict reached. Poisson model, cluster jackknife by rep, Benjamini–Hochberg over nine activities at 5 %.",
    )
    naive = [(name, est, low, high) for name, _, _, est, low, high, *_ in ACTIVITIES]
    page = [
        b.Opening(
            report="Significance of activities", client="PT Nusa Cakra Solusi", edition="Analyst edition · mock, fictional numbers",
            foot="24 reps · 96 weeks, 2 Dec 2024 – 4 Oct 2026 · as of 4 Oct 2026 · data fingerprint 7f3a·91c2", language="en", as_of="2026-10-04",
            title="Meetings and calls go with more wins, discounts with fewer",
            answer=(
                "Weeks in which a rep held more first meetings or made more calls than usual were followed by more wins: **10 % more goes with +4.3 % and +3.6 % wins**.",
                "More discount requests were followed by **fewer** wins (−3.1 %); voicemails and internal meetings show **no link larger than +2 %**.",
                "Follow-ups and admin tasks **react to results**, so they cannot serve as a KPI; emails stay undecided and event invitations have too few records.",
            ),
        ),
        b.Section(heading="Three of nine activities are linked to wins; two more have at most a small link", subtitle="Wins for 10 % more activity, with 95 % interval; rep and week differences removed, all activities in one model", children=(table,)),
        b.Section(
            heading="Why a simple correlation would fool you: all nine look good, three hold",
            subtitle="Left: the usual correlation coefficient, same week, all reps together. Right: the same activities once reps are compared only with themselves",
            children=(b.Figure(svg=rows_figure(174, 76, naive, -5, 15), alt="Dots: nine activities against zero; three stand apart.", width_mm=174, height_mm=76, source="Busy weeks and strong reps raise every count at once, so everything correlates with wins. Follow-ups have the highest correlation (0.44) and are no KPI: they rise after a deal is already moving."),),
        ),
        b.MethodBox(items=(("What this page can say.", "These are associations. A test (raise calls for half the team, chosen by lot) is needed to know whether more calls cause more wins; the plan is in section 4."),)),
        b.PageBreak(),
        b.Lead(
            title="Calls are linked to wins over the following three months", number=f"+3.6{NB}%", label="wins for 10 % more calls", note="95 % interval +1.5 to +5.8", chip=b.Chip("linked", "Linked"), chip_note="activity 2 of 9",
            text="Weeks in which a rep made more calls than usual were followed by more wins, after removing differences between reps and between weeks. This is an association.",
        ),
        b.Columns(
            left=(b.Section(heading="Wins follow over about three months", subtitle="Wins for 10 % more calls, by delay; bars = 95 % interval", children=(b.Figure(svg=rows_figure(84, 48, [("0–3", 0.6, -0.9, 2.1), ("4–7", 1.6, 0.2, 3.0), ("8–11", 1.1, -0.3, 2.4), ("12–16", 0.3, -1.2, 1.8)], -5, 5), alt="Four delays; the second stands out.", width_mm=84, height_mm=48),), source="The four delays together: F(4, 23) = 5.1, p = 0.004. Single delays overlap: do not pick a “best” one."),),
            right=(b.Section(heading="Future calls do not “predict” past wins", subtitle="Lead test: if later activity predicts earlier wins, it reacts", children=(b.Figure(svg=rows_figure(84, 48, [("Calls: past 16 weeks", 3.6, 1.5, 5.8), ("Calls: next 4 weeks", 0.2, -1.2, 1.6), ("Emails: next 4 weeks", -0.3, -1.4, 0.9)], -5, 10), alt="Lead test: only past calls stand apart from zero.", width_mm=84, height_mm=48),), source="Lead test for calls: p = 0.78, passed. An activity that fails is marked “reacts to results”."),),
        ),
        b.Section(
            heading="No single rep carries the link: all 24 estimates lie above zero", subtitle="Per-rep estimates drawn towards the team mean, ordered; line = 95 % interval; band = interval for all reps",
            children=(b.Figure(svg=rows_figure(174, 78, [(f"Rep {i + 1}", 7 - i * 0.5, 1 - i * 0.5, 12 - i * 0.5) for i in range(12)], -5, 15), alt="Forest: every rep above zero.", width_mm=174, height_mm=78, source="Order is not a ranking: the differences between reps are no larger than chance would give (p = 0.41). Leaving out any one rep keeps the estimate between +3.1 and +4.0 %."),),
        ),
        b.Section(
            heading="The estimate holds under other reasonable choices", subtitle="Wins for 10 % more calls",
            children=(
                b.Table(
                    columns=(b.Column("Choice"), b.Column("Wins, %", "right"), b.Column("95 % interval"), b.Column("p", "right"), b.Column("Reading")),
                    rows=(
                        ("**Main: rep and week effects, jackknife by rep**", "**+3.6**", "**+1.5 to +5.8**", "**0.002**", "linked (BH p = 0.008)"),
                        ("Month instead of week effects", "+3.4", "+1.3 to +5.6", "0.003", "same"),
                        ("Wild cluster bootstrap, linear model", "+3.2", "+0.9 to +5.5", "0.009", "same"),
                        ("Recent wins added as a control", "+3.1", "+0.8 to +5.4", "0.010", "same"),
                    ),
                    note="To cancel the estimate, a hidden cause would have to account for 31 % of what is left of both calls and wins.",
                ),
            ),
        ),
        b.MethodBox(items=(
            ("n and period.", "24 reps, 96 weeks to 4 Oct 2026, 2,214 rep-weeks, 1,987 wins."), ("Excluded.", "118 rep-weeks on leave or before hire; 2 reps with fewer than 20 weeks; 407 calls without an owner."),
            ("Lag kernel.", "From deal cycle times (median 6 weeks), fixed before looking at wins."), ("Not covered.", "Causes that move one rep’s calls and wins in the same weeks, such as a hot territory."),
        )),
    ]
    return notebook(page)


def state_of_the_union() -> nbformat.NotebookNode:
    """One landscape page: tiles, two uneven columns of figures and tables, English."""
    trend = [2.0, 2.6, 2.2, 2.8, 3.1, 3.0, 3.4, 3.9]

    def tile(label: str, value: str, note: str, share: float, colour: str, verdict: str, words: str) -> b.Tile:
        bars = bar(share, None if share < 100 else share - 8, share + 8, colour).replace("78pt", "102pt").replace("14pt", "14pt")
        return b.Tile(label=label, value=value, note=note, trend_svg=spark(trend, ACCENT), bar_svg=bars, mark=b.Mark(verdict, words))

    tiles = b.Tiles(tiles=(
        tile("Bookings", f"Rp{NB}61.4{NB}bn", f"target Rp{NB}63.0{NB}bn · 97 %", 97, MID, "stretch", f"Rp{NB}1.6{NB}bn behind target"),
        tile("Contracts won", "412", "target 405 · 102 %", 102, MID, "open", "within noise of target"),
        tile("Win rate", "27.6 %", "target 25.0 % · 110 %", 110, ACCENT, "met", "above target"),
        tile("Pipeline coverage", f"2.1{NB}×", "target 3.0 × · 70 %", 70, RED, "below", "below target"),
        tile("Median cycle", "71 days", "target 75 days · 106 %", 106, MID, "open", "within noise of target"),
        tile("Net revenue retention", "103.4 %", "target 105.0 % · 98 %", 98, MID, "open", "within noise of target"),
    ))
    fan = rows_figure(150, 72, [("Jan–Sep", 6.1, 5.8, 6.3), ("Oct–Dec", 8.0, 7.7, 8.4)], 0, 10)
    reps = rows_figure(108, 72, [(name, 10 - i, 7 - i, 13 - i) for i, name in enumerate(("Ratih Pramesti", "Yoga Mahendra", "Intan Maharani", "Galih Saputro", "Dewanti Kusuma", "Rangga Aditya", "Melati Sukma", "Surya Hidayat"))], -5, 15)
    open_rows = (
        ("Graha Medika Utama", "Ratih Pramesti", "2.40", "Negotiation · 24", "0.61", "–"),
        ("Bahari Logistik Nusantara", "Galih Saputro", "1.95", "Proposal · 58", "0.34", "date pushed 3 times"),
        ("Tirta Pangan Lestari", "Surya Hidayat", "1.60", "Proposal · 19", "0.45", "–"),
        ("Koperasi Mitra Tani", "Intan Maharani", "1.35", "Demo · 71", "0.16", f"older than 90{NB}% of wins"),
        ("Sinar Karya Baja", "Yoga Mahendra", "1.20", "Negotiation · 11", "0.66", "–"),
    )
    closed = (
        ("Cipta Ruang Sejahtera", "1.85", b.Mark("met", "Won"), "referral"),
        ("Anugerah Farma Abadi", "1.40", b.Mark("met", "Won"), "renewal + 2 sites"),
        ("Rimba Jaya Properti", "1.30", b.Mark("below", "Lost"), "price"),
        ("Samudra Data Prima", "1.10", b.Mark("met", "Won"), "new product"),
        ("Wijaya Tekstil Mandiri", "0.95", b.Mark("below", "Lost"), "no decision"),
    )
    wide = (150, 11, 108)
    page = [
        b.Opening(
            report="State of the Union", client="PT Nusa Cakra Solusi", edition="CRO edition · mock, fictional numbers", landscape=True, language="en", as_of="2026-09-30",
            foot="1 Jan – 30 Sep 2026 · as of 30 Sep 2026 · 31 reps, 1,493 closed opportunities · 31 rows without amount and 12 duplicates excluded · data fingerprint 7f3a·91c2",
            title="Bookings are 3 % behind; thin pipeline is the risk for the fourth quarter",
            answer=(
                "Bookings stand at **Rp 61.4 bn against a target of Rp 63.0 bn**.",
                "The year is forecast to close at **Rp 80.7 bn (80 % interval 77.8 to 83.6)**, so the Rp 84.0 bn target has a chance of 0.08.",
                "Pipeline coverage of **2.1 × is below the 3.0 ×** that earlier fourth quarters started with.",
            ),
        ),
        tiles,
        b.Columns(widths=wide, left=(b.Section(heading="The year is likely to end Rp 3 bn short of target", subtitle="Cumulative bookings, Rp bn; forecast with 80 % and 95 % interval", children=(b.Figure(svg=fan, alt="Fan: bookings against target.", width_mm=150, height_mm=72),)),),
                  right=(b.Section(heading="Eight reps lead; their order is not settled", subtitle="Year-to-date attainment and 80 % interval; right: range of ranks", children=(b.Figure(svg=reps, alt="Dots: eight reps against goal.", width_mm=108, height_mm=72),)),)),
        b.Columns(widths=wide, left=(b.Section(heading="Open: five opportunities weigh Rp 3.9 bn, a fifth of the fourth-quarter forecast", subtitle="Largest open opportunities; chance from stage age, not the rep’s own estimate", children=(b.Table(columns=(b.Column("Account"), b.Column("Owner"), b.Column("Rp bn", "right"), b.Column("Stage · days"), b.Column("Chance", "right"), b.Column("Watch")), rows=open_rows),)),),
                  right=(b.Section(heading="Closed: three won, two lost", subtitle="Largest closed in September", children=(b.Table(columns=(b.Column("Account"), b.Column("Rp bn", "right"), b.Column("Result"), b.Column("Reason recorded")), rows=closed),)),)),
    ]
    return notebook(page)


def notebook(page: list[b.Block]) -> nbformat.NotebookNode:
    """Return an executed notebook whose cells hold blocks, with a parameters cell that must stay hidden."""
    cells = [nbformat.v4.new_code_cell('secret_parameter = "hidden"', metadata={"tags": ["parameters"]})]
    for i, block in enumerate(page):
        output = nbformat.v4.new_output("execute_result", data=block._repr_mimebundle_(), execution_count=i + 1)
        cells.append(nbformat.v4.new_code_cell(f"secret_input_{i}()", outputs=[output], execution_count=i + 1))
    nb = nbformat.v4.new_notebook(cells=cells)
    for i, cell in enumerate(nb.cells):
        cell.id = f"cell-{i}"
    return nb

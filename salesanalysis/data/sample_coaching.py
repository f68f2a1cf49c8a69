"""Coaching sessions of the sample company, in the words of its managers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .sample_people import PLANTED
from .sample_work import Work

#: What is agreed when a KPI is worked on, and what is noted when it was done, partly done or not done.
_ACTIONS = {
    "calls": (
        (
            "Blok telepon 09.00–10.30 setiap hari kerja",
            "10 dari 11 hari terlaksana",
            "6 dari 11 hari terlaksana",
            "Pagi tetap terisi rapat internal",
        ),
        (
            "Siapkan daftar 20 nama sebelum pulang",
            "Daftar siap setiap sore",
            "Daftar siap tiga sore dalam seminggu",
            "Daftar masih dibuat pagi hari",
        ),
        (
            "Dua jam menelepon bersama rep yang paling rajin",
            "Dua kali terlaksana, daftar pertanyaan disalin",
            "Satu kali terlaksana",
            "Rekan cuti; dijadwalkan ulang",
        ),
    ),
    "conversation_rate": (
        (
            "Buka telepon dengan satu pertanyaan tentang usaha pelanggan",
            "Terdengar di semua rekaman",
            "Terdengar di sebagian rekaman",
            "Pembukaan lama masih dipakai",
        ),
        (
            "Dengarkan enam rekaman bersama dan catat kapan pelanggan bercerita",
            "Enam rekaman didengar",
            "Empat rekaman didengar",
            "Perekam belum aktif",
        ),
        (
            "Siapkan tiga pertanyaan terbuka per segmen",
            "Lembar pertanyaan dipakai setiap hari",
            "Selesai untuk dua segmen",
            "Belum mulai",
        ),
    ),
    "win_rate": (
        (
            "Dua simulasi menangani keberatan harga",
            "Dua simulasi selesai",
            "Satu simulasi selesai",
            "Pelatih cuti; dijadwalkan ulang",
        ),
        (
            "Tanyakan siapa yang memutuskan sebelum mengirim proposal",
            "Tercatat di semua peluang baru",
            "Tercatat di separuh peluang",
            "Belum tercatat",
        ),
    ),
    "proposal_rate": (
        (
            "Bersihkan peluang tanpa langkah lanjut",
            "Semua peluang sudah punya langkah lanjut",
            "Separuh daftar sudah bersih",
            "Belum sempat",
        ),
        (
            "Tulis langkah berikut dan tanggalnya di setiap peluang",
            "Terisi di semua peluang",
            "Terisi di sebagian peluang",
            "Belum menjadi kebiasaan",
        ),
    ),
    "average_deal_size": (
        (
            "Tawarkan paket tiga modul dalam setiap proposal",
            "Ditawarkan di semua proposal",
            "Dicoba di tiga proposal",
            "Masih menawarkan satu modul",
        ),
    ),
}
_STATUS = ("done", "partly", "not done")
#: The KPI that a planted weakness shows in.
_SHOWS_IN = {
    "calls": "calls",
    "conversation_rate": "conversation_rate",
    "win_rate": "win_rate",
    "follow_through": "proposal_rate",
    "size": "average_deal_size",
}


def make_coaching(rng: np.random.Generator, work: Work) -> pd.DataFrame:
    """List sessions, what was agreed and what became of it.

    Coached are those of the planted waves, and the weak reps: 200 and 90 days before the end. Those whose
    coaching changed nothing had a second session lately, with actions still open.
    """
    people, clock = work.people, work.people.clock
    sessions = [(lift.day, lift.rep, lift.kpi) for lift in work.lifts]
    sessions += [(clock.working(clock.end - 16), i.rep, i.kpi) for i in work.lifts if i.log_lift == 0]
    for rep, name in enumerate(people.table["name"]):
        for factor, times in PLANTED.get(name, {}).items():
            if times < 1:
                for back in (200, 90):
                    day = clock.working(clock.end - back + int(rng.integers(0, 6)))
                    sessions.append((day, rep, _SHOWS_IN[factor]))
    rows = []
    for number, (day, rep, kpi) in enumerate(sorted(sessions, key=lambda s: (s[0], s[1])), start=1):
        who = people.table.iloc[rep]
        common = {"session_id": f"S{number:03d}", "rep_id": who["rep_id"], "coach": who["manager"]}
        common |= {"held_on": day, "kpi": kpi}
        for k, (action, *notes) in enumerate(_ACTIONS[kpi]):
            due = clock.working(day + 14 * (k + 1) + int(rng.integers(0, 5)))
            # The three outcomes take turns, so that no session is all good or all bad.
            turn = (number + k) % 3
            known = due <= clock.end
            status, note = (_STATUS[turn], notes[turn]) if known else ("open", None)
            rows.append({**common, "action": action, "due_on": due, "status": status, "note": note})
    return pd.DataFrame(rows)

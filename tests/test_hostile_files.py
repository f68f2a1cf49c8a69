"""Names of files: no two pages share one, and every system can have them."""

from __future__ import annotations

import hostile
import pandas as pd

from salesanalysis.report import files

ALIKE = (
    *(
        "Ani",
        "ANI",
        "ani",
        "Ani R1",
        "ani-r1",
        "Ani r1 ",
        "A-ni",
        "Áni",
        "Ani\u200b",
        "Ani\x00",
        "Ani\u202e",
        "Ani",
    ),
    *(
        "王",
        "王\u3000",
        "🚀",
        "🚀🚀",
        "-",
        "神",
        "\ufa19",
        "각",
        "\u1100\u1161\u11a8",
        "Region X",
        "X",
        "x region y",
    ),
)


def people(names: list[str], ids: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"rep_id": ids, "name": names, "team": ["Ani", "Jakarta"] * (len(ids) // 2)})


def test_reps_whose_names_look_alike_keep_files_of_their_own():
    for ids in (
        [f"R{i}" for i in range(len(ALIKE))],
        [f"{'rR'[i % 2]}{i // 2}" for i in range(len(ALIKE))],  # r0, R0, r1, R1, …
        hostile.mixed(len(ALIKE)),
    ):
        reps = people(list(ALIKE), ids)
        found = [files.slug_of_rep(row, reps) for row in reps.to_dict("records")]
        assert len({f.casefold() for f in found}) == len(found)
        assert all(hostile.portable(f"rep-{f}-en.html") for f in found)
        assert files.slug_of_scope("Ani") not in found, "a rep called like a team"


def test_every_hostile_rep_has_a_file_of_the_own():
    every = hostile.names()
    every = every[: len(every) // 2 * 2]
    reps = people(every, [f"R{i:04d}" for i in range(len(every))])
    found = [files.slug_of_rep(row, reps) for row in reps.iloc[::5].to_dict("records")]
    assert len(set(found)) == len(found)
    assert all(hostile.portable(f"rep-2026-q3-{f}-rep-edition-en.html") for f in found)


def test_teams_and_regions_that_look_alike_keep_files_of_their_own():
    every = [*ALIKE, *hostile.mixed(60)]
    reps = pd.DataFrame({"team": every, "region": every})
    found = [files.slug_of_scope(name, reps=reps) for name in every]
    found += [files.slug_of_scope(region=name, reps=reps) for name in every]
    assert len({f.casefold() for f in found}) == len(found) - 2 * (len(every) - len(set(every)))
    assert all(hostile.portable(f"pipeline-2026-q3-{f}-en.pdf") for f in found)


def test_plain_names_stay_plain():
    reps = people(["Ani Lestari", "Budi"], ["r1", "r2"])
    assert files.slug_of_rep({"name": "Budi", "rep_id": "r2"}, reps) == "budi"
    assert files.slug_of_scope("Jakarta", reps=reps) == "jakarta"

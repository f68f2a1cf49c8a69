"""The compensation report as files: no rep's slip tells of others, no client's edition of anybody."""

from __future__ import annotations

import re

import pytest
from test_editions import told

import salesanalysis as sa
from salesanalysis.report import kernel, run

pytestmark = pytest.mark.slow
PERIOD, READER = "2026-Q3", "Bagas Prakoso"


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    kernel.register()
    folder = tmp_path_factory.mktemp("pay")
    common = {"client": "sample", "period": PERIOD, "language": "en"}
    asked = {"rep": {"rep": READER, "edition": "rep"}, "client": {"edition": "client"}}
    return {
        name: told(run.run_report("compensation", common | more, out=folder, engine=kernel.NAME).files)
        for name, more in asked.items()
    }


def names(crm):
    reps = crm.reps()
    return reps[["name", "rep_id"]].assign(managers=reps["manager"])


def test_a_slip_names_nobody_else_and_holds_nobody_elses_pay(sample_crm, sheets):
    reps = names(sample_crm)
    others = reps[reps["name"] != READER]
    words = [*others["name"], *others["rep_id"]]
    pay = sa.pay(sample_crm, PERIOD).table.set_index("name")["pay"].drop(READER)
    words += [sample_crm.client.words.number(p, 2) for p in pay.unique() if p % 1_000_000]
    words += [f"{p:.2f}" for p in pay.unique() if p % 1_000_000]
    for name, text in sheets["rep"].items():
        found = [w for w in words if re.search(rf"(?<![\w.,]){re.escape(w)}(?![\w.,])", text)]
        assert not found, f"{name} tells of {found}"
        assert READER in text and "34,994,953.13" in text


def test_the_clients_edition_names_nobody(sample_crm, sheets):
    reps = names(sample_crm)
    words = {*reps["name"], *reps["rep_id"], *reps["managers"].dropna()}
    for name, text in sheets["client"].items():
        found = [w for w in words if re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text)]
        assert not found, f"{name} tells of {found}"
        assert "Other roles" in text

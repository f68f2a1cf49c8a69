"""Columns of result tables about pay."""

from __future__ import annotations

from collections.abc import Mapping

#: Part of the `GLOSSARY`.
PAY: Mapping[str, str] = {
    "credited": "value of wins credited to the rep, splits counted",
    "given": "value of own wins that splits give to others",
    "received": "value of others' wins that splits give to the rep",
    "base_pay": "base pay of the period",
    "commission": "commission up to the target",
    "accelerator": "commission of tiers above the target that pay more",
    "bonus": "bonuses by KPI",
    "clawback": "commission taken back for cancelled contracts, negative",
    "cap": "what the cap takes off, negative",
    "draw": "advances and guarantees paid",
    "recovered": "earlier advances taken back, negative",
    "variable_pay": "all pay but base",
    "pay": "all pay",
    "on_target": "variable pay at target",
    "split_pay": "what the commission is more or less by splits",
    "owed": "advances still to be earned",
    "earned": "variable pay earned before clawback, cap and draw",
    "target_share": "share of the variable pay at target",
    "level": "attainment of every target in a scenario",
}

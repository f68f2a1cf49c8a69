"""Likely duplicates: rows with identifiers of their own that look like one thing entered twice.

Rows are compared only within a block (the same rep and day, the same account, neighbours in the order of
names), so that the cost grows with the number of rows and not with its square.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from ..core.crm import Crm

#: Days within which a second opportunity of the same name and amount is taken for the first one.
NEAR_DAYS = 30
#: A subject that stands more often than this is a template and tells no two activities apart.
TEMPLATE = 20
#: Letters by which near-same names may differ, and the least length of such names.
LETTERS, LEAST_LENGTH = 1, 8
#: Words that say what form of company it is; a name is compared without them.
FORMS = (
    "pt|cv|ud|tbk|persero|inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|ag|bv|nv"
    "|sa|sarl|srl|spa|pte|pty|sdn|bhd|holdings?|group"
)
COLUMNS = ["term", "table", "estimate", "n", "base", "example"]


def duplicates(crm: Crm) -> pd.DataFrame:
    """Return the likely duplicates that this data can show: ``term, table, estimate, n, base, example``.

    `n` counts the rows beyond the first of each group. What has too few columns to be told apart (calls
    without a subject, say, of which two on one day are nothing unusual) is not looked at.
    """
    found = [_activities(crm), _opportunities(crm), *(_names(crm, t) for t in ("accounts", "contacts"))]
    return pd.DataFrame([row for row in found if row], columns=COLUMNS)


def plain_name(name: ir.StringValue) -> ir.StringValue:
    """Return a name in small letters without forms of company, marks and blanks at its ends.

    Examples
    --------
    >>> plain_name(ibis.literal("PT. Maju-Jaya, Tbk")).to_pandas()
    'maju jaya'
    """
    words = name.lower().re_replace("[^a-z0-9\u00c0-\uffff]+", " ")
    # Twice, for two forms side by side share the blank between them.
    bare = words
    for _ in range(2):
        bare = (ibis.literal(" ") + bare + ibis.literal(" ")).re_replace(f" ({FORMS}) ", " ").strip()
    return ibis.ifelse(bare == "", words.strip(), bare)


def _row(term: str, table: str, counts: pd.Series, base: int) -> dict[str, object]:
    n = 0 if pd.isna(counts["n"]) else int(counts["n"])
    example = "" if pd.isna(counts["example"]) or not n else str(counts["example"])
    estimate = n / base if base else float("nan")
    return {"term": term, "table": table, "estimate": estimate, "n": n, "base": base, "example": example}


def _activities(crm: Crm) -> dict[str, object] | None:
    """Count activities alike in rep, kind, day, outcome, person or account, subject and length."""
    if not crm.has("activities"):
        return None
    table = crm.table("activities")
    who = [c for c in ("contact_id", "opportunity_id", "account_id", "lead_id") if c in table.columns]
    if not who or not {"rep_id", "subject"} <= set(table.columns):
        return None
    alike = ["rep_id", "kind", "occurred_on", "subject", *who]
    alike += [c for c in ("outcome", "duration_minutes", "due_on", "completed_on") if c in table.columns]
    told = ibis.or_(*(table[c].notnull() for c in who)) & table["subject"].notnull()
    rows = table.filter(told & table["rep_id"].notnull())
    twice = rows.group_by(*alike).agg(times=lambda t: t.count()).filter(lambda t: t["times"] > 1)
    often = rows.group_by("subject").agg(times=lambda t: t.count()).filter(lambda t: t["times"] > TEMPLATE)
    twice = twice.anti_join(often, "subject")
    parts = (twice["rep_id"], twice["occurred_on"].cast("string"), twice["subject"])
    counts = twice.aggregate(n=(twice["times"] - 1).sum(), example=ibis.literal(", ").join(parts).min())
    return _row("activity_twice", "activities", counts.to_pandas().iloc[0], int(rows.count().execute()))


def _opportunities(crm: Crm) -> dict[str, object] | None:
    """Count opportunities of one account with near-same names and one amount, created within a month."""
    needs = [f"opportunities.{c}" for c in ("name", "amount", "account_id", "created_on")]
    if not all(crm.has(need) for need in needs):
        return None
    table = crm.table("opportunities")
    rows = table.filter(*(table[need.partition(".")[2]].notnull() for need in needs))
    rows = rows.select("opportunity_id", "account_id", "amount", "created_on", plain=plain_name(rows["name"]))
    order = ibis.window(group_by=["account_id", "amount"], order_by=["plain", "created_on", "opportunity_id"])
    rows = _beside(rows, order, "opportunity_id", "created_on")
    near = rows["created_on"].delta(rows["before_day"], unit="day").abs() <= NEAR_DAYS
    return _row(
        "opportunity_twice",
        "opportunities",
        _pairs(rows, "opportunity_id", near),
        int(table.count().execute()),
    )


def _names(crm: Crm, name: str) -> dict[str, object] | None:
    """Count accounts (or people of one account) whose names differ in form, marks or one letter only."""
    key = f"{name[:-1]}_id"
    if not (crm.has(f"{name}.name") and crm.has(f"{name}.{key}")):
        return None
    table = crm.table(name)
    within = ["account_id"] if name == "contacts" and "account_id" in table.columns else []
    if name == "contacts" and not within:
        return None  # namesakes at different companies are two people
    if name == "accounts":  # branches of one company in two regions may be two customers
        within = [c for c in ("region", "segment") if c in table.columns]
    rows = table.filter(table["name"].notnull())
    keep = {"plain": plain_name(rows["name"])} | {c: rows[c] for c in (key, *within)}
    rows = rows.select(**keep)
    rows = _beside(rows, ibis.window(group_by=within, order_by=["plain", key]), key)
    counts = _pairs(rows, key, ibis.literal(True))
    return _row(f"{name[:-1]}_twice", name, counts, int(table.count().execute()))


def _beside(rows: ir.Table, order: object, key: str, day: str = "") -> ir.Table:
    """Put beside each row the name, the identifier and the day of the one before it in its block."""
    beside = {"before_name": rows["plain"].lag().over(order), "before_key": rows[key].lag().over(order)}
    if day:
        beside["before_day"] = rows[day].lag().over(order)
    return rows.mutate(**beside)


def _pairs(rows: ir.Table, key: str, condition: ir.BooleanValue) -> pd.Series:
    """Return how many rows look like the one before them, and the first such pair."""
    one, other = rows["plain"], rows["before_name"]
    pair = rows["before_key"] + ibis.literal(" = ") + rows[key]
    same = other.notnull() & condition & (one == other)
    counts = rows.aggregate(n=rows.count(where=same), example=pair.min(where=same)).to_pandas().iloc[0]
    digits = one.re_replace("[^0-9]+", "") == other.re_replace("[^0-9]+", "")  # "Unit 1" is not "Unit 2"
    half = (one.length() // 2).cast("int32")
    rest = (one.length() - half).cast("int32")
    # Where one letter differs, the half before it or the half behind it is the same; few names are left then.
    alike = (one.left(half) == other.left(half)) | (one.right(rest) == other.right(rest))
    near = condition & (one != other) & (one.length() >= LEAST_LENGTH) & digits & alike
    near &= (one.length() - other.length()).abs() <= LETTERS
    found = rows.filter(near).select(one=one, other=other, pair=pair).to_pandas()
    close = [r.pair for r in found.itertuples() if _differ_by_a_letter(r.one, r.other)]
    examples = [e for e in (counts["example"], *close) if not pd.isna(e)]
    return pd.Series({"n": int(counts["n"]) + len(close), "example": min(examples, default=None)})


def _differ_by_a_letter(one: str, other: str) -> bool:
    """Tell whether one letter was added, left out or changed."""
    short, long = sorted((one, other), key=len)
    at = next((i for i, c in enumerate(short) if c != long[i]), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]

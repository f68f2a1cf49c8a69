"""Customers of a year, to be counted by hand: contracts, growth, churn, referrals, value. As of 2025-12-31.

Three account managers: m1 has k1 to k6, m2 k7 and k9, m3 k8 and k10. k7 was inherited, k1 too. Yearly value
of the running contracts at the start and at the end of 2025:

====  =====  =====  ====================================================================
k1    400    1000   renewed and grown by 600
k2    300    350    two-year contract, 50 added in October
k3    200    150    renewed for less
k4    100    0      not renewed: lost on 2025-09-01
k5    0      250    new on 2025-06-01; 20 of its 270 are a fee paid once
k6    0      0      gained on 2025-03-01 and lost on 2025-10-01, cancelled before its term
k7    1000   3000   two-year contract, 2000 added in July
k8    1000   5000   renewed for more on 2025-12-01, no day between
k9    0      0      customer of 2023 only: a former customer
k10   0      60     new on 2025-09-01 for six months: 30
====  =====  =====  ====================================================================

Retention: 6 at the start, 3 gained (k5 k6 k10), 2 lost (k4 k6), 7 at the end. Article with net gained -
lost = 1: (7 - 1) / 6 = 100 %; with all 3 gained: 4 / 6; with the 2 new ones still there: 5 / 6 = strict.
Churn 1 / 6. m1 3 / 4, m2 1 / 1, m3 1 / 1. Largest customers at the start (a tenth of 6 is one): k7 and k8
tie, both stay. Value of the fixed set 3000 -> 9500: expansion 600 + 50 + 2000 + 4000 = 6650, contraction
50, churn 100, net +6500. m1 1000 -> 1500 (+50 %: +650 - 50 - 100), m2 1000 -> 3000 (+200 %), m3 1000 ->
5000 (+400 %). Net revenue retention 9500 / 3000, gross (3000 - 150) / 3000 = 95 %; m1 150 % and 85 %. New:
250 + 60 = 310.

Signed in 2025: m1 K02 1000, K04 50, K06 150, K08 270, K09 120; m2 K11 2000; m3 K13 5000, K15 30. Eight with
value 8620: article 8620 / 8 = 1077.5. Yearly recurring 1000 + 50 + 150 + 250 + 120 + 2000 + 5000 + 60 =
8630: strict 8630 / 8 = 1078.75, median (150 + 250) / 2 = 200. Under twelve months: K15 alone. Fees paid
once: 20. Book running at the end 9500 + 310 = 9810 on nine contracts (K02 K03 K04 K06 K08 K10 K11 K13 K15),
9810 / 7 a customer.

Value to date: 15 contracts of 10 customers, 13 000: 1300 a customer, 13 000 / 15 a purchase. By customer:
k1 1400, k2 650, k3 350, k4 100, k5 270, k6 120, k7 4000, k8 6000, k9 80, k10 30. m1 2890 / 6, m2 4080 / 2,
m3 6030 / 2.

Referred in 2025: r1 (k11 by k4, then active: m1), r2 and r3 (k10 twice, by k1 and k2, both active: one
prospect, m1), r4 (k12 by k9, a former customer), r5 (k13 by k4 after it was lost). Strict: 2 prospects (k11
in Q1, k10 in Q3), both credited to m1; by any account: 4 prospects, 5 opportunities. Of the two, one was
won (r2, 30): conversion 1 / 2. Active customers at the start of 2025: 6; of Q3: 8 (k1 to k8), of m1 6.

`crowd()` is the article's hundred: 100 at the start, 20 of them lost, 30 gained, 5 of those lost, 105 at
the end. `worth()` has its two reps: 500 000 / 100 000 = 5 and 80 000 / 40 000 = 2. v1 has w1 (2 x 300 000)
and w2 (2 x 200 000), v2 has w3 (2 x 50 000) and w4 (2 x 30 000, inherited), v3 nobody, v4 a customer and no
cost. Surplus 400 000 and 40 000. Without the inherited one v2 has 100 000 / 40 000 = 2.5. Purchases of v1
and v2: 8 of 145 000 by 4 customers in 2 years: 145 000 x 1 x 2 = 290 000 = 1 160 000 / 4.
"""

from datetime import date

AS_OF = date(2025, 12, 31)

TEXTS = {
    "reps": """
rep_id,name,team,manager,role,region,hired_on,left_on,annual_cost
m1,Mira Lestari,Key,Dewi,AM,West,2022-01-03,,100
m2,Made Surya,Key,Dewi,AM,West,2022-01-03,,100
m3,Maya Putri,Key,Dewi,AM,East,2022-01-03,,100
""",
    "accounts": """
account_id,name,segment,region,source,created_on,rep_id,inherited
k1,PT Kesatu,retail,West,web,2024-01-08,m1,yes
k2,PT Kedua,retail,West,event,2024-02-05,m1,no
k3,PT Ketiga,logistics,West,web,2024-03-04,m1,no
k4,PT Keempat,logistics,West,referral,2024-04-01,m1,no
k5,PT Kelima,retail,West,web,2025-02-03,m1,no
k6,PT Keenam,retail,West,web,2025-01-06,m1,no
k7,PT Ketujuh,retail,East,event,2023-10-02,m2,yes
k8,PT Kedelapan,logistics,East,web,2024-09-02,m3,no
k9,PT Kesembilan,retail,East,web,2022-09-05,m2,no
k10,PT Kesepuluh,retail,East,referral,2025-07-01,m3,no
k11,PT Kesebelas,retail,West,referral,2025-03-03,m1,no
k12,PT Keduabelas,retail,West,referral,2025-04-07,m2,no
k13,PT Ketigabelas,retail,West,referral,2025-10-06,m3,no
""",
    "opportunities": """
opportunity_id,rep_id,account_id,name,created_on,closed_on,outcome,stage,amount,type,source,referred_by_account_id
r1,m1,k11,Kesebelas,2025-03-03,2025-04-14,lost,closed,90,new,referral,k4
r2,m3,k10,Kesepuluh,2025-07-10,2025-08-05,won,closed,30,new,referral,k1
r3,m3,k10,Kesepuluh plus,2025-07-21,,open,meeting,40,new,referral,k2
r4,m2,k12,Keduabelas,2025-04-07,2025-05-05,lost,closed,50,new,referral,k9
r5,m3,k13,Ketigabelas,2025-10-06,,open,meeting,60,new,referral,k4
r6,m1,k5,Kelima,2025-02-03,2025-05-06,won,closed,270,new,web,
r7,m1,k1,Kesatu lagi,2025-02-10,2025-03-20,won,closed,1000,renewal,web,
r8,m2,k7,Ketujuh plus,2025-05-05,2025-06-16,won,closed,2000,expansion,event,
""",
    "contracts": """
contract_id,account_id,opportunity_id,rep_id,signed_on,starts_on,ends_on,value,annual_value,one_off_value,cancelled_on
K01,k1,,m1,2024-03-15,2024-04-01,2025-04-01,400,400,,
K02,k1,r7,m1,2025-03-20,2025-04-01,2026-04-01,1000,1000,,
K03,k2,,m1,2024-06-10,2024-07-01,2026-07-01,600,300,,
K04,k2,,m1,2025-09-10,2025-10-01,2026-10-01,50,50,,
K05,k3,,m1,2024-04-15,2024-05-01,2025-05-01,200,200,,
K06,k3,,m1,2025-04-22,2025-05-01,2026-05-01,150,150,,
K07,k4,,m1,2024-08-12,2024-09-01,2025-09-01,100,100,,
K08,k5,r6,m1,2025-05-06,2025-06-01,2026-06-01,270,250,20,
K09,k6,,m1,2025-02-17,2025-03-01,2026-03-01,120,120,,2025-10-01
K10,k7,,m2,2024-01-15,2024-02-01,2026-02-01,2000,1000,,
K11,k7,r8,m2,2025-06-16,2025-07-01,2026-07-01,2000,2000,,
K12,k8,,m3,2024-11-11,2024-12-01,2025-12-01,1000,1000,,
K13,k8,,m3,2025-11-20,2025-12-01,2026-12-01,5000,5000,,
K14,k9,,m2,2022-12-12,2023-01-01,2024-01-01,80,80,,
K15,k10,r2,m3,2025-08-05,2025-09-01,2026-03-01,30,60,,
""",
}


# The table is needed; neither story has opportunities of its own.
_ONE = """
opportunity_id,rep_id,account_id,created_on,closed_on,outcome,stage,amount
o1,{rep},{account},2025-02-03,2025-03-03,lost,closed,10
"""


def crowd() -> dict[str, str]:
    """Return the article's hundred customers as texts."""
    names = [f"c{k:03d}" for k in range(1, 131)]
    rows = []
    for k, name in enumerate(names, start=1):
        start = "2024-01-01" if k <= 100 else "2025-03-01"
        end = "2025-07-01" if k <= 20 else "2025-10-01" if 100 < k <= 105 else "2027-01-01"
        rows.append(f"K{k:03d},{name},m1,{start},{start},{end},10,10")
    return {
        "reps": TEXTS["reps"],
        "accounts": "\n".join(["account_id,rep_id", *(f"{name},m1" for name in names)]),
        "opportunities": _ONE.format(rep="m1", account="c001"),
        "contracts": "\n".join(
            ["contract_id,account_id,rep_id,signed_on,starts_on,ends_on,value,annual_value", *rows]
        ),
    }


def worth() -> dict[str, str]:
    """Return the two reps of the article on value and cost, as texts."""
    rows = []
    for account, rep, value in (
        ("w1", "v1", 300_000),
        ("w2", "v1", 200_000),
        ("w3", "v2", 50_000),
        ("w4", "v2", 30_000),
        ("w5", "v4", 10_000),
    ):
        for year in (2024, 2025):
            start, end = f"{year}-01-01", f"{year + 1}-01-01"
            rows.append(f"{account}-{year},{account},{rep},{start},{start},{end},{value},{value}")
    return {
        "reps": """
rep_id,name,team,role,region,hired_on,annual_cost
v1,Vina Halim,Key,AM,West,2023-01-02,100000
v2,Vino Lubis,Key,AM,East,2023-01-02,40000
v3,Vera Utami,Key,AM,East,2023-01-02,50000
v4,Vito Pohan,Key,AM,East,2023-01-02,
""",
        "accounts": """
account_id,name,segment,region,source,created_on,rep_id,inherited
w1,PT Wahana,retail,West,web,2023-11-06,v1,no
w2,PT Wijaya,logistics,West,event,2023-11-06,v1,no
w3,PT Wangi,retail,East,web,2023-11-06,v2,no
w4,PT Warna,retail,East,event,2023-11-06,v2,yes
w5,PT Waktu,retail,East,event,2023-11-06,v4,no
""",
        "opportunities": _ONE.format(rep="v1", account="w1"),
        "contracts": "\n".join(
            ["contract_id,account_id,rep_id,signed_on,starts_on,ends_on,value,annual_value", *rows]
        ),
    }

"""Statistics on frames and arrays. Nothing here knows about sales."""

from .chain import Chain, chain_posterior
from .correlation import correlate
from .decompose import decompose_product, lmdi, shapley
from .difference import rate_ratio, ratio_of_totals, square_and_add
from .funnel import funnel_rates, funnel_shares, overdispersion
from .group_time import GroupTime, group_time
from .hazard import person_periods
from .interval import (
    Interval,
    bootstrap,
    correlation_interval,
    mean_t,
    newcombe,
    poisson_exact,
    wilson,
)
from .kernel import (
    Kernel,
    detectable_effect,
    exposure_columns,
    kernel_from_durations,
    lagged_exposure,
    lead_exposure,
    lognormal_kernel,
)
from .movement import Movement, movement, two_way
from .multiple import benjamini_hochberg, holm
from .partial import binned_residuals, partialled, unit_slopes
from .pool import partial_pool
from .prepare import Effects
from .randomise import Lots, Randomised, randomisation_power, randomisation_test
from .regression import Fit, logit, ols, ppml
from .resample import delta, of_sums, second_moments
from .sensitivity import Wald, partial_r2, robustness_value, wald
from .shrink import shrink_rates, shrink_shares
from .stacked import Stacked, Units, Windows, before_after, stacked
from .sums import mean_from_sums, ratio_of_counts, scaled_poisson
from .tidy import check_level, coefficient_table
from .wild import wild_cluster_p
from .witness import Pooled, beyond, chained, pool

__all__ = [
    "Chain",
    "Effects",
    "Fit",
    "GroupTime",
    "Interval",
    "Kernel",
    "Lots",
    "Movement",
    "Pooled",
    "Randomised",
    "Stacked",
    "Units",
    "Wald",
    "Windows",
    "before_after",
    "benjamini_hochberg",
    "beyond",
    "binned_residuals",
    "bootstrap",
    "chain_posterior",
    "chained",
    "check_level",
    "coefficient_table",
    "correlate",
    "correlation_interval",
    "decompose_product",
    "delta",
    "detectable_effect",
    "exposure_columns",
    "funnel_rates",
    "funnel_shares",
    "group_time",
    "holm",
    "kernel_from_durations",
    "lagged_exposure",
    "lead_exposure",
    "lmdi",
    "logit",
    "lognormal_kernel",
    "mean_from_sums",
    "mean_t",
    "movement",
    "newcombe",
    "of_sums",
    "ols",
    "overdispersion",
    "partial_pool",
    "partial_r2",
    "partialled",
    "person_periods",
    "poisson_exact",
    "pool",
    "ppml",
    "randomisation_power",
    "randomisation_test",
    "rate_ratio",
    "ratio_of_counts",
    "ratio_of_totals",
    "robustness_value",
    "scaled_poisson",
    "second_moments",
    "shapley",
    "shrink_rates",
    "shrink_shares",
    "square_and_add",
    "stacked",
    "two_way",
    "unit_slopes",
    "wald",
    "wild_cluster_p",
    "wilson",
]

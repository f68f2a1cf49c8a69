"""Statistics on frames and arrays. Nothing here knows about sales."""

from .allocate import allocate, exact
from .chain import Chain, chain_posterior
from .clustered import clustered_share
from .correlation import correlate, rank_correlation
from .decompose import decompose_product, lmdi, shapley
from .difference import rate_ratio, ratio_of_totals, square_and_add
from .funnel import funnel_rates, funnel_shares, overdispersion
from .group_time import GroupTime, group_time
from .hazard import Hazards, age_hazards, person_periods
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
from .levels import levels_of_means, levels_of_rates, levels_of_shares
from .lot import deal, deals, drawn, number_of_deals
from .movement import Movement, movement, two_way
from .multiple import benjamini_hochberg, holm
from .partial import binned_residuals, partialled, unit_slopes
from .pool import partial_pool
from .population import Population
from .prepare import Effects
from .promise import mean_power, smallest_found
from .randomise import Lots, Randomised, randomisation_power, randomisation_test
from .regression import Fit, logit, ols, ppml
from .resample import delta, of_sums, second_moments
from .sensitivity import Wald, partial_r2, robustness_value, wald
from .shrink import shrink_rates, shrink_shares
from .single import Singles, excess, singles
from .stacked import Stacked, before_after, stacked
from .sums import mean_from_sums, ratio_of_counts, scaled_poisson
from .tidy import check_level, coefficient_table
from .usual import levels
from .waves import Units, Windows, course
from .wild import wild_cluster_p
from .witness import Pooled, beyond, chained, pool

__all__ = [
    "Chain",
    "Effects",
    "Fit",
    "GroupTime",
    "Hazards",
    "Interval",
    "Kernel",
    "Lots",
    "Movement",
    "Pooled",
    "Population",
    "Randomised",
    "Singles",
    "Stacked",
    "Units",
    "Wald",
    "Windows",
    "age_hazards",
    "allocate",
    "before_after",
    "benjamini_hochberg",
    "beyond",
    "binned_residuals",
    "bootstrap",
    "chain_posterior",
    "chained",
    "check_level",
    "clustered_share",
    "coefficient_table",
    "correlate",
    "correlation_interval",
    "course",
    "deal",
    "deals",
    "decompose_product",
    "delta",
    "detectable_effect",
    "drawn",
    "exact",
    "excess",
    "exposure_columns",
    "funnel_rates",
    "funnel_shares",
    "group_time",
    "holm",
    "kernel_from_durations",
    "lagged_exposure",
    "lead_exposure",
    "levels",
    "levels_of_means",
    "levels_of_rates",
    "levels_of_shares",
    "lmdi",
    "logit",
    "lognormal_kernel",
    "mean_from_sums",
    "mean_power",
    "mean_t",
    "movement",
    "newcombe",
    "number_of_deals",
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
    "rank_correlation",
    "rate_ratio",
    "ratio_of_counts",
    "ratio_of_totals",
    "robustness_value",
    "scaled_poisson",
    "second_moments",
    "shapley",
    "shrink_rates",
    "shrink_shares",
    "singles",
    "smallest_found",
    "square_and_add",
    "stacked",
    "two_way",
    "unit_slopes",
    "wald",
    "wild_cluster_p",
    "wilson",
]

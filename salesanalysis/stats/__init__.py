"""Statistics on frames and arrays. Nothing here knows about sales."""

from salesanalysis.stats.chain import Chain, chain_posterior
from salesanalysis.stats.correlation import correlate
from salesanalysis.stats.decompose import decompose_product, lmdi, shapley
from salesanalysis.stats.funnel import funnel_rates, funnel_shares, overdispersion
from salesanalysis.stats.hazard import hazard_logit, person_periods
from salesanalysis.stats.interval import (
    Interval,
    bootstrap,
    correlation_interval,
    mean_t,
    newcombe,
    poisson_exact,
    wilson,
)
from salesanalysis.stats.kernel import (
    Kernel,
    detectable_effect,
    exposure_columns,
    kernel_from_durations,
    lagged_exposure,
    lead_exposure,
    lognormal_kernel,
)
from salesanalysis.stats.multiple import benjamini_hochberg, holm
from salesanalysis.stats.prepare import Effects
from salesanalysis.stats.regression import Fit, logit, ols, ppml
from salesanalysis.stats.sensitivity import Wald, partial_r2, robustness_value, wald
from salesanalysis.stats.shrink import shrink_rates, shrink_shares
from salesanalysis.stats.sums import mean_from_sums, ratio_of_counts, scaled_poisson

__all__ = [
    "Chain",
    "Effects",
    "Fit",
    "Interval",
    "Kernel",
    "Wald",
    "benjamini_hochberg",
    "bootstrap",
    "chain_posterior",
    "correlate",
    "correlation_interval",
    "decompose_product",
    "detectable_effect",
    "exposure_columns",
    "funnel_rates",
    "funnel_shares",
    "hazard_logit",
    "holm",
    "kernel_from_durations",
    "lagged_exposure",
    "lead_exposure",
    "lmdi",
    "logit",
    "lognormal_kernel",
    "mean_from_sums",
    "mean_t",
    "newcombe",
    "ols",
    "overdispersion",
    "partial_r2",
    "person_periods",
    "poisson_exact",
    "ppml",
    "ratio_of_counts",
    "robustness_value",
    "scaled_poisson",
    "shapley",
    "shrink_rates",
    "shrink_shares",
    "wald",
    "wilson",
]

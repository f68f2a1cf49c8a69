"""Statistics on frames and arrays. Nothing here knows about sales."""

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

__all__ = [
    "Effects",
    "Fit",
    "Interval",
    "Kernel",
    "benjamini_hochberg",
    "bootstrap",
    "correlation_interval",
    "detectable_effect",
    "exposure_columns",
    "holm",
    "kernel_from_durations",
    "lagged_exposure",
    "lead_exposure",
    "logit",
    "lognormal_kernel",
    "mean_t",
    "newcombe",
    "ols",
    "poisson_exact",
    "ppml",
    "wilson",
]

"""How far from the truth a number may be, and why no further."""

from __future__ import annotations

# A curve is a handful of roundings: progress, a kernel good to about one ulp, a weighted sum.
CURVE_ULP = 4

# A rate is a curve, a product with the base LR, and the sum with an absolute level.
RATE_ULP = 6

# Peers walk: each rate is computed from the one before, so they drift as the length grows.
PEER_RTOL = 1e-9

# Close to zero a walking peer has lost all its digits; as a multiple of the greatest rate.
PEER_ATOL = 1e-12

"""TITAN: a self-hosted research and monitoring platform for pairs trading."""

import os

# Jobs and requests are spread over processes and threads already; a BLAS pool in each would only fight over the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

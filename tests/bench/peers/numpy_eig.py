"""The peer of `eig`: numpy.linalg.eig on one thread, timed on request.

Reads one JSON line with the matrix, answers with version and eigenvalues; then for every line "step" answers milliseconds.
"""
import json
import os
import sys
import time

for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = "1"
try:
    import numpy as np
except ImportError:
    print(json.dumps({"missing": "numpy"}), flush=True)
    sys.exit(0)

problem = json.loads(sys.stdin.readline())
a = np.array(problem["a"]).reshape(problem["n"], problem["n"])
values, _ = np.linalg.eig(a)
print(json.dumps({"version": np.__version__, "re": values.real.tolist(), "im": values.imag.tolist()}), flush=True)
for line in sys.stdin:
    if line.strip() != "step":
        break
    start = time.perf_counter()
    np.linalg.eig(a)
    print(json.dumps({"ms": 1000 * (time.perf_counter() - start)}), flush=True)

"""The peer of `svd-dmd`: numpy.linalg.svd on one thread, timed on request.

Reads one JSON line with the path of the raw matrix, answers with version and singular values; then for every line "step" answers
milliseconds of a thin decomposition, the leading modes being its first columns.
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
a = np.fromfile(problem["path"]).reshape(problem["m"], problem["n"])
_, s, _ = np.linalg.svd(a, full_matrices=False)
print(json.dumps({"version": np.__version__, "s": s.tolist()}), flush=True)
for line in sys.stdin:
    if line.strip() != "step":
        break
    start = time.perf_counter()
    np.linalg.svd(a, full_matrices=False)
    print(json.dumps({"ms": 1000 * (time.perf_counter() - start)}), flush=True)

"""What every peer does: one JSON line with the problem is read, one with the first results written, then work timed on request."""
import importlib
import json
import os
import sys
import time

clock = time.process_time if os.environ.get("DYMAD_BENCH_CLOCK") == "cpu" else time.perf_counter


def one_thread():
    """Keeps linear algebra on one thread; to be called before it is imported."""
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"


def need(package):
    """The package, or an answer that it is missing and the end."""
    try:
        return importlib.import_module(package)
    except ImportError:
        print(json.dumps({"missing": package}), flush=True)
        sys.exit(0)


def read_problem():
    return json.loads(sys.stdin.readline())


def serve(hello, work, times=1):
    """Says hello; then for every line "step" runs `work` and answers its milliseconds divided by `times`."""
    print(json.dumps(hello), flush=True)
    for line in sys.stdin:
        if line.strip() != "step":
            break
        start = clock()
        work()
        print(json.dumps({"ms": 1000 * (clock() - start) / times}), flush=True)

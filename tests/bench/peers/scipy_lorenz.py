"""The peer of `lorenz`: SciPy's solve_ivp on the same equations, timed on request.

Reads one JSON line with the problem, answers with version and the values at the times; then for every line "step" answers the
milliseconds of a solve on [0, 100].
"""
import json
import sys
import time

try:
    import scipy
    from scipy.integrate import solve_ivp
except ImportError:
    print(json.dumps({"missing": "scipy"}), flush=True)
    sys.exit(0)

problem = json.loads(sys.stdin.readline())
tolerance = problem["tolerance"]


def f(t, y):
    return [10 * (y[1] - y[0]), y[0] * (28 - y[2]) - y[1], y[0] * y[1] - 8 / 3 * y[2]]


def solve(span, times=None):
    return solve_ivp(f, span, problem["y0"], method=problem["method"], t_eval=times, rtol=tolerance, atol=tolerance)


t = problem["t"]
print(json.dumps({"version": scipy.__version__, "y": solve((t[0], t[-1]), t).y.T.flatten().tolist()}), flush=True)
for line in sys.stdin:
    if line.strip() != "step":
        break
    start = time.perf_counter()
    solve((0, 100))
    print(json.dumps({"ms": 1000 * (time.perf_counter() - start)}), flush=True)

"""The peer of `lorenz`: SciPy's solve_ivp on the same equations, timed on request.

Reads one JSON line with the problem, answers with version and the values at the times; then for every line "step" answers the
milliseconds of a solve on [0, 100].
"""
from timing import need, read_problem, serve

scipy = need("scipy")
solve_ivp = need("scipy.integrate").solve_ivp
problem = read_problem()
tolerance = problem["tolerance"]


def f(t, y):
    return [10 * (y[1] - y[0]), y[0] * (28 - y[2]) - y[1], y[0] * y[1] - 8 / 3 * y[2]]


def solve(span, times=None):
    return solve_ivp(f, span, problem["y0"], method=problem["method"], t_eval=times, rtol=tolerance, atol=tolerance)


t = problem["t"]
serve({"version": scipy.__version__, "y": solve((t[0], t[-1]), t).y.T.flatten().tolist()}, lambda: solve((0, 100)))

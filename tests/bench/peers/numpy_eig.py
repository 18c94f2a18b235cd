"""The peer of `eig`: numpy.linalg.eig on one thread, timed on request.

Reads one JSON line with the matrix, answers with version and eigenvalues; then for every line "step" answers milliseconds.
"""
from timing import need, one_thread, read_problem, serve

one_thread()
np = need("numpy")
problem = read_problem()
a = np.array(problem["a"]).reshape(problem["n"], problem["n"])
values, _ = np.linalg.eig(a)
serve({"version": np.__version__, "re": values.real.tolist(), "im": values.imag.tolist()}, lambda: np.linalg.eig(a))

"""The peer of `svd-dmd`: numpy.linalg.svd on one thread, timed on request.

Reads one JSON line with the path of the raw matrix, answers with version and singular values; then for every line "step" answers
milliseconds of a thin decomposition, the leading modes being its first columns.
"""
from timing import need, one_thread, read_problem, serve

one_thread()
np = need("numpy")
problem = read_problem()
a = np.fromfile(problem["path"]).reshape(problem["m"], problem["n"])
_, s, _ = np.linalg.svd(a, full_matrices=False)
serve({"version": np.__version__, "s": s.tolist()}, lambda: np.linalg.svd(a, full_matrices=False))

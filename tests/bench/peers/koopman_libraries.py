"""PyDMD's and PyKoopman's answers on given data: one JSON line with the problems in, one with errors by library and problem out.

Each problem is a list of recordings. Libraries that are not installed are left out. PyKoopman imports torch and lightning for its
neural networks, which are not used here: where they are missing, a stub takes their place.
"""
import importlib.abc
import importlib.machinery
import importlib.util
import json
import sys
import types
import warnings

import numpy as np

warnings.filterwarnings("ignore")


class Anything(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name, (), {})


class Stub(types.ModuleType):
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name, (), {})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "lightning"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Stub(spec.name)

    def exec_module(self, module):
        pass


def complex_of(part):
    return np.array(part["re"]) + 1j * np.array(part["im"])


def rates(multipliers, dt):
    return np.log(np.asarray(multipliers, dtype=complex)) / dt


def pykoopman(problems):
    if importlib.util.find_spec("lightning") is None or importlib.util.find_spec("torch") is None:
        sys.meta_path.insert(0, Finder())
    import pykoopman as pk

    out = {}
    manifold = problems["manifold"]
    x = np.array(manifold["x"])
    model = pk.Koopman(observables=pk.observables.Polynomial(degree=3), regressor=pk.regression.EDMD())
    model.fit(np.vstack(x[:, :-1]), np.vstack(x[:, 1:]), dt=manifold["dt"])
    out["manifold"] = [pairs(rates(np.linalg.eigvals(model.A), manifold["dt"]))]
    control = problems["control"]
    x, u = np.array(control["x"]), np.array(control["u"])
    model = pk.Koopman(regressor=pk.regression.DMDc())
    model.fit(x[:-1], x[1:], u=u[:-1])
    out["control"] = [pairs(np.linalg.eigvals(model.A))]
    return out


def pydmd(problems):
    from pydmd import BOPDMD, DMDc, HankelDMD

    out = {"waves": [], "switching": []}
    waves = problems["waves"]
    for recording in waves["recordings"]:
        model = BOPDMD(svd_rank=2, num_trials=0)
        model.fit(complex_of(recording).reshape(len(waves["t"]), -1).T, t=np.array(waves["t"]))
        out["waves"].append(pairs(model.eigs))
    control = problems["control"]
    x, u = np.array(control["x"]), np.array(control["u"])
    model = DMDc(svd_rank=-1)
    model.fit(x.T, u[:-1].T)
    out["control"] = [pairs(model.eigs)]
    switching = problems["switching"]
    for part in switching["parts"]:
        model = HankelDMD(svd_rank=4, exact=False, d=switching["delay"] + 1)
        model.fit(np.array(part)[None, :])
        out["switching"].append(pairs(rates(model.eigs, switching["dt"])))
    return out


def pairs(values):
    return [[float(v.real), float(v.imag)] for v in np.asarray(values, dtype=complex)]


answer = {}
problems = json.loads(sys.stdin.readline())
for library in (pydmd, pykoopman):
    try:
        answer[library.__name__] = library(problems)
    except ImportError:
        pass
print(json.dumps(answer))

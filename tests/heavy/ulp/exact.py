"""Errors of elementary functions in units of the last place, against mpmath with 60 digits.

Reads JSON {function: [[x, float32 value or null, float64 value], ...]} and prints {function: [[worst, x] float32, [worst, x] float64]}.
With an argument N it prints instead a table of N points a function: JSON {function: [[x, correctly rounded float64], ...]}.
"""
import json
import random
import struct
import sys

import mpmath as mp

mp.mp.dps = 60
functions = {
    "exp": mp.exp,
    "log": mp.log,
    "tanh": mp.tanh,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "erf": mp.erf,
    "sin": mp.sin,
    "cos": mp.cos,
}


def error(value, exact, bits, smallest):
    if exact == 0:
        return 0.0 if value == 0 else float("inf")
    place = mp.mpf(2) ** max(mp.floor(mp.log(abs(exact), 2)) - bits + 1, smallest)
    return float(abs(mp.mpf(value) - exact) / place)


def table(count):
    ranges = {
        "exp": [(-700, 700), (-80, 80), (-1, 1)],
        "log": [(0.5, 2), (0, 1e3), (0, 1e-3)],
        "tanh": [(-0.6, 0.6), (-6, 6), (-22, 22)],
        "sigmoid": [(-30, 30), (-3, 3), (-80, 40)],
        "softplus": [(-30, 30), (-3, 3), (-80, 40)],
        "erf": [(-1.3, 1.3), (-4, 4), (-7, 7)],
        "sin": [(-4, 4), (-300, 300), (-9e4, 9e4), (-1e9, 1e9)],
        "cos": [(-4, 4), (-300, 300), (-9e4, 9e4), (-1e9, 1e9)],
    }
    draw = random.Random(11)
    out = {}
    for name, spans in ranges.items():
        rows = []
        for i in range(count):
            low, high = spans[i % len(spans)]
            x = draw.uniform(low, high)
            if i % 2 == 0:
                x = struct.unpack("f", struct.pack("f", x))[0]
            rows.append([x, float(functions[name](mp.mpf(x)))])
        out[name] = rows
    return out


if len(sys.argv) > 1:
    print(json.dumps(table(int(sys.argv[1]))))
else:
    result = {}
    for name, rows in json.load(sys.stdin).items():
        worst = [[0.0, 0.0], [0.0, 0.0]]
        for x, single, double in rows:
            exact = functions[name](mp.mpf(x))
            for k, (value, bits, smallest) in enumerate([(single, 24, -149), (double, 53, -1074)]):
                if value is not None:
                    worst[k] = max(worst[k], [error(value, exact, bits, smallest), x])
        result[name] = worst
    print(json.dumps(result))

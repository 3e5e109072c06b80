"""Fits a linear model: `linear_sklearn.py FOLDER logistic|squared FEATURES THREADS`, with x.bin (float32) and y.bin in FOLDER.

Prints one JSON line {"seconds": [three fits after a warm-up], "weight": [...], "bias": ...}.
"""
import json
import os
import pathlib
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = sys.argv[4]

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression

folder, kind, width = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
x = np.fromfile(folder / "x.bin", dtype=np.float32).reshape(-1, width)
y = np.fromfile(folder / "y.bin", dtype=np.int32 if kind == "logistic" else np.float32)
seconds = []
for _ in range(4):
    model = LogisticRegression(C=1.0, max_iter=1000) if kind == "logistic" else LinearRegression()
    start = time.perf_counter()
    model.fit(x, y)
    seconds.append(time.perf_counter() - start)
bias = float(np.ravel(model.intercept_)[0])
print(json.dumps({"seconds": seconds[1:], "weight": np.ravel(model.coef_).astype(float).tolist(), "bias": bias}))

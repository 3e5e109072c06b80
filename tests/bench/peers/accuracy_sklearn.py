"""Scores scikit-learn on encoded features: `accuracy_sklearn.py FOLDER logistic|mlp FEATURES L2 SEED`; prints {"accuracy": ...}.

FOLDER has x.bin (float32), y.bin, train.bin and test.bin (int32).
"""
import json
import pathlib
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

folder, kind, width, l2, seed = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])
x = np.fromfile(folder / "x.bin", dtype=np.float32).reshape(-1, width)
y, train, test = (np.fromfile(folder / f"{name}.bin", dtype=np.int32) for name in ("y", "train", "test"))
if kind == "logistic":
    model = LogisticRegression(C=1 / (l2 * len(train)), max_iter=2000)
else:
    model = MLPClassifier(hidden_layer_sizes=(64,), early_stopping=len(train) > 1000, random_state=seed, max_iter=500)
print(json.dumps({"accuracy": float(model.fit(x[train], y[train]).score(x[test], y[test]))}))

"""Predicts a table with pandas, scikit-learn and onnxruntime: `predict_sklearn.py FOLDER THREADS`.

FOLDER has columns.json, one NAME.bin per column (float64, or int32 codes into labels) and network.onnx. Writes probabilities.bin there and
prints one JSON line {"seconds": ...} for preprocessing and network together, from a DataFrame in memory; the faster of all rows at
once and of 65,536 rows at a time. Fitting and loading are not counted.
"""
import json
import pathlib
import sys
import time

import numpy as np
import onnxruntime
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

folder, threads = pathlib.Path(sys.argv[1]), int(sys.argv[2])
description = json.loads((folder / "columns.json").read_text())
numbers = [column["name"] for column in description["columns"] if column["kind"] == "number"]
categories = [column["name"] for column in description["columns"] if column["kind"] == "category"]


def column(name):
    if name in numbers:
        return np.fromfile(folder / f"{name}.bin", dtype=np.float64)
    labels = np.array([*description["labels"][name], ""], dtype=object)
    return labels[np.fromfile(folder / f"{name}.bin", dtype=np.int32)]


table = pd.DataFrame({name: column(name) for name in numbers + categories})
fitted = table.iloc[description["train"]]
# Most frequent first and "" for missing last, as in the exported file.
kept = [[*entry["kept"], *([""] if (fitted[entry["name"]] == "").any() else [])] for entry in description["columns"] if entry["kind"] == "category"]
preprocessing = ColumnTransformer([
    ("numbers", make_pipeline(StandardScaler(), SimpleImputer(strategy="constant", fill_value=0, add_indicator=True)), numbers),
    ("categories", OneHotEncoder(categories=kept, handle_unknown="ignore", sparse_output=False, dtype=np.float32), categories),
])
preprocessing.fit(fitted)

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
session = onnxruntime.InferenceSession(str(folder / "network.onnx"), options, providers=["CPUExecutionProvider"])


def predict(rows):
    features = preprocessing.transform(rows).astype(np.float32, copy=False)
    return session.run(None, {"features": features})[0]


seconds = []
for size in (len(table), 65_536):
    start = time.perf_counter()
    parts = [predict(table.iloc[at : at + size]) for at in range(0, len(table), size)]
    seconds.append(time.perf_counter() - start)
np.concatenate(parts).tofile(folder / "probabilities.bin")
print(json.dumps({"onnxruntime": onnxruntime.__version__, "seconds": min(seconds)}))

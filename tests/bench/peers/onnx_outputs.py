"""Runs an ONNX file in Python's onnxruntime: `onnx_outputs.py MODEL.onnx FEEDS.json`.

FEEDS.json: {input name: [numbers, null for missing] or [words]}. Prints one JSON line {output name: [values, row by row]}.
"""
import json
import sys

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
with open(sys.argv[2], encoding="utf-8") as file:
    feeds = json.load(file)


def column(values):
    if isinstance(values[0], str):
        return np.array(values, dtype=object).reshape(-1, 1)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64).reshape(-1, 1)


outputs = session.run(None, {name: column(values) for name, values in feeds.items()})
print(json.dumps({output.name: values.ravel().tolist() for output, values in zip(session.get_outputs(), outputs)}))

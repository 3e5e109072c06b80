"""Times Evidently's default drift of every column: `drift_evidently.py REFERENCE.parquet CURRENT.parquet`.

Reads both files with pandas and runs the report that only counts drifted columns, its leanest. Prints one JSON line
{"seconds": reading and comparing, without the imports, "driftedCount": columns}.
"""
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import pandas as pd
from evidently import Report
from evidently.metrics import DriftedColumnsCount

started = time.perf_counter()
reference = pd.read_parquet(sys.argv[1])
current = pd.read_parquet(sys.argv[2])
result = Report([DriftedColumnsCount()]).run(current_data=current, reference_data=reference)
value = json.loads(result.json())["metrics"][0]["value"]
seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "driftedCount": int(value["count"])}))

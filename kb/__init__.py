"""The core of Fixpoint: symptoms in, ranked solutions out.

onnxruntime's telemetry is switched off here, before anything can import it: its builds for Linux
keep a device id in the home folder and report to their maker.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

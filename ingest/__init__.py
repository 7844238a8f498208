"""The ingest way: articles to a served generation, as a Haystack pipeline.

Haystack's telemetry is switched off here, before anything can import Haystack.
"""

import os

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"

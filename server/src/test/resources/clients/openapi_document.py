"""The server's description of itself, judged by openapi-spec-validator: prints one JSON object."""

import json
import sys
import urllib.request

from openapi_spec_validator import OpenAPIV31SpecValidator

with urllib.request.urlopen(sys.argv[1] + "/api/openapi.json", timeout=30) as answer:
    document = json.load(answer)
faults = [
    "/".join(map(str, error.absolute_path)) + ": " + error.message.splitlines()[0][:300]
    for error in OpenAPIV31SpecValidator(document).iter_errors()
]
print(json.dumps({"version": document["openapi"], "paths": len(document["paths"]), "faults": faults}))

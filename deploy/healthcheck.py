"""Exit code 0 when /healthz is content: of this container's web server, or with a name of that dependency alone.

python deploy/healthcheck.py          # web: can it serve?
python deploy/healthcheck.py beat     # any container: does web see signs of life of beat?
"""

import json
import os
import sys
import urllib.error
import urllib.request

dependency = sys.argv[1] if len(sys.argv) > 1 else None
server = "web" if dependency else "127.0.0.1"
host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
request = urllib.request.Request(f"http://{server}:8000/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
try:
    with urllib.request.urlopen(request, timeout=8) as answer:  # noqa: S310 - the address stands above
        said = json.load(answer)
except urllib.error.HTTPError as error:
    sys.exit(f"{error.code} {error.read().decode(errors='replace')}")
except OSError as error:
    sys.exit(str(error))
if dependency and said["dependencies"][dependency]["status"] != "ok":
    sys.exit(said["dependencies"][dependency]["detail"])

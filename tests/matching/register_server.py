"""A register of companies as the two services answer, run as a process of its own: `python register_server.py DATA`.

DATA is a JSON file that is read anew for every request: documents, rows, how many a page holds, and how many requests
are answered before the quota is used up. The port is the first line it writes.
"""

import base64
import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

USER, PASSWORD, KEY = "bruger", "kodeord", "noegle"
answered = 0
asked: list[str] = []
scrolls: dict[str, list[Any]] = {}


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        return

    def do_POST(self) -> None:
        global answered
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        data = json.loads(Path(sys.argv[1]).read_text())
        address = urlsplit(self.path)
        asked.append(self.path)
        quota = data.get("quota")
        if quota is not None and answered >= quota:
            self.say(data.get("refusal", {"error": "QUOTA_EXCEEDED", "message": "Kvoten er brugt"}))
            return
        answered += 1
        if address.path.startswith("/CVR/"):
            self.graphql(body, data, parse_qs(address.query))
        else:
            self.search(address, body, data)

    def search(self, address: Any, body: dict[str, Any], data: dict[str, Any]) -> None:
        word = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {word}":
            self.say({"message": "no"}, 401)
            return
        asked_for = parse_qs(address.query)
        if address.path == "/_search/scroll":
            hits = scrolls[asked_for["scroll_id"][0]]
        else:
            ((name, wanted),) = body["query"]["terms"].items()
            root = name.split(".")[0]
            hits = [each for each in data["documents"] if root in each["_source"] and _value(each, name) in wanted]
            scrolls[f"scroll-{len(scrolls)}=="] = hits
        identifier = next(key for key, found in scrolls.items() if found is hits)
        page, scrolls[identifier] = hits[: data["page"]], hits[data["page"] :]
        self.say({"_scroll_id": identifier, "hits": {"total": len(hits), "hits": page}})

    def graphql(self, body: dict[str, Any], data: dict[str, Any], asked_for: dict[str, list[str]]) -> None:
        if asked_for.get("apikey") != [KEY]:
            self.say({}, 403)
            return
        roots = re.findall(
            r"(\w+)\(first: \d+(?:, after: \"(\d+)\")?, where: {(\w+): {in: (\[[^]]*\])}}\)", body["query"]
        )
        if len(roots) != 1:
            self.say({"errors": [{"message": "DAF-GQL-0008: one root field", "extensions": {"code": "DAF-GQL-0008"}}]})
            return
        entity, after, field, wanted = roots[0]
        rows = [row for row in data["rows"].get(entity, []) if row[field] in json.loads(wanted)]
        start = int(after or 0)
        end = start + data["page"]
        page = {"hasNextPage": end < len(rows), "endCursor": str(end)}
        self.say({"data": {entity: {"pageInfo": page, "nodes": rows[start:end]}}})

    def say(self, content: Any, status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _value(hit: dict[str, Any], name: str) -> Any:
    found: Any = hit["_source"]
    for step in name.split("."):
        found = found[step]
    return found


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()

import json
import os
import sys
from urllib.parse import parse_qs

query = parse_qs(os.environ.get("QUERY_STRING", ""))
body = sys.stdin.read() if os.environ.get("CONTENT_LENGTH") else ""
answer = {
    "hello": query.get("name", ["NAME"])[0],
    "method": os.environ["REQUEST_METHOD"],
    "path": os.environ.get("PATH_INFO", "/"),
    "body": body,
}

print("Content-Type: application/json")
print()
print(json.dumps(answer))

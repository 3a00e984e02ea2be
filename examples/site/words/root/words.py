"""Counts the words of a text: GET /words?text=..., or POST /words."""
import collections
import json
import os
import re
import sys
from urllib.parse import parse_qs

if os.environ["REQUEST_METHOD"] == "POST":
    text = sys.stdin.read()
else:
    text = parse_qs(os.environ.get("QUERY_STRING", "")).get("text", [""])[0]

words = re.findall(r"\w+", text.lower())
print("Content-Type: application/json")
print()
print(json.dumps({"words": len(words), "most": collections.Counter(words).most_common(3)}))

# What a script does that earns its keep: it writes records into files, reads and parses them,
# computes with what it found, and writes reports. `python work.py ROUNDS`, in an empty directory.
import csv
import hashlib
import json
import math
import os
import re
import sys

ROWS = 1500
FILES = 20


def write_records(folder):
    for number in range(FILES):
        rows = [
            {
                "id": row,
                "name": f"guest {row * 7 % 1000:03}",
                "at": [row * 0.5, -row],
                "tags": {"wild": row % 3 == 0, "text": "lorem ipsum dolor sit amet"},
            }
            for row in range(number, ROWS, FILES)
        ]
        with open(f"{folder}/records-{number}.json", "w") as file:
            json.dump(rows, file, indent=1)


def read_records(folder):
    records = []
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".json"):
            continue
        assert os.stat(f"{folder}/{name}").st_size > 0
        with open(f"{folder}/{name}") as file:
            records += json.load(file)
    return records


def compute(records):
    names = re.compile(r"(\w+) (\d{3})")
    sums = {}
    for record in records:
        word, digits = names.fullmatch(record["name"]).groups()
        east, north = record["at"]
        sums[digits] = sums.get(digits, 0) + math.hypot(east, north) * len(word)
    primes = [n for n in range(2, 6000) if all(n % d for d in range(2, math.isqrt(n) + 1))]
    digest = hashlib.sha256(json.dumps(sums, sort_keys=True).encode()).hexdigest()
    return sums, len(primes), digest


def write_report(folder, sums):
    with open(f"{folder}/report.csv", "w", newline="") as file:
        writer = csv.writer(file)
        for key, value in sorted(sums.items()):
            writer.writerow([key, f"{value:.3f}"])
    with open(f"{folder}/report.csv", newline="") as file:
        return sum(float(value) for _, value in csv.reader(file))


for turn in range(int(sys.argv[1])):
    folder = f"turn-{turn}"
    os.mkdir(folder)
    write_records(folder)
    sums, primes, digest = compute(read_records(folder))
    print(turn, primes, digest[:16], f"{write_report(folder, sums):.3f}")
    for name in os.listdir(folder):
        os.remove(f"{folder}/{name}")
    os.rmdir(folder)

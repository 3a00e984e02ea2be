"""What a Python program does: the standard library, files, a database, and errors that it catches."""

import collections
import dataclasses
import datetime
import hashlib
import json
import os
import re
import sqlite3
import struct
import sys
import tempfile
import zlib


@dataclasses.dataclass
class Order:
    name: str
    amount: int


def read_orders(text):
    pattern = re.compile(r"(?P<name>\w+)\s*x\s*(?P<amount>\d+)")
    return [Order(m["name"], int(m["amount"])) for m in pattern.finditer(text)]


def store(orders, path):
    with sqlite3.connect(path) as database:
        database.execute("create table orders (name text primary key, amount integer)")
        database.executemany(
            "insert into orders values (?, ?)", [(o.name, o.amount) for o in orders]
        )
        database.commit()
        return database.execute("select count(*), sum(amount) from orders").fetchone()


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def main():
    print("args", sys.argv[1:], "env", os.environ.get("GREETING"))
    orders = read_orders(sys.stdin.read())
    print("json", json.dumps([dataclasses.asdict(o) for o in orders]))
    print("sqlite", store(orders, "orders.db"))
    with open("notes.txt", "w", encoding="utf-8") as file:
        file.write("naïve\n日本\n")
    print("size", os.stat("notes.txt").st_size, sorted(os.listdir(".")))
    with open("notes.txt", encoding="utf-8") as file:
        print("lines", [line.strip() for line in file])
    os.rename("notes.txt", "moved.txt")
    os.remove("moved.txt")
    os.remove("orders.db")
    try:
        open("missing.txt")
    except FileNotFoundError as error:
        print("missing", error.errno, error.filename)
    print("sha256", hashlib.sha256(b"noos").hexdigest())
    print("zlib", zlib.crc32(b"noos"), len(zlib.compress(b"noos" * 1000)))
    print("struct", struct.pack("<IhB", 7, -2, 255).hex())
    print("counter", collections.Counter("mississippi").most_common(2))
    print("date", datetime.date(2024, 2, 28) + datetime.timedelta(days=2))
    print("fib", fib(18))
    try:
        import threading

        threading.Thread(target=print).start()
    except RuntimeError as error:
        print("thread", error)
    sys.exit(5)


main()

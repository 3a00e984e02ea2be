"""Sells what is on the menu, and keeps each sale in a database that outlives this process."""
import random
import sqlite3
import time

MENU = "/book/menu.txt"


def read_menu():
    try:
        with open(MENU, encoding="utf-8") as file:
            return [(name, int(cents)) for name, cents in map(str.split, file)]
    except FileNotFoundError:
        return [("bread", 250)]  # The menu is not written yet, or there is no Lua.


# Each statement is a transaction: a sale is in the book, or it was not made.
book = sqlite3.connect("/book/sales.db", isolation_level=None)
book.execute("create table if not exists sales (bread text, cents integer)")

while True:
    time.sleep(1)
    book.execute("insert into sales values (?, ?)", random.choice(read_menu() or [("bread", 250)]))
    count, cents = book.execute("select count(*), sum(cents) from sales").fetchone()
    print(f"{count} sold, {cents / 100:.2f} in the till", flush=True)

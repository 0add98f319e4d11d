/** Files written for these tests: no model has been trained on them. */

export const LIBRARY_PY = `"""Lends books to members and reminds them."""

import datetime


class Member:
    def __init__(self, name, email):
        self.name = name
        self.email = email
        self.loans = []

    def borrow(self, book, today):
        if book.lent_to is not None:
            raise ValueError("the book is lent already")
        due = today + datetime.timedelta(days=28)
        self.loans.append((book, due))
        book.lent_to = self
        return due

    def overdue(self, today):
        return [book for book, due in self.loans if due < today]


class Book:
    def __init__(self, title, author):
        self.title = title
        self.author = author
        self.lent_to = None


def remind(members, today):
    for member in members:
        late = member.overdue(today)
        if late:
            print(member.name, len(late))
`;

export const ORCHARD_SQL = `CREATE TABLE growers (
  id INTEGER PRIMARY KEY,
  name TEXT,
  city TEXT
);

CREATE TABLE harvests (
  id INTEGER PRIMARY KEY,
  grower_id INTEGER REFERENCES growers(id),
  weight_kg REAL,
  picked_on DATE
);

-- names of the growers sorted by name
`;

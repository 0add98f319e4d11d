"""A small shop, to try GPT-J Code on.

Go to the end of this file (Ctrl+End), press Enter and wait a moment.
A suggestion appears in grey: Tab takes it, Escape sends it away. Where none comes,
the model is not sure of any: "GPT-J: Why Was Nothing Shown?" tells.
"""

from dataclasses import dataclass, field


@dataclass
class Item:
    name: str
    price: float
    quantity: int = 1

    def total(self):
        return self.price * self.quantity


@dataclass
class Order:
    customer: str
    items: list[Item] = field(default_factory=list)

    def add(self, item):
        self.items.append(item)

    def total(self):
        return sum(item.total() for item in self.items)


# Select this function, press F1, and choose the command of GPT-J that explains it.
def cheapest(items, limit):
    found = []
    for item in sorted(items, key=lambda item: item.price):
        if len(found) == limit:
            break
        found.append(item)
    return found


class Customer:
    def __init__(self, name, email):
        self.name = name
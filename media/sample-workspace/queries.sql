CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT,
  joined DATE
);

CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  placed DATE NOT NULL,
  amount REAL NOT NULL
);

-- names of the customers from Berlin, by name

-- how many orders each customer placed


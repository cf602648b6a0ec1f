-- The time by which evidence is past its own, and when a clock leapt beyond it. One row. Owner only.
CREATE TABLE observability.retention (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  believed timestamptz NOT NULL,
  doubted timestamptz
);

"""Classes of how long an answer took: class n holds times from 2^(n/2) milliseconds on; the last, all longer ones."""

CLASSES = 34
"""Up to 93 seconds, each class 41 % longer than the one before."""


def class_of(milliseconds: str) -> str:
    """SQL: the class (from 0) of the milliseconds that the SQL `milliseconds` gives."""
    return f"least({CLASSES - 1}, floor(2 * ln(greatest(1, ({milliseconds})::float8)) / ln(2::float8)))::int"


def counted(class_sql: str) -> str:
    """SQL: the array of how many rows of a group are in each class."""
    return "ARRAY[" + ", ".join(f"count(*) FILTER (WHERE {class_sql} = {n})" for n in range(CLASSES)) + "]"


def added(left: str, right: str) -> str:
    """SQL: two arrays, place by place."""
    return "ARRAY[" + ", ".join(f"{left}[{n}] + {right}[{n}]" for n in range(1, CLASSES + 1)) + "]"


def summed(column: str) -> str:
    """SQL: the arrays of a group, place by place."""
    return "ARRAY[" + ", ".join(f"sum({column}[{n}])::bigint" for n in range(1, CLASSES + 1)) + "]"

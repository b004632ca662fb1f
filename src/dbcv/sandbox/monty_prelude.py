"""What is put before the author's code in Monty: names that are there without import, and what Monty lacks of them.

Text, not code of ours: it runs inside Monty only. Monty has no classes that inherit, no `statistics` and no `uuid`.
"""

_FROM = {
    "random": "randint randrange getrandbits choice choices uniform shuffle sample gauss expovariate betavariate"
    " gammavariate lognormvariate normalvariate paretovariate triangular vonmisesvariate weibullvariate",
    "datetime": "date datetime timedelta timezone",
    "math": "ceil floor trunc sqrt log log10 log2 pow exp sin cos tan asin acos atan radians degrees fabs fmod isclose"
    " isfinite isinf isnan pi e",
    "itertools": "product permutations combinations combinations_with_replacement accumulate groupby chain count cycle"
    " repeat islice pairwise takewhile dropwhile starmap zip_longest tee",
    "json": "loads dumps",
    "re": "fullmatch match search findall sub split finditer",
    "collections": "Counter OrderedDict defaultdict deque namedtuple",
    "functools": "lru_cache partial reduce",
    "decimal": "Decimal",
    "typing": "Any Optional",
    "urllib": "parse",
    "zoneinfo": "ZoneInfo",
    "io": "StringIO",
}
_WHOLE = (
    "base64 collections copy csv dataclasses decimal enum functools hashlib hmac html io itertools json math random re"
    " string textwrap time typing urllib zoneinfo"
)

IMPORTS = (
    *(f"import {name}" for name in _WHOLE.split()),
    *(f"from {module} import {name}" for module, names in _FROM.items() for name in names.split()),
)
"""Tried one by one at the first use: a name that this version of Monty lacks is left out."""

SHIMS = """
import datetime as _datetime
import decimal as _decimal
import json as _json
import math as _math
import random as _random

def mean(data):
    data = list(data)
    if not data:
        raise ValueError("mean requires at least one data point")
    total = sum(data)
    average = total / len(data)
    if isinstance(total, int) and total % len(data) == 0:
        return total // len(data)
    return average

def fmean(data):
    data = list(data)
    return _math.fsum(data) / len(data)

def median_low(data):
    data = sorted(data)
    return data[(len(data) - 1) // 2]

def median_high(data):
    data = sorted(data)
    return data[len(data) // 2]

def median(data):
    data = sorted(data)
    if len(data) % 2:
        return data[len(data) // 2]
    return (data[len(data) // 2 - 1] + data[len(data) // 2]) / 2

def median_grouped(data, interval=1):
    data = sorted(data)
    middle = data[len(data) // 2]
    below = len([each for each in data if each < middle])
    same = len([each for each in data if each == middle])
    return middle - interval / 2 + interval * (len(data) / 2 - below) / same

def multimode(data):
    seen = {}
    for each in data:
        seen[each] = seen.get(each, 0) + 1
    most = max(seen.values()) if seen else 0
    return [each for each in seen if seen[each] == most]

def mode(data):
    return multimode(data)[0]

def pvariance(data):
    data = list(data)
    middle = mean(data)
    found = sum([(each - middle) ** 2 for each in data])
    whole = isinstance(found, int) and found % len(data) == 0
    return found // len(data) if whole else found / len(data)

def variance(data):
    data = list(data)
    middle = mean(data)
    found = sum([(each - middle) ** 2 for each in data])
    whole = isinstance(found, int) and found % (len(data) - 1) == 0
    return found // (len(data) - 1) if whole else found / (len(data) - 1)

def stdev(data):
    return _math.sqrt(variance(data))

def pstdev(data):
    return _math.sqrt(pvariance(data))

def harmonic_mean(data):
    data = list(data)
    return len(data) / _math.fsum([1 / each for each in data])

def geometric_mean(data):
    data = list(data)
    return _math.exp(sum([_math.log(each) for each in data]) / len(data))

class UUID:
    def __init__(self, hex):
        self.hex = hex.replace("-", "").lower()
    def __str__(self):
        text = self.hex
        return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
    def __repr__(self):
        return "UUID('" + str(self) + "')"
    def __eq__(self, other):
        return isinstance(other, UUID) and self.hex == other.hex
    def __hash__(self):
        return hash(self.hex)

def uuid4():
    text = f"{_random.getrandbits(128):032x}"
    return UUID(text[:12] + "4" + text[13:16] + "89ab"[_random.getrandbits(2)] + text[17:])

class _Missing:
    def __init__(self):
        self.is_missing = True

_MISSING = _Missing()

def _dig(tree, path):
    if not isinstance(path, str) or "." not in path:
        return _MISSING
    found = tree
    for key in path.split("."):
        if isinstance(found, dict) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return _MISSING
    return found

class _Variables:
    def __init__(self, tree):
        self._tree = tree
    def __getitem__(self, path):
        if path in self._tree:
            return self._tree[path]
        found = _dig(self._tree, path)
        if found is _MISSING:
            raise KeyError(path)
        return found
    def __setitem__(self, key, value):
        self._tree[key] = value
    def __contains__(self, path):
        return path in self._tree or _dig(self._tree, path) is not _MISSING
    def __iter__(self):
        return iter(self._tree)
    def __len__(self):
        return len(self._tree)
    def __repr__(self):
        return repr(self._tree)
    def get(self, path, default=None):
        if path in self._tree:
            return self._tree[path]
        found = _dig(self._tree, path)
        return default if found is _MISSING else found
    def keys(self):
        return self._tree.keys()
    def values(self):
        return self._tree.values()
    def items(self):
        return self._tree.items()

def _plain(value, depth):
    if depth > 60:
        raise ValueError("main returned something nested too deeply, or that holds itself")
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, float):
        return value if _math.isfinite(value) else None
    if isinstance(value, _Variables):
        return _plain(value._tree, depth)
    if isinstance(value, dict):
        return {_key(key): _plain(value[key], depth + 1) for key in value}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each, depth + 1) for each in value]
    if isinstance(value, (_datetime.datetime, _datetime.date)):
        return value.isoformat()
    if isinstance(value, _datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, (_decimal.Decimal, UUID)):
        return str(value)
    words = ", which is not data; return text, numbers, lists and dicts"
    raise TypeError("result is a " + type(value).__name__ + words)

def _key(key):
    if key is None or isinstance(key, (str, int, float, bool)):
        return key
    return str(key)
"""

CALL = """
_result = main(message, _Variables(variables))
if type(_result).__name__ == "coroutine":
    _result = await _result
_json.dumps(_plain(_result, 0), ensure_ascii=False, allow_nan=False)
"""

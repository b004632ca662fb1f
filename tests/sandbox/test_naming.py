"""What is said of code before it runs: by the line, in words, and nothing of code that would run."""

import pytest

from tests.sandbox.jail import Jail

SECONDS = 5.0
HEAD = "async def main(message, variables):\n"


@pytest.mark.parametrize(
    ("code", "line", "words", "is_error"),
    [
        (HEAD + "    return foo(1)", 2, "the name 'foo' is not defined", False),
        (HEAD + "    return math.sqroot(4)", 2, "there is no 'sqroot' in math", False),
        (HEAD + "    import math as m\n    return m.sqroot(4)", 3, "there is no 'sqroot' in m", False),
        (HEAD + "    return datetime.datetime.now()", 2, "import datetime gives the module", False),
        (HEAD + "    return str.loads('')", 2, "there is no 'loads' in str", False),
        ("from random import dice\n" + HEAD + "    return dice()", 1, "there is no 'dice' in random", True),
        ("import requests\n" + HEAD + "    return 1", 1, "no module 'requests'", True),
        (HEAD + "    x = 1\n    yield x", 3, "main must not yield", True),
        ("async def main(message):\n    return 1", 1, "main takes two things", True),
        ("x = 1", 1, "there is no function main", True),
        (HEAD + "    return 1 +", 2, "invalid syntax", True),
    ],
)
def test_what_would_fail_is_said(jail: Jail, code: str, line: int, words: str, is_error: bool) -> None:
    (found,) = jail.check(code)
    assert (found.line, found.is_error) == (line, is_error)
    assert words in found.message


@pytest.mark.parametrize(
    "body",
    [
        "import datetime\n    return datetime.datetime.now().year",
        "return datetime.now().year",
        "def f():\n        import datetime\n        return datetime.date\n    return datetime.now()",
        "from datetime import datetime as math\n    return math.now()",
        "math = message\n    return math.anything",
        "for json in []:\n        json.anything\n    return [re.anything for re in []]",
        "try:\n        pass\n    except Exception as json:\n        json.anything",
        "match message:\n        case {'a': json, **re}: return json.anything",
        "def many():\n        yield 1\n    return list(many()) + [*(x for x in [1])]",
        "class str:\n        anything = 1\n    return str.anything",
        "import xml.etree.ElementTree as tree\n    return tree.tostring(tree.Element('a'))",
        "from xml.etree import ElementTree\n    from urllib import parse\n    return parse.quote('a')",
        "return collections.abc.Mapping",
    ],
)
def test_nothing_is_said_of_what_would_run(jail: Jail, body: str) -> None:
    assert jail.check(f"{HEAD}    {body}") == []

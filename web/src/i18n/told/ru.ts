// Sentences of the server in Russian, for pages: it speaks English where a text is stored or is for programs too.
// {} in the English is anything; {0} is the first of these as it came, {0~} the same in Russian where it is known.
// Their completeness is tested (tests/entrypoints/test_told_in_russian.py).
import bots from "./ru.bots";
import people from "./ru.people";
import running from "./ru.running";

export default { ...people, ...bots, ...running };

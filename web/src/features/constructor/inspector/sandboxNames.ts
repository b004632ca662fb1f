/** What code of a bot can use without import, and the modules it can import. */
export const NAMES: readonly string[] = (
  "async def main message variables return await for in if elif else while try except finally raise import from as with " +
  "lambda not and or is None True False int str float bool bytes list tuple dict set len range enumerate zip isinstance " +
  "type max min abs round sum sorted reversed any all map filter print Exception ValueError KeyError TypeError random " +
  "randint randrange choice choices uniform shuffle sample datetime timedelta timezone zoneinfo ceil floor trunc sqrt " +
  "log log10 log2 pow exp sin cos tan pi e isclose itertools product permutations combinations accumulate groupby " +
  "chain count cycle repeat statistics mean median stdev variance mode uuid4 json loads dumps re fullmatch match search " +
  "findall sub split finditer collections functools decimal string textwrap html base64 hashlib hmac csv io typing " +
  "dataclasses enum copy math time"
).split(" ");

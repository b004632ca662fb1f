import { afterEach, describe, expect, it } from "vitest";
import { speak, told } from "./told";

afterEach(() => speak("en"));

describe("what the server says", () => {
  it("stays as it came on English pages", () => {
    expect(told("There is no such bot")).toBe("There is no such bot");
  });

  it.each([
    ["There is no such bot", "Такого бота нет"],
    ["You own 500 bots: delete some that you do not need", "Ботов у вас уже 500: удалите ненужных"],
    ["the answer is larger than 1,000,000 bytes", "ответ больше 1\u00a0000\u00a0000 байт"],
    [
      "10.0.0.1 is private; the operator can allow it with DBCV_ALLOWED_HOSTS",
      "10.0.0.1 — внутренний адрес; администратор может разрешить его в DBCV_ALLOWED_HOSTS",
    ],
    [
      "It could not be tried: the host api.example cannot be found",
      "Проверить не получилось: хост api.example не найден: проверьте адрес",
    ],
    ["line 3: invalid syntax", "строка 3: синтаксис Python нарушен"],
    ["строка 3: the name a is not defined", "строка 3: имя a не определено"],
    ["loop: more than 100 steps in one turn", "за один ход пройдено больше 100 шагов"],
    ["changes[0].path: leads nowhere", "changes[0].path: никуда не ведёт"],
    ["Value error, must not hold control characters", "управляющих символов быть не должно"],
    ["No answer could be had", "Ответа не было"],
  ])("%s", async (english, russian) => {
    await speak("ru");
    expect(told(english)).toBe(russian);
  });

  it("does not touch what it does not know, nor names of people's things", async () => {
    await speak("ru");
    expect(told("Gone: the guild was archived")).toBe("Gone: the guild was archived");
    expect(told('is used in step "private"')).toBe("используется в шаге «private»");
    expect(told("")).toBe("");
  });
});

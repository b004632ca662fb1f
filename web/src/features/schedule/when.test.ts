import { describe, expect, it } from "vitest";
import { cronOf, daysOf, everyMinutes, localOf, momentOf, newWhen, sentence, wayOf, whenOf, withDays } from "./when";

const cron = (fields: object) => whenOf({ timezone: "UTC", ...fields });

describe("the way that says the same as cron's fields", () => {
  it.each([
    [{ hour: "9" }, "daily"],
    [{ hour: "9", minute: "30", second: "0" }, "daily"],
    [{ hour: "9", day_of_week: "mon-fri" }, "weekly"],
    [{ hour: "9", day_of_week: "mon,wed" }, "weekly"],
    [{ hour: "9", day_of_week: "1-3" }, "own"],
    [{ hour: "9", day: "15" }, "monthly"],
    [{ hour: "9", day: "last" }, "monthly"],
    [{ hour: "9", day: "2nd fri" }, "own"],
    [{ hour: "9", day: "15", month: "5" }, "own"],
    [{ minute: "*/5" }, "often"],
    [{ hour: "*/2" }, "often"],
    [{ hour: "9-18" }, "own"],
    [{ hour: "25" }, "own"],
    [{ hour: "9", day: "32" }, "own"],
    [{ hour: "9", second: "30" }, "own"],
    [{}, "own"],
  ])("%j is %s", (fields, way) => expect(cron(fields).way).toBe(way));

  it("goes there and back without a change", () => {
    const fields = {
      hour: "9",
      day: "last",
      timezone: "Europe/Moscow",
      jitter: 60,
      start_date: "2027-01-01T09:00:00+03:00",
    };
    expect(cronOf(whenOf(fields))).toMatchObject(fields);
    for (const minutes of ["5", "60", "120"]) expect(wayOf(everyMinutes(minutes))).toBe("often");
    expect(newWhen("UTC").way).toBe(wayOf(newWhen("UTC").fields));
  });
});

describe("days of a week", () => {
  it("are read and written", () => {
    expect(daysOf("mon-fri")).toEqual(["mon", "tue", "wed", "thu", "fri"]);
    expect(daysOf("sun,mon")).toEqual(["mon", "sun"]);
    expect(daysOf("2nd fri")).toBeNull();
    expect(withDays(["fri", "tue", "mon", "wed", "thu"])).toBe("mon-fri");
    expect(withDays(["sun", "sat"])).toBe("sat,sun");
  });
});

describe("a moment on the walls of a zone", () => {
  it.each([
    ["2027-01-01T09:00", "Europe/Moscow", "2027-01-01T09:00:00+03:00"],
    ["2027-07-01T09:00", "America/New_York", "2027-07-01T09:00:00-04:00"],
    ["2027-01-01T09:00", "Asia/Kolkata", "2027-01-01T09:00:00+05:30"],
    ["2027-01-01T00:00", "UTC", "2027-01-01T00:00:00+00:00"],
  ])("%s in %s", (local, zone, moment) => {
    expect(momentOf(local, zone)).toBe(moment);
    expect(localOf(moment, zone)).toBe(local);
  });
});

it("names the zone as people do", () => {
  expect(sentence("every working day at 09:00 (Europe/Moscow)", "Europe/Moscow", "en")).toMatch(
    /at 09:00, Moscow time$/,
  );
  expect(sentence("по будням в 09:00 (Europe/Moscow)", "Europe/Moscow", "ru")).toBe("по будням в 09:00, Москва");
  expect(sentence("every day at 09:00 (UTC)", "UTC", "en")).toBe("every day at 09:00, UTC");
  expect(sentence("every day at 09:00 (America/New_York)", "America/New_York", "en")).toBe(
    "every day at 09:00, New York time",
  );
});

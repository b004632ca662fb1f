// When a schedule comes, as a person chooses it, and as cron's fields say it. Pure.
import type { Schemas } from "../../api/client";
import { zoneName } from "./zones";

export const FIELDS = ["year", "month", "week", "day", "day_of_week", "hour", "minute", "second"] as const;
export type Field = (typeof FIELDS)[number];
export type Way = "daily" | "weekly" | "monthly" | "often" | "own";
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const WORKING = "mon-fri";
export const MINUTES = ["5", "10", "15", "20", "30", "60", "120", "180", "360"] as const;

/** What stands in the form: every field as text, "" where it is not given. Days are local to `timezone`. */
export interface When {
  way: Way;
  fields: Record<Field, string>;
  timezone: string;
  jitter: string;
  start: string;
  end: string;
}

type CronFields = Pick<Schemas["CronOut"], Field>;
type Cron = CronFields & Pick<Schemas["CronOut"], "timezone" | "jitter" | "start_date" | "end_date">;

const NO_FIELDS = Object.fromEntries(FIELDS.map((field) => [field, ""])) as Record<Field, string>;

export function newWhen(timezone: string): When {
  const fields = { ...NO_FIELDS, day_of_week: WORKING, hour: "9", minute: "0" };
  return { way: "weekly", fields, timezone, jitter: "", start: "", end: "" };
}

export function whenOf(cron: Cron): When {
  const fields = { ...NO_FIELDS };
  for (const field of FIELDS) fields[field] = cron[field] ?? "";
  const timezone = cron.timezone ?? "UTC";
  const moment = (text: string | null | undefined) => (text ? localOf(text, timezone) : "");
  return {
    way: wayOf(fields),
    fields,
    timezone,
    jitter: cron.jitter ? String(cron.jitter) : "",
    start: moment(cron.start_date),
    end: moment(cron.end_date),
  };
}

const isNumber = (text: string, most: number) => /^\d{1,2}$/.test(text) && Number(text) <= most;
const isHour = (text: string) => isNumber(text, 23);
const isMinute = (text: string) => isNumber(text, 59);
const isEmpty = (fields: Record<Field, string>, ...allowed: Field[]) =>
  FIELDS.every((field) => allowed.includes(field) || !fields[field]);

/** The simplest way that says the same; "own" where only the fields themselves do. */
export function wayOf(fields: Record<Field, string>): Way {
  if (minutesOf(fields)) return "often";
  const zeroes = { ...fields, second: fields.second === "0" ? "" : fields.second };
  if (!isHour(fields.hour) || (fields.minute && !isMinute(fields.minute))) return "own";
  if (isEmpty(zeroes, "hour", "minute")) return "daily";
  if (isEmpty(zeroes, "hour", "minute", "day_of_week") && daysOf(fields.day_of_week)) return "weekly";
  const isDay = (isNumber(fields.day, 31) && fields.day !== "0") || fields.day === "last";
  return isDay && isEmpty(zeroes, "hour", "minute", "day") ? "monthly" : "own";
}

/** How many minutes lie between two times; null where they are not that regular. */
export function minutesOf(fields: Record<Field, string>): string | null {
  const minutes = /^\*\/(\d{1,2})$/.exec(fields.minute)?.[1];
  if (minutes && isEmpty(fields, "minute")) return minutes;
  const hours = /^\*(?:\/(\d{1,2}))?$/.exec(fields.hour);
  const isWhole = !fields.minute || fields.minute === "0";
  return hours && isWhole && isEmpty(fields, "hour", "minute") ? String(60 * Number(hours[1] ?? 1)) : null;
}

export function everyMinutes(minutes: string): Record<Field, string> {
  const hours = Number(minutes) / 60;
  if (!Number.isInteger(hours) || hours < 1) return { ...NO_FIELDS, minute: `*/${minutes}` };
  return { ...NO_FIELDS, hour: hours === 1 ? "*" : `*/${hours}`, minute: "0" };
}

/** Days of a week that are named one by one or as a range; null for anything else. */
export function daysOf(text: string): string[] | null {
  const found = new Set<string>();
  for (const part of text.split(",")) {
    const [first = "", last = first] = part.split("-");
    const [from, to] = [first, last].map((day) => WEEKDAYS.indexOf(day as (typeof WEEKDAYS)[number]));
    if (from === undefined || to === undefined || from < 0 || to < from) return null;
    for (const day of WEEKDAYS.slice(from, to + 1)) found.add(day);
  }
  return WEEKDAYS.filter((day) => found.has(day));
}

export function withDays(days: readonly string[]): string {
  const sorted = WEEKDAYS.filter((day) => days.includes(day));
  return sorted.join() === "mon,tue,wed,thu,fri" ? WORKING : sorted.join(",");
}

/** The fields that a way begins with, keeping the time of day that was chosen. */
export function beginWay(way: Way, before: Record<Field, string>): Record<Field, string> {
  if (way === "own") return before;
  if (way === "often") return everyMinutes("30");
  const time = {
    hour: isHour(before.hour) ? before.hour : "9",
    minute: isMinute(before.minute) ? before.minute : "0",
  };
  if (way === "weekly") return { ...NO_FIELDS, ...time, day_of_week: WORKING };
  return { ...NO_FIELDS, ...time, ...(way === "monthly" && { day: "1" }) };
}

export const timeOf = ({ hour, minute }: Record<Field, string>) =>
  `${hour.padStart(2, "0")}:${(minute || "0").padStart(2, "0")}`;

export function withTime(fields: Record<Field, string>, time: string): Record<Field, string> {
  const [hour = "", minute = ""] = time.split(":");
  return { ...fields, hour: String(Number(hour)), minute: String(Number(minute)) };
}

/** As the API takes it; absent is null, so that a change clears what was there. */
export function cronOf(when: When) {
  const fields = Object.fromEntries(FIELDS.map((field) => [field, when.fields[field].trim() || null]));
  return {
    ...(fields as Record<Field, string | null>),
    timezone: when.timezone,
    jitter: when.jitter.trim() ? Number(when.jitter) : null,
    start_date: when.start ? momentOf(when.start, when.timezone) : null,
    end_date: when.end ? momentOf(when.end, when.timezone) : null,
  };
}

/** Whether this browser knows the zone; a server may know older names. */
function isKnown(timezone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: timezone }));
  } catch {
    return false; // Its name is shown as it is.
  }
}

/** How many minutes a zone is ahead of UTC at a moment. */
function offsetMinutes(at: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: isKnown(timezone) ? timezone : "UTC",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return Math.round((wall - Math.floor(at / 1000) * 1000) / 60_000);
}

/** "2027-01-01T09:00" on the walls of a zone as a moment with its offset: "2027-01-01T09:00:00+03:00". */
export function momentOf(local: string, timezone: string): string {
  const asUtc = Date.parse(`${local}Z`);
  const first = offsetMinutes(asUtc, timezone);
  const offset = offsetMinutes(asUtc - first * 60_000, timezone);
  const size = Math.abs(offset);
  const two = (count: number) => String(count).padStart(2, "0");
  return `${local}:00${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The other way round. */
export function localOf(moment: string, timezone: string): string {
  const at = Date.parse(moment);
  return new Date(at + offsetMinutes(at, timezone) * 60_000).toISOString().slice(0, 16);
}

/** The server's sentence with the zone as people call it: "(Europe/Moscow)" becomes ", Moscow time". */
export function sentence(words: string, timezone: string, language: string): string {
  return words.replace(` (${timezone})`, `, ${zoneName(timezone, language)}`);
}

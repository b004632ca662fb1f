// Which time is looked at: days of whoever looks, up to now. Kept in the address, so that a link shows the same. Pure.

export const PRESETS = ["today", "7", "30", "90"] as const;
export type Preset = (typeof PRESETS)[number];
export type PeriodId = Preset | "own";

/** Own days are as an input of days gives them: "2026-03-01", both included. */
export interface Period {
  id: PeriodId;
  first: string;
  last: string;
}

export interface Span {
  from: Date;
  to: Date;
}

export const MOST_DAYS = 400;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The day of a moment as its clock says, "2026-03-01". */
export function dayOf(moment: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** When a day begins, or null for what is no day. `later` days after it. */
export function beginning(day: string, later = 0): Date | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  if (!found) return null;
  const moment = new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + later);
  return Number.isNaN(moment.getTime()) ? null : moment;
}

export function periodOf(search: URLSearchParams, now: Date): Period {
  const [first, last] = [search.get("from") ?? "", search.get("to") ?? ""];
  if (beginning(first) && beginning(last)) return { id: "own", first, last };
  const id = PRESETS.find((preset) => preset === search.get("period")) ?? "7";
  const { from } = presetSpan(id, now);
  return { id, first: dayOf(from), last: dayOf(now) };
}

/** From when until when; null where the own days make no sense. It ends with the present hour at the latest. */
export function spanOf(period: Period, now: Date): Span | null {
  if (period.id !== "own") return presetSpan(period.id, now);
  const [from, end] = [beginning(period.first), beginning(period.last, 1)];
  if (!from || !end || from >= end || from > now) return null;
  const to = new Date(Math.min(end.getTime(), fullHour(now).getTime()));
  return to.getTime() - from.getTime() > MOST_DAYS * DAY_MS || from >= to ? null : { from, to };
}

function presetSpan(id: Preset, now: Date): Span {
  const days = id === "today" ? 1 : Number(id);
  return { from: new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1), to: fullHour(now) };
}

const fullHour = (moment: Date) => new Date((Math.floor(moment.getTime() / HOUR_MS) + 1) * HOUR_MS);

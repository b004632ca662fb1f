// Numbers as people read them.
import type { Language } from "../../i18n/types";

export const count = (value: number, language: Language) => new Intl.NumberFormat(language).format(value);

export const share = (value: number, language: Language) =>
  new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: value < 0.1 ? 1 : 0 }).format(value);

/** "+12 %", "−3 %". */
export const change = (value: number, language: Language) =>
  new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" }).format(
    value,
  );

/** "34 ms", "1.2 s", "2 min". */
export function duration(ms: number, language: Language): string {
  const [value, unit] =
    ms < 1_000 ? [ms, "millisecond"] : ms < 60_000 ? [ms / 1_000, "second"] : [ms / 60_000, "minute"];
  const digits = unit === "millisecond" || value >= 10 ? 0 : 1;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: digits,
  }).format(value);
}

/** The time of a part of a period, as its length wants it said. */
export function moment(iso: string, interval: string, language: Language): string {
  const options: Intl.DateTimeFormatOptions =
    interval === "hour"
      ? { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }
      : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(language, options).format(new Date(iso));
}

/** The same, for the axis of a chart. */
export function briefly(iso: string, interval: string, language: Language): string {
  if (interval !== "hour") return moment(iso, interval, language);
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

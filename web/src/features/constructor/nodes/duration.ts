import type { Translate } from "../../../i18n/types";

const UNITS = [
  ["days", 86_400],
  ["hours", 3_600],
  ["minutes", 60],
] as const;

/** Seconds as people say them, in the largest unit that leaves no rest: "2 hours", "90 minutes", "45 seconds". */
export function inTime(seconds: number, t: Translate): string {
  const [unit, size] = UNITS.find(([, each]) => seconds >= each && seconds % each === 0) ?? ["seconds", 1];
  return t(`editor.time_${unit}` as "editor.time_seconds", { count: seconds / size });
}

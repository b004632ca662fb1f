const BROWSERS: readonly [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/YaBrowser\//, "Yandex Browser"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrom(e|ium)\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** "Firefox, Windows" of a User-Agent; its own words where it is no browser we know. */
export function browserOf(userAgent: string): string {
  const of = (known: readonly [RegExp, string][]) => known.find(([sign]) => sign.test(userAgent))?.[1];
  const names = [of(BROWSERS), of(SYSTEMS)].filter(Boolean);
  return names.length > 0 ? names.join(", ") : userAgent.slice(0, 60);
}

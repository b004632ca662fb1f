// Where things stand in a chart. Pure.

/** Round numbers from 0 to just above `most`, at most five. */
export function ticks(most: number): number[] {
  if (most <= 0) return [0, 1];
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power);
  const count = Math.ceil(most / step);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Powers of ten that hold all of `values` between them. */
export function decades(values: readonly number[]): number[] {
  if (!values.length) return [1, 10];
  const low = Math.floor(Math.log10(Math.max(1, Math.min(...values))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(1, ...values))));
  return Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
}

/** Which of `count` labels are written where `room` of them have room: the first, and every so many. */
export function labelled(count: number, room: number): number[] {
  const every = Math.max(1, Math.ceil(count / Math.max(1, room)));
  return Array.from({ length: count }, (_, index) => index).filter((index) => index % every === 0);
}

/** The way of a line through its points, in pieces where some are missing. */
export function linePath(points: readonly (readonly [number, number] | null)[]): string {
  let isDown = false;
  return points
    .map((point) => {
      const command = isDown ? "L" : "M";
      isDown = point !== null;
      return point && `${command}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    })
    .filter(Boolean)
    .join("");
}

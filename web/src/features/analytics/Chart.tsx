// A chart that can be read without seeing it: keys go from one time to the next, what stands there is said, and the
// numbers are a table behind it. Drawn as SVG in the colours of tokens.css.
import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { useWords } from "../../i18n/useWords";
import styles from "./Chart.module.css";
import { ChartTable } from "./ChartTable";
import { briefly, moment } from "./numbers";
import { decades, labelled, linePath, ticks } from "./scale";

export interface Series {
  label: string;
  /** One of the looks of Chart.module.css. */
  look: "first" | "second" | "danger" | "p50" | "p95" | "p99";
  /** Null: nothing was measured there. */
  values: readonly (number | null)[];
}

interface ChartProps {
  title: string;
  starts: readonly string[];
  interval: string;
  series: readonly Series[];
  /** Lines on a scale of powers of ten, such as for durations; else bars. */
  isLines?: boolean;
  format: (value: number) => string;
}

const HEIGHT = 180;
const LEFT = 52;
const TOP = 8;
const BOTTOM = 24;
const LABEL_WIDTH = 76;

export function Chart({ title, starts, interval, series, isLines = false, format }: ChartProps) {
  const { t, language } = useWords();
  const { ref, width } = useElementSize();
  const [at, setAt] = useState<number | null>(null);
  const values = series.flatMap((each) => each.values.filter((value) => value !== null));
  const lines = isLines ? decades(values) : ticks(Math.max(0, ...values));
  const inner = Math.max(0, width - LEFT);
  const slot = inner / Math.max(1, starts.length);
  const x = (index: number) => LEFT + (index + 0.5) * slot;
  const y = scaleOf(lines, isLines);
  const select = (event: PointerEvent<SVGSVGElement>) => {
    const index = Math.floor((event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT) / slot);
    setAt(index >= 0 && index < starts.length ? index : null);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setAt((now) =>
      Math.min(starts.length - 1, Math.max(0, now === null ? (step > 0 ? 0 : starts.length - 1) : now + step)),
    );
  };
  const start = at === null ? undefined : starts[at];
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.legend}>
        {series.map((each) => (
          <span key={each.label} className={styles.key}>
            <i className={styles.swatch} data-look={each.look} data-line={isLines || undefined} aria-hidden />
            {each.label}
            {at !== null && <b className={styles.value}>{valueWords(each.values[at], format)}</b>}
          </span>
        ))}
        <span className={styles.when}>{start ? moment(start, interval, language) : ""}</span>
      </figcaption>
      <div ref={ref} className={styles.frame}>
        <svg
          width={width}
          height={HEIGHT}
          className={styles.drawing}
          role="img"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read it, as the pointer does
          tabIndex={0}
          aria-label={t("analytics.chart_keys", { title })}
          onPointerMove={select}
          onPointerLeave={() => setAt(null)}
          onKeyDown={onKey}
          onBlur={() => setAt(null)}
        >
          {lines.map((value) => (
            <g key={value}>
              <line className={styles.line} x1={LEFT} x2={width} y1={y(value)} y2={y(value)} />
              <text className={styles.tick} x={LEFT - 8} y={y(value) + 4} textAnchor="end">
                {format(value)}
              </text>
            </g>
          ))}
          {at !== null && (
            <rect className={styles.band} x={x(at) - slot / 2} y={TOP} width={slot} height={HEIGHT - TOP - BOTTOM} />
          )}
          {labelled(starts.length, Math.floor(inner / LABEL_WIDTH)).map((index) => (
            <text key={index} className={styles.tick} x={x(index)} y={HEIGHT - 6} textAnchor="middle">
              {briefly(starts[index] as string, interval, language)}
            </text>
          ))}
          {width > 0 &&
            (isLines ? <Lines series={series} x={x} y={y} /> : <Bars series={series} slot={slot} x={x} y={y} />)}
        </svg>
      </div>
      <output className="only-heard">
        {at !== null && start && sentence(moment(start, interval, language), series, at, format)}
      </output>
      <ChartTable starts={starts} interval={interval} series={series} format={format} title={title} />
    </figure>
  );
}

interface DrawnProps {
  series: readonly Series[];
  x: (index: number) => number;
  y: (value: number) => number;
}

function Bars({ series, slot, x, y }: DrawnProps & { slot: number }) {
  const wide = Math.max(1, Math.min(24, (slot * 0.72) / series.length));
  const ground = y(0);
  return series.map((each, place) =>
    each.values.map((value, index) =>
      value ? (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is the time
          key={`${each.label} ${index}`}
          className={styles.bar}
          data-look={each.look}
          x={x(index) + (place - series.length / 2) * wide}
          y={y(value)}
          width={Math.max(1, wide - 1)}
          height={Math.max(1, ground - y(value))}
          rx={Math.min(3, wide / 4)}
        />
      ) : null,
    ),
  );
}

function Lines({ series, x, y }: DrawnProps) {
  return series.map((each) => {
    const points = each.values.map((value, index) => (value === null ? null : ([x(index), y(value)] as const)));
    return (
      <g key={each.label} className={styles.way} data-look={each.look}>
        <path d={linePath(points)} />
        {points.map((point) => point && <circle key={point[0]} cx={point[0]} cy={point[1]} r={2.5} />)}
      </g>
    );
  });
}

function scaleOf(lines: readonly number[], isLines: boolean) {
  const place = (value: number) => (isLines ? Math.log10(Math.max(1, value)) : value);
  const [low, high] = [place(lines[0] ?? 0), place(lines.at(-1) ?? 1)];
  return (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (place(value) - low) / (high - low || 1));
}

const valueWords = (value: number | null | undefined, format: (value: number) => string) =>
  value === null || value === undefined ? "–" : format(value);

function sentence(when: string, series: readonly Series[], at: number, format: (value: number) => string): string {
  return `${when}: ${series.map((each) => `${each.label} ${valueWords(each.values[at], format)}`).join(", ")}`;
}

import { useWords } from "../../i18n/useWords";
import type { Series } from "./Chart";
import styles from "./Chart.module.css";
import { moment } from "./numbers";

interface ChartTableProps {
  title: string;
  starts: readonly string[];
  interval: string;
  series: readonly Series[];
  format: (value: number) => string;
}

/** The numbers of a chart, folded away. */
export function ChartTable({ title, starts, interval, series, format }: ChartTableProps) {
  const { t, language } = useWords();
  return (
    <details className={styles.more}>
      <summary>{t("analytics.table")}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section className={styles.scroll} tabIndex={0} aria-label={title}>
        <table className={styles.table}>
          <caption className="only-heard">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{t("analytics.time")}</th>
              {series.map((each) => (
                <th key={each.label} scope="col">
                  {each.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {starts.map((start, index) => (
              <tr key={start}>
                <th scope="row">{moment(start, interval, language)}</th>
                {series.map((each) => {
                  const value = each.values[index];
                  return <td key={each.label}>{value === null || value === undefined ? "–" : format(value)}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

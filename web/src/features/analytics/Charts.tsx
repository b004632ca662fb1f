import { useWords } from "../../i18n/useWords";
import { PlaceSection } from "../../shell/place/Place";
import styles from "./AnalyticsPage.module.css";
import { Chart, type Series } from "./Chart";
import { count, duration } from "./numbers";
import type { Analytics } from "./queries";

type Name = keyof Analytics["series"][number];

/** Sessions, messages, answer times and errors over time. */
export function Charts({ data }: { data: Analytics }) {
  const { t, language } = useWords();
  const starts = data.series.map((point) => point.start);
  const of = (name: Name, label: string, look: Series["look"]): Series => ({
    label,
    look,
    values: data.series.map((point) => (point[name] ?? null) as number | null),
  });
  const frame = { starts, interval: data.interval };
  const number = (value: number) => count(value, language);
  const time = (value: number) => duration(value, language);
  const hasAnswers = data.totals.p50_ms !== null && data.totals.p50_ms !== undefined;
  return (
    <div className={styles.charts}>
      <PlaceSection title={t("analytics.sessions")}>
        <Chart
          {...frame}
          title={t("analytics.sessions")}
          format={number}
          series={[
            of("sessions_begun", t("analytics.sessions_begun"), "first"),
            of("sessions_active", t("analytics.sessions_active"), "second"),
          ]}
        />
      </PlaceSection>
      <PlaceSection title={t("analytics.messages")}>
        <Chart
          {...frame}
          title={t("analytics.messages")}
          format={number}
          series={[
            of("messages_in", t("analytics.messages_in"), "first"),
            of("messages_out", t("analytics.messages_out"), "second"),
          ]}
        />
      </PlaceSection>
      <PlaceSection title={t("analytics.latency")} hint={t("analytics.latency_hint")}>
        {hasAnswers ? (
          <Chart
            {...frame}
            title={t("analytics.latency")}
            format={time}
            isLines
            series={[
              of("p50_ms", t("analytics.p50"), "p50"),
              of("p95_ms", t("analytics.p95"), "p95"),
              of("p99_ms", t("analytics.p99"), "p99"),
            ]}
          />
        ) : (
          <p className={styles.quiet}>{t("analytics.nothing_here")}</p>
        )}
      </PlaceSection>
      <PlaceSection title={t("analytics.errors")}>
        {data.totals.errors || data.totals.dead_letters ? (
          <Chart
            {...frame}
            title={t("analytics.errors")}
            format={number}
            series={[
              of("errors", t("analytics.errors"), "danger"),
              of("dead_letters", t("analytics.dead_letters"), "second"),
            ]}
          />
        ) : (
          <p className={styles.quiet}>{t("analytics.nothing_here")}</p>
        )}
      </PlaceSection>
    </div>
  );
}

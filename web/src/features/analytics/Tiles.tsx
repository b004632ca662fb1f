// The figures of the period at a glance, each beside that of the period before.
import { useWords } from "../../i18n/useWords";
import styles from "./AnalyticsPage.module.css";
import { change, count, duration } from "./numbers";
import type { Analytics, Figures } from "./queries";

type Name = keyof Figures;

export function Tiles({ data }: { data: Analytics }) {
  const { t, language } = useWords();
  const number = (value: number) => count(value, language);
  const time = (value: number) => duration(value, language);
  const tile = (name: Name, label: string, hint = "", format = number) => (
    <Tile
      label={label}
      hint={hint}
      now={data.totals[name] ?? null}
      before={data.before[name] ?? null}
      format={format}
    />
  );
  return (
    <dl className={styles.tiles} aria-label={t("analytics.figures")}>
      {tile("sessions_begun", t("analytics.sessions_begun"), t("analytics.sessions_begun_hint"))}
      {tile("sessions_active", t("analytics.sessions_active"), t("analytics.sessions_active_hint"))}
      {tile("messages_in", t("analytics.messages_in"))}
      {tile("messages_out", t("analytics.messages_out"))}
      {tile("p50_ms", t("analytics.answer_time"), t("analytics.answer_time_hint"), time)}
      {tile("errors", t("analytics.errors"), t("analytics.errors_hint"))}
      {tile("dead_letters", t("analytics.dead_letters"))}
    </dl>
  );
}

interface TileProps {
  label: string;
  hint: string;
  now: number | null;
  before: number | null;
  format: (value: number) => string;
}

function Tile({ label, hint, now, before, format }: TileProps) {
  const { t, language } = useWords();
  const words = () => {
    if (now === null || before === null || (!before && !now)) return "";
    if (!before) return t("analytics.was_nothing");
    if (now === before) return t("analytics.no_change");
    return t("analytics.change", { change: change(now / before - 1, language), before: format(before) });
  };
  return (
    <div className={styles.tile} title={hint}>
      <dt>{label}</dt>
      <dd className={styles.number}>{now === null ? "–" : format(now)}</dd>
      <dd className={styles.change}>{words()}</dd>
    </div>
  );
}

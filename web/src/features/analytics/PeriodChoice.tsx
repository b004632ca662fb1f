import { useState } from "react";
import { useWords } from "../../i18n/useWords";
import { Choice } from "../../ui/Choice";
import styles from "./AnalyticsPage.module.css";
import { dayOf, type Period, type PeriodId, PRESETS } from "./period";

interface PeriodChoiceProps {
  period: Period;
  isWrong: boolean;
  onChange: (search: Record<string, string>) => void;
}

/** A few usual periods, or days of one's own. */
export function PeriodChoice({ period, isWrong, onChange }: PeriodChoiceProps) {
  const { t } = useWords();
  const [now] = useState(() => dayOf(new Date()));
  const options = PRESETS.map((id) => ({
    value: id as PeriodId,
    text: id === "today" ? t("analytics.today") : t("analytics.days", { count: Number(id) }),
  }));
  const choose = (id: PeriodId) => onChange(id === "own" ? { from: period.first, to: period.last } : { period: id });
  const day = (label: string, name: "first" | "last") => (
    <label className={styles.day}>
      <span>{label}</span>
      <input
        type="date"
        max={now}
        value={period[name]}
        aria-invalid={isWrong || undefined}
        onChange={({ currentTarget: { value } }) => {
          const next = { ...period, [name]: value };
          if (value) onChange({ from: next.first, to: next.last });
        }}
      />
    </label>
  );
  return (
    <div className={styles.period}>
      <Choice
        label={t("analytics.period")}
        value={period.id}
        options={[...options, { value: "own", text: t("analytics.own") }]}
        onChange={choose}
      />
      {period.id === "own" && (
        <>
          {day(t("analytics.from"), "first")}
          {day(t("analytics.to"), "last")}
        </>
      )}
    </div>
  );
}

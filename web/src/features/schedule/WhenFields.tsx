// When a schedule comes: simple ways first, all fields of cron under "more", and at once what it means.
import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { ApiError } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { errorWords } from "../../shell/errors";
import { Fold } from "../../shell/place/Fold";
import { Choice } from "../../ui/Choice";
import { usePreview } from "./queries";
import styles from "./Schedule.module.css";
import {
  beginWay,
  cronOf,
  daysOf,
  everyMinutes,
  FIELDS,
  MINUTES,
  minutesOf,
  sentence,
  timeOf,
  type Way,
  WEEKDAYS,
  type When,
  wayOf,
  withDays,
  withTime,
} from "./when";
import { ZoneField } from "./ZoneField";

interface WhenFieldsProps {
  when: When;
  onChange: (when: When) => void;
  isReadOnly: boolean;
}

const WAYS: readonly Way[] = ["daily", "weekly", "monthly", "often", "own"];
const TYPING_MS = 300;

export function WhenFields({ when, onChange, isReadOnly }: WhenFieldsProps) {
  const { t } = useWords();
  const set = (fields: Partial<When>) => onChange({ ...when, ...fields });
  const [asked] = useDebouncedValue(when, TYPING_MS);
  const preview = usePreview(cronOf(asked));
  const faults = preview.error instanceof ApiError ? preview.error.faults : [];
  const faultAt = (path: string) => {
    const found = faults.find((fault) => fault.path === path);
    return found && [found.message, found.hint].filter(Boolean).join(". ");
  };
  return (
    <div className={styles.stack}>
      <Choice
        label={t("schedule.how_often")}
        value={when.way}
        options={WAYS.map((value) => ({ value, text: t(`schedule.way_${value}`) }))}
        onChange={(way) => set({ way, fields: beginWay(way, when.fields) })}
      />
      <div className={styles.line}>
        <Simple when={when} set={set} />
        <ZoneField value={when.timezone} onChange={(timezone) => set({ timezone })} isReadOnly={isReadOnly} />
      </div>
      <Fold
        title={t("schedule.more_when")}
        isOpen={when.way === "own" || Boolean(when.jitter || when.start || when.end)}
      >
        <p className={styles.hint}>{t("schedule.fields_hint")}</p>
        <div className={styles.grid}>
          {FIELDS.map((field) => (
            <TextInput
              key={field}
              label={t(`schedule.field_${field}`)}
              placeholder="*"
              value={when.fields[field]}
              error={faultAt(field)}
              spellCheck={false}
              onChange={(event) => {
                const fields = { ...when.fields, [field]: event.currentTarget.value };
                set({ fields, way: when.way === "own" ? "own" : wayOf(fields) });
              }}
            />
          ))}
        </div>
        <div className={styles.grid}>
          <TextInput
            label={t("schedule.jitter")}
            description={t("schedule.jitter_hint")}
            inputWrapperOrder={["label", "input", "description", "error"]}
            inputMode="numeric"
            value={when.jitter}
            error={faultAt("jitter")}
            onChange={(event) => set({ jitter: event.currentTarget.value.replace(/\D/g, "") })}
          />
          <TextInput
            type="datetime-local"
            label={t("schedule.start")}
            value={when.start}
            error={faultAt("start_date")}
            onChange={(event) => set({ start: event.currentTarget.value })}
          />
          <TextInput
            type="datetime-local"
            label={t("schedule.end")}
            value={when.end}
            error={faultAt("end_date")}
            onChange={(event) => set({ end: event.currentTarget.value })}
          />
        </div>
      </Fold>
      <Preview when={asked} preview={preview} />
    </div>
  );
}

function Simple({ when, set }: { when: When; set: (fields: Partial<When>) => void }) {
  const { t, language } = useWords();
  const { way, fields } = when;
  if (way === "own") return null;
  if (way === "often") {
    const chosen = minutesOf(fields) ?? "30";
    const offered = MINUTES.some((each) => each === chosen) ? MINUTES : [chosen, ...MINUTES];
    return (
      <Select
        label={t("schedule.every")}
        data={offered.map((minutes) => ({ value: minutes, label: everyWords(t, Number(minutes)) }))}
        value={chosen}
        onChange={(minutes) => minutes && set({ fields: everyMinutes(minutes) })}
      />
    );
  }
  return (
    <>
      {way === "weekly" && (
        <Checkbox.Group
          label={t("schedule.on_days")}
          value={daysOf(fields.day_of_week) ?? []}
          onChange={(days) => days.length && set({ fields: { ...fields, day_of_week: withDays(days) } })}
        >
          <div className={styles.days}>
            {WEEKDAYS.map((day, index) => (
              <Checkbox key={day} value={day} label={dayName(index, language)} />
            ))}
          </div>
        </Checkbox.Group>
      )}
      {way === "monthly" && (
        <Select
          label={t("schedule.on_day")}
          data={[
            ...Array.from({ length: 31 }, (_, index) => ({ value: `${index + 1}`, label: `${index + 1}` })),
            { value: "last", label: t("schedule.last_day") },
          ]}
          value={fields.day}
          onChange={(day) => day && set({ fields: { ...fields, day } })}
        />
      )}
      <TextInput
        type="time"
        label={t("schedule.at")}
        value={timeOf(fields)}
        onChange={(event) => event.currentTarget.value && set({ fields: withTime(fields, event.currentTarget.value) })}
      />
    </>
  );
}

type T = ReturnType<typeof useWords>["t"];

const everyWords = (t: T, minutes: number) =>
  minutes < 60 ? t("schedule.minutes", { count: minutes }) : t("schedule.hours", { count: minutes / 60 });

/** "Mon", "пн". The first of January 2024 was a Monday. */
const dayName = (index: number, language: string) =>
  new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + index));

const KNOWN_PLACES: readonly string[] = [...FIELDS, "jitter", "start_date", "end_date"];

function Preview({ when, preview }: { when: When; preview: ReturnType<typeof usePreview> }) {
  const { t, language } = useWords();
  const { data, error } = preview;
  const isAtField = error instanceof ApiError && error.faults.some(({ path }) => KNOWN_PLACES.includes(path));
  if (error)
    return (
      <div className={styles.preview} role="status">
        <p className={styles.wrong}>{isAtField ? t("schedule.see_fields") : errorWords(t, error)}</p>
        {!(error instanceof ApiError) && (
          <Button variant="default" size="compact-sm" onClick={() => void preview.refetch()}>
            {t("shell.again")}
          </Button>
        )}
      </div>
    );
  if (!data) return <div className={styles.preview} aria-busy />;
  const words = sentence(data.description[language], when.timezone, language);
  return (
    <div className={styles.preview} role="status">
      <p className={styles.sentence}>{words.charAt(0).toLocaleUpperCase(language) + words.slice(1)}</p>
      <p className={styles.quiet}>{t("schedule.next_times", { count: data.next.length })}</p>
      <ol className={styles.times}>
        {data.next.map((moment) => (
          <li key={moment}>{momentWords(moment, when.timezone, language)}</li>
        ))}
      </ol>
    </div>
  );
}

function momentWords(moment: string, timeZone: string, language: string): string {
  const format = (zone: string) =>
    new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short", timeZone: zone }).format(
      Date.parse(moment),
    );
  try {
    return format(timeZone);
  } catch {
    return format("UTC"); // A zone that this browser does not know.
  }
}

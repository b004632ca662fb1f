// The list: each in a sentence, when it comes next, how its last time ended, and a switch.
import { Button, Switch } from "@mantine/core";
import { AlarmClock, CalendarClock, Plus, Repeat } from "lucide-react";
import { Link, useLocation } from "wouter";
import { told } from "../../i18n/told";
import { useWords } from "../../i18n/useWords";
import { ListEnd } from "../../shell/place/ListEnd";
import { Empty, Place, PlaceSection } from "../../shell/place/Place";
import { Failed, Ghosts } from "../../shell/place/states";
import type { PlaceBot } from "../../shell/places";
import { ICON } from "../../ui/icon";
import { exactTime, relativeTime } from "../../ui/time";
import { Ended } from "./Ended";
import { type Kind, kindOf, type Schedule, useSchedules, useSwitch } from "./queries";
import styles from "./Schedule.module.css";
import { useSentence } from "./useSentence";

export function ScheduleList({ bot }: { bot: PlaceBot }) {
  const { t } = useWords();
  const [path, go] = useLocation();
  const crons = useSchedules(bot.id, "cron");
  const emitters = useSchedules(bot.id, "emitter");
  const canEdit = bot.access !== "viewer";
  const begin = (kind: Kind) => go(`${path}?new=${kind}`);
  const isEmpty = crons.isSuccess && emitters.isSuccess && !crons.items.length && !emitters.items.length;
  return (
    <Place
      title={t("app.place_schedule")}
      hint={t("schedule.hint")}
      actions={
        canEdit && (
          <>
            <Button variant="default" leftSection={<CalendarClock {...ICON} />} onClick={() => begin("emitter")}>
              {t("schedule.new_emitter")}
            </Button>
            <Button leftSection={<Plus {...ICON} />} onClick={() => begin("cron")}>
              {t("schedule.new_cron")}
            </Button>
          </>
        )
      }
    >
      {isEmpty ? (
        <Empty icon={<AlarmClock size={24} />} title={t("schedule.empty")} text={t("schedule.empty_text")} />
      ) : (
        <>
          <Kinds title={t("schedule.crons")} hint={t("schedule.no_crons")} canEdit={canEdit} query={crons} />
          <Kinds title={t("schedule.emitters")} hint={t("schedule.no_emitters")} canEdit={canEdit} query={emitters} />
        </>
      )}
    </Place>
  );
}

interface KindsProps {
  title: string;
  hint: string;
  canEdit: boolean;
  query: ReturnType<typeof useSchedules>;
}

function Kinds({ title, hint, canEdit, query }: KindsProps) {
  if (query.error) return <Failed error={query.error} onAgain={() => void query.refetch()} />;
  return (
    <PlaceSection title={title} {...(query.isSuccess && !query.items.length && { hint })}>
      {query.isPending && <Ghosts />}
      <ul className={styles.rows}>
        {query.items.map((schedule) => (
          <Row key={schedule.id} schedule={schedule} canEdit={canEdit} />
        ))}
      </ul>
      <ListEnd {...query} />
    </PlaceSection>
  );
}

function Row({ schedule, canEdit }: { schedule: Schedule; canEdit: boolean }) {
  const { t, language } = useWords();
  const [path] = useLocation();
  const flip = useSwitch();
  const kind = kindOf(schedule);
  const isOn = schedule.is_active ?? true;
  const name = schedule.name || t("schedule.unnamed");
  const Icon = kind === "cron" ? Repeat : CalendarClock;
  return (
    <li className={styles.row} data-off={!isOn || undefined}>
      <Icon {...ICON} className={styles.rowIcon} />
      <Link href={`${path}?${kind}=${schedule.id}`} className={styles.rowText}>
        <span className={styles.rowName} dir="auto">
          {name}
        </span>
        <span className={styles.rowSentence}>{useSentence(schedule)}</span>
        <span className={styles.quiet}>
          {schedule.next_fire_at && isOn && (
            <span title={exactTime(schedule.next_fire_at, language)}>
              {t(kind === "cron" ? "schedule.next_in" : "schedule.goes_out", {
                when: relativeTime(schedule.next_fire_at, language),
              })}
            </span>
          )}
          {schedule.last_firing && <Ended firing={schedule.last_firing} />}
          {schedule.state === "not_in_force" && <span>{t("schedule.not_in_force")}</span>}
          {schedule.state === "changed" && <span>{t("schedule.changed")}</span>}
          {schedule.error && <span className={styles.wrong}>{told(schedule.error)}</span>}
        </span>
      </Link>
      <Switch
        checked={isOn}
        disabled={!canEdit || flip.isPending}
        aria-label={t("schedule.is_on", { name })}
        onChange={() => flip.mutate({ kind, id: schedule.id, fields: { is_active: !isOn } })}
      />
    </li>
  );
}

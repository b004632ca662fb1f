// One schedule: its form, what comes next, what was sent, and what can be done with it.
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { ArrowLeft, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { told } from "../../i18n/told";
import { useWords } from "../../i18n/useWords";
import { ConfirmDialog } from "../../shell/place/ConfirmDialog";
import { ListEnd } from "../../shell/place/ListEnd";
import { Place, PlaceSection } from "../../shell/place/Place";
import { Failed, PlaceSkeleton } from "../../shell/place/states";
import type { PlaceBot } from "../../shell/places";
import { ICON } from "../../ui/icon";
import { exactTime } from "../../ui/time";
import { Ended } from "./Ended";
import { type Kind, type Schedule, useFirings, useRemove, useSchedule, useSend } from "./queries";
import styles from "./Schedule.module.css";
import { ScheduleForm } from "./ScheduleForm";

interface OneProps {
  bot: PlaceBot;
  kind: Kind;
}

function Back() {
  const { t } = useWords();
  const [path] = useLocation();
  return (
    <div className={styles.backLine}>
      <Link href={path} className={styles.back}>
        <ArrowLeft {...ICON} />
        {t("schedule.all")}
      </Link>
    </div>
  );
}

export function NewSchedule({ bot, kind }: OneProps) {
  const { t } = useWords();
  const [path, go] = useLocation();
  return (
    <>
      <Back />
      <Place
        title={t(kind === "cron" ? "schedule.new_cron" : "schedule.new_emitter")}
        hint={t(kind === "cron" ? "schedule.cron_hint" : "schedule.emitter_hint")}
      >
        <ScheduleForm
          bot={bot}
          kind={kind}
          schedule={null}
          onKept={(made) => go(`${path}?${kind}=${made.id}`, { replace: true })}
        />
      </Place>
    </>
  );
}

export function OneSchedule({ bot, kind, id }: OneProps & { id: string }) {
  const { t } = useWords();
  const { data: schedule, error, refetch } = useSchedule(kind, id);
  if (error) return <Failed error={error} onAgain={() => void refetch()} />;
  if (!schedule) return <PlaceSkeleton />;
  return (
    <>
      <Back />
      <Place
        title={schedule.name || t("schedule.unnamed")}
        actions={bot.access !== "viewer" && <Actions schedule={schedule} kind={kind} />}
      >
        <ScheduleForm bot={bot} kind={kind} schedule={schedule} onKept={() => undefined} />
        <History kind={kind} id={id} />
      </Place>
    </>
  );
}

function Actions({ schedule, kind }: { schedule: Schedule; kind: Kind }) {
  const { t } = useWords();
  const [path, go] = useLocation();
  const [asked, setAsked] = useState<"send" | "remove" | null>(null);
  const send = useSend();
  const remove = useRemove();
  const close = () => setAsked(null);
  const { id } = schedule;
  const sendNow = () =>
    send.mutate(
      { kind, id },
      {
        onSuccess: () => notifications.show({ withCloseButton: false, message: t("schedule.sent") }),
        onSettled: close,
      },
    );
  return (
    <>
      <Button variant="default" leftSection={<Trash2 {...ICON} />} onClick={() => setAsked("remove")}>
        {t("schedule.delete")}
      </Button>
      <Button
        variant="default"
        leftSection={<Send {...ICON} />}
        disabled={schedule.state === "not_in_force"}
        title={schedule.state === "not_in_force" ? t("schedule.not_in_force") : undefined}
        onClick={() => setAsked("send")}
      >
        {t("schedule.send_now")}
      </Button>
      {asked === "send" && (
        <ConfirmDialog
          title={t("schedule.send_title")}
          action={t("schedule.send_now")}
          isBusy={send.isPending}
          onConfirm={sendNow}
          onClose={close}
        >
          {t(
            schedule.session_id
              ? "schedule.send_one"
              : schedule.channel_id
                ? "schedule.send_channel"
                : "schedule.send_all",
          )}
        </ConfirmDialog>
      )}
      {asked === "remove" && (
        <ConfirmDialog
          title={t("schedule.delete_title", { name: schedule.name || t("schedule.unnamed") })}
          action={t("schedule.delete")}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate({ kind, id }, { onSuccess: () => go(path), onError: close })}
          onClose={close}
        >
          {t("schedule.delete_text")}
        </ConfirmDialog>
      )}
    </>
  );
}

function History({ kind, id }: { kind: Kind; id: string }) {
  const { t, language } = useWords();
  const firings = useFirings(kind, id);
  if (firings.isPending) return null;
  return (
    <PlaceSection title={t("schedule.history")} {...(!firings.items.length && { hint: t("schedule.no_history") })}>
      <ul className={styles.rows}>
        {firings.items.map((firing) => (
          <li key={firing.id} className={styles.row}>
            <div className={styles.rowText}>
              <span className={styles.rowName}>{exactTime(firing.fire_at, language)}</span>
              <span className={styles.quiet}>
                <Ended firing={firing} />
              </span>
              {firing.error && <span className={styles.wrong}>{told(firing.error)}</span>}
              {firing.errors?.map((words) => (
                <span key={words} className={styles.wrong}>
                  {told(words)}
                </span>
              ))}
            </div>
          </li>
        ))}
      </ul>
      <ListEnd {...firings} />
    </PlaceSection>
  );
}

// To whom: everybody who has talked to the bot, one channel, one conversation. Chosen when it is made, then kept.
import { Fieldset, Select } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../../i18n/useWords";
import type { PlaceBot } from "../../shell/places";
import { Choice } from "../../ui/Choice";
import { relativeTime } from "../../ui/time";
import { type Schedule, useChannelsOf, useSessionsOf } from "./queries";
import styles from "./Schedule.module.css";

export interface Target {
  channel_id: string | null;
  session_id: string | null;
}

export const EVERYONE: Target = { channel_id: null, session_id: null };
type Whom = "all" | "channel" | "session";

interface TargetProps {
  bot: PlaceBot;
  schedule: Schedule | null;
  target: Target;
  onChange: (target: Target) => void;
  isReadOnly: boolean;
}

export function TargetFields({ bot, schedule, target, onChange, isReadOnly }: TargetProps) {
  const { t } = useWords();
  return (
    <Fieldset className={styles.part ?? ""} legend={t("schedule.whom")} disabled={isReadOnly}>
      {schedule ? <Kept bot={bot} schedule={schedule} /> : <Chosen bot={bot} target={target} onChange={onChange} />}
    </Fieldset>
  );
}

function Kept({ bot, schedule }: { bot: PlaceBot; schedule: Schedule }) {
  const { t } = useWords();
  const { data: channels } = useChannelsOf(bot.id);
  const channel = channels?.find(({ id }) => id === schedule.channel_id);
  if (schedule.session_id) return <p>{t("schedule.to_session", { id: schedule.session_id })}</p>;
  if (!schedule.channel_id) return <p>{t("schedule.to_all")}</p>;
  return <p>{t("schedule.to_channel", { name: channel?.name ?? schedule.channel_id })}</p>;
}

function Chosen({ bot, target, onChange }: Pick<TargetProps, "bot" | "target" | "onChange">) {
  const { t, language } = useWords();
  const [whom, setWhom] = useState<Whom>("all");
  const { data: channels } = useChannelsOf(bot.id);
  const { data: sessions } = useSessionsOf(bot.id, whom === "session");
  const choose = (next: Whom) => {
    setWhom(next);
    onChange(EVERYONE);
  };
  return (
    <div className={styles.stack}>
      <Choice
        label={t("schedule.whom")}
        value={whom}
        options={(["all", "channel", "session"] as const).map((value) => ({
          value,
          text: t(`schedule.whom_${value}`),
        }))}
        onChange={choose}
      />
      {whom === "channel" && (
        <Select
          label={t("schedule.channel")}
          placeholder={t("schedule.choose")}
          data={(channels ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={target.channel_id}
          nothingFoundMessage={t("schedule.no_channels")}
          searchable
          onChange={(id) => onChange({ channel_id: id, session_id: null })}
        />
      )}
      {whom === "session" && (
        <Select
          label={t("schedule.session")}
          placeholder={t("schedule.choose")}
          description={t("schedule.session_hint")}
          data={(sessions ?? []).map((session) => ({
            value: session.id,
            label: `${session.username ?? t("schedule.visitor")} · ${relativeTime(session.updated_at, language)} · ${session.id.slice(-6)}`,
          }))}
          value={target.session_id}
          nothingFoundMessage={t("schedule.no_sessions")}
          searchable
          onChange={(id) => onChange({ channel_id: null, session_id: id })}
        />
      )}
      {whom !== "all" && <p className={styles.quiet}>{t("schedule.own_only")}</p>}
    </div>
  );
}

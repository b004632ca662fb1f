// What the channel is called, who may come in, which bot answers.
import { Select, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import { useWords } from "../../i18n/useWords";
import { PlaceSection } from "../../shell/place/Place";
import type { PlaceBot } from "../../shell/places";
import { useBots } from "../bots/queries";
import styles from "./channels.module.css";
import { type BotChannel, useChange } from "./queries";

export function About({ bot, channel }: { bot: PlaceBot; channel: BotChannel }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const { data: bots } = useBots();
  const change = useChange(channel, bot.id);
  const [name, setName] = useState(channel.name);
  const mine = (bots ?? []).filter((each) => each.access !== "viewer" || each.id === bot.id);
  const keepName = () => {
    const wanted = name.trim();
    if (wanted && wanted !== channel.name) change.mutate({ name: wanted });
    else setName(channel.name);
  };
  return (
    <PlaceSection title={t("channels.about")}>
      <div className={styles.form}>
        <TextInput
          label={t("channels.name")}
          description={t("channels.name_hint")}
          value={name}
          maxLength={255}
          onChange={(event) => setName(event.currentTarget.value)}
          onBlur={keepName}
          onKeyDown={(event) => event.key === "Enter" && keepName()}
        />
        <Switch
          label={t("channels.is_public")}
          description={t("channels.is_public_hint")}
          checked={channel.is_public}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ is_public: event.currentTarget.checked })}
        />
        <Select
          label={t("channels.bot")}
          description={t("channels.bot_hint")}
          data={mine.map((each) => ({ value: each.id, label: each.name }))}
          value={bot.id}
          allowDeselect={false}
          searchable={mine.length > 8}
          onChange={(id) =>
            id &&
            id !== bot.id &&
            change.mutate({ default_bot_id: id }, { onSuccess: () => go(`/bots/${id}/channels/${channel.id}`) })
          }
        />
      </div>
    </PlaceSection>
  );
}

// Which variables: of the bot, what these begin with, of a channel, of all people, of one person (`?user=`), of a conversation.
import { Select } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useSearchParams } from "wouter";
import { useWords } from "../../../i18n/useWords";
import { Ghosts } from "../../../shell/place/states";
import type { PlaceBot } from "../../../shell/places";
import { Choice } from "../../../ui/Choice";
import { relativeTime } from "../../../ui/time";
import styles from "../Kept.module.css";
import { OwnerVariables } from "./OwnerVariables";
import { type Scope, useChannels, useSessions } from "./owners";
import { People } from "./People";

const InitialVariables = lazy(() => import("./InitialVariables"));

type Shown = Scope | "start";
const SCOPES: readonly Shown[] = ["bot", "start", "user", "channel", "session"];

export function VariablesTab({ bot }: { bot: PlaceBot }) {
  const { t } = useWords();
  const [search, setSearch] = useSearchParams();
  const scope = SCOPES.find((each) => search.get("of") === each) ?? "bot";
  const id = search.get("id");
  const choose = (of: Shown, owner?: string | null) => setSearch({ of, ...(owner && { id: owner }) });
  return (
    <div className={styles.stack}>
      <Choice
        label={t("kept.whose")}
        value={scope}
        options={SCOPES.map((value) => ({ value, text: t(`kept.scope_${value}`) }))}
        onChange={(of) => choose(of)}
      />
      {scope === "bot" && (
        <OwnerVariables key="bot" owner={{ scope, id: bot.id, botId: bot.id }} bot={bot} name={bot.name} />
      )}
      {scope === "start" && (
        <Suspense fallback={<Ghosts />}>
          <InitialVariables bot={bot} />
        </Suspense>
      )}
      {scope === "user" && !id && <People bot={bot} onOpen={(user) => choose("user", user)} />}
      {scope === "user" && id && (
        <OwnerVariables
          key={id}
          owner={{ scope, id, botId: bot.id }}
          bot={bot}
          name={id}
          onBack={() => choose("user")}
        />
      )}
      {scope === "channel" && <OfChannel bot={bot} id={id} onChoose={(channel) => choose("channel", channel)} />}
      {scope === "session" && <OfSession bot={bot} id={id} onChoose={(session) => choose("session", session)} />}
    </div>
  );
}

interface OfProps {
  bot: PlaceBot;
  id: string | null;
  onChoose: (id: string | null) => void;
}

function OfChannel({ bot, id, onChoose }: OfProps) {
  const { t } = useWords();
  const { data: channels } = useChannels(bot.id);
  const chosen = id ?? channels?.[0]?.id;
  const channel = channels?.find((each) => each.id === chosen);
  if (channels?.length === 0) return <p className={styles.hint}>{t("kept.no_channels")}</p>;
  return (
    <>
      <Select
        className={styles.pick ?? ""}
        label={t("kept.channel")}
        data={(channels ?? []).map((each) => ({ value: each.id, label: each.name }))}
        value={chosen ?? null}
        onChange={onChoose}
        searchable
      />
      {channel && (
        <OwnerVariables
          key={channel.id}
          owner={{ scope: "channel", id: channel.id, botId: bot.id }}
          bot={bot}
          name={channel.name}
        />
      )}
    </>
  );
}

function OfSession({ bot, id, onChoose }: OfProps) {
  const { t, language } = useWords();
  const { data: sessions } = useSessions(bot.id, true);
  const known = sessions?.some((session) => session.id === id) || !id;
  if (sessions?.length === 0) return <p className={styles.hint}>{t("kept.no_sessions")}</p>;
  const options = (sessions ?? []).map((session) => ({
    value: session.id,
    label: `${session.username ?? t("kept.visitor")} · ${relativeTime(session.updated_at, language)} · ${session.id.slice(-6)}`,
  }));
  return (
    <>
      <Select
        className={styles.pick ?? ""}
        label={t("kept.session")}
        description={t("kept.session_hint")}
        placeholder={t("kept.choose")}
        data={known ? options : [...options, { value: id, label: id }]}
        value={id}
        onChange={onChoose}
        searchable
      />
      {id && (
        <OwnerVariables
          key={id}
          owner={{ scope: "session", id, botId: bot.id }}
          bot={bot}
          name={`session ${id.slice(-6)}`}
        />
      )}
    </>
  );
}

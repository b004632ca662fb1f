// The chat on somebody's site: how it stands and looks, where it may, the line to paste, and all of it live beside.
import { Alert, Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useWords } from "../../i18n/useWords";
import { CopyLine } from "../../shell/CopyLine";
import { errorWords } from "../../shell/errors";
import { PlaceSection } from "../../shell/place/Place";
import type { PlaceBot } from "../../shell/places";
import styles from "./channels.module.css";
import { EmbedLooks } from "./EmbedLooks";
import { type Stand, snippetOf } from "./embed";
import { Identity } from "./Identity";
import { Origins } from "./Origins";
import { Preview } from "./Preview";
import { type BotChannel, type EmbedConfig, useChange } from "./queries";

const KEEP_AFTER_MS = 600;

export function Embed({ bot, channel }: { bot: PlaceBot; channel: BotChannel }) {
  const { t } = useWords();
  const change = useChange(channel, bot.id, true);
  return (
    <PlaceSection title={t("channels.embed")} hint={t("channels.embed_hint")}>
      {channel.is_public ? (
        <Shown bot={bot} channel={channel} />
      ) : (
        <Alert color="yellow" role="note" mt="md">
          <p>{t("channels.embed_private")}</p>
          <Button
            mt="sm"
            variant="default"
            loading={change.isPending}
            onClick={() => change.mutate({ is_public: true })}
          >
            {t("channels.make_public")}
          </Button>
        </Alert>
      )}
    </PlaceSection>
  );
}

/** What is kept of the channel's settings, without what only the server says. */
function configOf(channel: BotChannel): EmbedConfig {
  const { has_secret: _, ...config } = channel.config?.embed ?? { has_secret: false };
  return config;
}

function Shown({ bot, channel }: { bot: PlaceBot; channel: BotChannel }) {
  const { t } = useWords();
  const [config, setConfig] = useState(() => configOf(channel));
  const [stand, setStand] = useState<Stand>({ mode: "bubble", scheme: "auto" });
  const keeping = useKeeping(bot, channel, config);
  const set = (fields: Partial<EmbedConfig>) => setConfig((now) => ({ ...now, ...fields }));
  return (
    <>
      <div className={styles.embed}>
        <div className={styles.form}>
          <EmbedLooks stand={stand} config={config} onStand={setStand} onConfig={set} />
          <Origins origins={config.allowed_origins ?? []} onChange={(allowed_origins) => set({ allowed_origins })} />
          <p className={styles.state} role="status" data-bad={keeping.isWrong || undefined}>
            {keeping.words}
          </p>
          <div>
            <b>{t("channels.snippet")}</b>
            <CopyLine value={snippetOf(channel.id, stand)} />
          </div>
        </div>
        <Preview channelId={channel.id} stand={stand} config={keeping.shown} />
      </div>
      <Identity bot={bot} channel={channel} />
    </>
  );
}

/** Sends what was changed a moment after it was; `shown` is what the server knows, as the preview asks it. */
function useKeeping(bot: PlaceBot, channel: BotChannel, config: EmbedConfig) {
  const { t } = useWords();
  const change = useChange(channel, bot.id, true);
  const [settled] = useDebouncedValue(config, KEEP_AFTER_MS);
  const [shown, setShown] = useState(config);
  const sent = useRef(config);
  const { mutate } = change;
  useEffect(() => {
    if (settled === sent.current) return;
    sent.current = settled;
    mutate({ config: { embed: settled } }, { onSuccess: () => setShown(settled) });
  }, [settled, mutate]);
  const isSaving = config !== settled || change.isPending;
  if (change.error && !isSaving) return { shown, isWrong: true, words: errorWords(t, change.error) };
  const words = isSaving ? t("channels.saving") : change.isSuccess ? t("channels.saved") : "";
  return { shown, isWrong: false, words };
}

// A page like somebody's own in a frame of this page, with the chat on it: the real script, the real chat.
import { useEffect, useMemo } from "react";
import { useWords } from "../../i18n/useWords";
import styles from "./channels.module.css";
import { previewPage, type Stand } from "./embed";
import type { EmbedConfig } from "./queries";

interface PreviewProps {
  channelId: string;
  stand: Stand;
  config: EmbedConfig;
}

export function Preview({ channelId, stand, config }: PreviewProps) {
  const { t } = useWords();
  const title = t("channels.preview_title");
  const [text, open] = [t("channels.preview_text"), t("channels.preview_open")];
  const page = useMemo(
    () => previewPage(channelId, stand, config, { title, text, open }),
    [channelId, stand, config, title, text, open],
  );
  useEffect(() => forget(channelId), [channelId]);
  return (
    <div className={styles.preview}>
      <b>{t("channels.preview")}</b>
      <iframe
        key={page + (config.greeting ?? "")}
        className={styles.frame}
        title={title}
        srcDoc={page}
        onLoad={(event) => {
          forget(channelId);
          wire(event.currentTarget);
        }}
      />
    </div>
  );
}

/** Each preview is a first visit, so that the greeting shows. */
function forget(channelId: string): void {
  for (const name of ["open", "known", "greeted"]) localStorage.removeItem(`dbcv.embed.${channelId}.${name}`);
}

/** The page in the frame has no script of its own. */
function wire(frame: HTMLIFrameElement): void {
  const within = frame.contentWindow as (Window & { DBCV?: { open: () => void } }) | null;
  frame.contentDocument?.querySelector("button")?.addEventListener("click", () => within?.DBCV?.open());
}

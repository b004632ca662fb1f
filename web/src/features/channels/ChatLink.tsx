// The chat as a page of its own: its address, and a code for a phone's camera.
import { ExternalLink } from "lucide-react";
import encodeQR from "qr";
import { useMemo } from "react";
import { useWords } from "../../i18n/useWords";
import { CopyLine } from "../../shell/CopyLine";
import { PlaceSection } from "../../shell/place/Place";
import { ICON } from "../../ui/icon";
import styles from "./channels.module.css";
import { type BotChannel, chatAddress } from "./queries";

export function ChatLink({ channel }: { channel: BotChannel }) {
  const { t } = useWords();
  const address = chatAddress(channel.id);
  return (
    <PlaceSection
      title={t("channels.link")}
      hint={t("channels.link_hint")}
      actions={
        <a className={styles.action} href={address} target="_blank" rel="noreferrer">
          <ExternalLink {...ICON} />
          {t("channels.open_chat")}
        </a>
      }
    >
      <div className={styles.link}>
        <div className={styles.grow}>
          <CopyLine value={address} label={t("channels.copy_address")} />
          {!channel.is_public && <p className={styles.quiet}>{t("channels.link_private")}</p>}
        </div>
        <QrCode text={address} />
      </div>
    </PlaceSection>
  );
}

function QrCode({ text }: { text: string }) {
  const { t } = useWords();
  const rows = useMemo(() => encodeQR(text, "raw", { ecc: "medium", border: 3 }), [text]);
  const path = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
  const box = `0 0 ${rows.length} ${rows.length}`;
  const file = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" width="1024" height="1024" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${rows.length}v${rows.length}H0z"/><path d="${path}"/></svg>`;
  return (
    <div className={styles.qr}>
      <svg viewBox={box} width="132" height="132" role="img" aria-label={t("channels.qr")} shapeRendering="crispEdges">
        <path fill="#fff" d={`M0 0h${rows.length}v${rows.length}H0z`} />
        <path fill="#000" d={path} />
      </svg>
      <a className={styles.action} download="qr.svg" href={`data:image/svg+xml,${encodeURIComponent(file)}`}>
        {t("channels.qr_save")}
      </a>
    </div>
  );
}

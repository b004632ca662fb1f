// A file in a message: a picture is shown, everything else is a link. What is kept here needs a link of its own first.
import { FileText, Image } from "lucide-react";
import { useEffect, useState } from "react";
import type { Translate } from "../../i18n/types";
import { useWords } from "../../i18n/useWords";
import styles from "./AttachmentView.module.css";
import type { ChatDesk } from "./desk";
import type { Link } from "./files";
import { safeHref } from "./links";
import type { Attachment } from "./messages";

/** The link that opens a kept file; null while it is on its way or where the file is gone. */
function useLink(session: ChatDesk, id: string | null): Link | null {
  const [link, setLink] = useState<Link | null>(null);
  useEffect(() => {
    let isWanted = true;
    if (id === null) return;
    session.files.linkTo(id).then(
      (found) => isWanted && setLink(found),
      () => isWanted && setLink(null),
    );
    return () => {
      isWanted = false;
    };
  }, [session, id]);
  return link;
}

export function AttachmentView({ attachment, session }: { attachment: Attachment; session: ChatDesk }) {
  const { t } = useWords();
  const { id, url, isImage } = attachment;
  const link = useLink(session, id);
  const [isBroken, setIsBroken] = useState(false);
  const name = attachment.name || t("chat.attachment");
  const href = id === null ? safeHref(url) : (link?.url ?? null);
  if (link?.isInline && isImage && !isBroken)
    return (
      <a className={styles.picture} href={`${link.url}&inline=true`} target="_blank" rel="noopener noreferrer">
        <img src={link.url} alt={name} onError={() => setIsBroken(true)} />
      </a>
    );
  const label = <FileLabel attachment={attachment} name={name} />;
  if (href === null) return <span className={styles.file}>{label}</span>;
  return (
    <a className={styles.file} href={href} target="_blank" rel="noopener noreferrer nofollow">
      {label}
    </a>
  );
}

function FileLabel({ attachment, name }: { attachment: Attachment; name: string }) {
  const { t, language } = useWords();
  const Icon = attachment.isImage ? Image : FileText;
  return (
    <>
      <Icon size={20} strokeWidth={1.75} aria-hidden />
      <span className={styles.fileName}>{name}</span>
      {attachment.sizeBytes !== null && (
        <span className={styles.fileSize}>{sizeText(attachment.sizeBytes, language, t)}</span>
      )}
    </>
  );
}

const SIZE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

function sizeText(sizeBytes: number, language: string, t: Translate): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(sizeBytes, 1)) / 3), SIZE_UNITS.length - 1);
  // Browsers count bytes without a plural.
  if (power === 0) return t("chat.size_bytes", { count: sizeBytes });
  const options = { style: "unit", unit: SIZE_UNITS[power] ?? "byte", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, options).format(sizeBytes / 1000 ** power);
}

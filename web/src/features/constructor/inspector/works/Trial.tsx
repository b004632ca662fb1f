// A try of something that calls the outside world: samples for the variables it names, a button, the reply as a tree.
import { Play } from "lucide-react";
import { type ReactNode, useState } from "react";
import { told } from "../../../../i18n/told";
import { useWords } from "../../../../i18n/useWords";
import { errorWords } from "../../../../shell/errors";
import { ICON } from "../../../../ui/icon";
import { useEditorState } from "../../editor/context";
import type { Id, Json } from "../../graph/model";
import styles from "../Inspector.module.css";
import { useKeeping } from "./keeping";
import { SampleFields, useSamples } from "./SampleFields";
import { namedIn } from "./samples";
import { ValueTree } from "./ValueTree";
import work from "./work.module.css";

export interface Tried {
  /** As a turn would get it: what `response` is then. Null after a dry run. */
  response: { ok: boolean; status?: number | null; error?: string | null; elapsed_ms: number } | null;
  /** More to show: what was sent. */
  more?: ReactNode;
}

interface TrialProps {
  groupId: Id;
  /** What may name variables. */
  about: Json;
  hint: string;
  buttons: readonly { label: string; run: (samples: ReadonlyMap<string, string>) => Promise<Tried> }[];
}

export function Trial({ groupId, about, hint, buttons }: TrialProps) {
  const { t } = useWords();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [sample, type] = useSamples();
  const [tried, setTried] = useState<Tried | string | null>(null);
  const [isBusy, setBusy] = useState(false);
  if (isReadOnly) return null;
  const paths = namedIn(about);
  const run = async (work: TrialProps["buttons"][number]["run"]) => {
    setBusy(true);
    try {
      setTried(await work(new Map(paths.map((path) => [path, sample(path)]))));
    } catch (error) {
      setTried(errorWords(t, error));
    }
    setBusy(false);
  };
  return (
    <div className={styles.stack}>
      <SampleFields paths={paths} sample={sample} onType={type} />
      <div className={styles.line}>
        {buttons.map(({ label, run: action }) => (
          <button key={label} type="button" className={styles.pill} disabled={isBusy} onClick={() => void run(action)}>
            <Play {...ICON} />
            {label}
          </button>
        ))}
      </div>
      <span className={styles.hint}>{hint}</span>
      <div role="status" className={styles.stack}>
        {typeof tried === "string" && <p className={styles.wrong}>{tried}</p>}
        {tried && typeof tried === "object" && <Reply groupId={groupId} tried={tried} />}
      </div>
    </div>
  );
}

function Reply({ groupId, tried: { response, more } }: { groupId: Id; tried: Tried }) {
  const { t } = useWords();
  const { kept, keep } = useKeeping(groupId);
  return (
    <>
      {more}
      {response && (
        <div className={work.box}>
          <span className={work.status}>
            <span className={work.mark} data-wrong={!response.ok || undefined}>
              {response.status ?? (response.ok ? t("work.done") : t("work.failed"))}
            </span>
            {t("work.took", { ms: Math.round(response.elapsed_ms) })}
          </span>
          {response.error && <p className={styles.wrong}>{told(response.error)}</p>}
          {keep && <span className={styles.hint}>{t("work.keep_hint")}</span>}
          <ValueTree path="response" value={response} kept={kept} onKeep={keep} />
        </div>
      )}
    </>
  );
}

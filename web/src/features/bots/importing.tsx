// Makes a bot of a text that was dropped, chosen or pasted; shows every problem of it when that does not work.
import { Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useLocation } from "wouter";
import { ApiError, type Fault } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { errorWords } from "../../shell/errors";
import { Scrolled } from "../../ui/Scrolled";
import styles from "./importing.module.css";
import { importText, useBotAction } from "./queries";

/** `begin` imports; `isRunning` while it does; `report` shows the problems and is to be put on the page. */
export function useImport() {
  const { t } = useWords();
  const [, go] = useLocation();
  const [faults, setFaults] = useState<readonly Fault[] | null>(null);
  const action = useBotAction(importText, true);
  const begin = (text: string) =>
    action.mutate(text, {
      onSuccess: (made) => {
        notifications.show({ message: t("bots.imported", { name: made.name }) });
        go(`/bots/${made.id}`);
      },
      onError: (error) => {
        const found = error instanceof ApiError ? error.faults : [];
        setFaults(found.length > 0 ? found : [{ path: "", message: errorWords(t, error), hint: "" }]);
      },
    });
  const report = faults && <Report faults={faults} onClose={() => setFaults(null)} />;
  return { begin, isRunning: action.isPending, report };
}

/** Top fields of what other builders export: nothing in such a file is to be mended one by one. */
const OF_OTHERS = new Set(["nodes", "edges", "groups", "typebotVersion", "pinData"]);

function Report({ faults, onClose }: { faults: readonly Fault[]; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Modal opened onClose={onClose} size="lg" title={t("bots.import_problems", { count: faults.length })}>
      <p className={styles.lead}>
        {t(faults.some(({ path }) => OF_OTHERS.has(path)) ? "bots.import_foreign" : "bots.import_nothing")}
      </p>
      <Scrolled className={styles.faults} label={t("bots.import_problems", { count: faults.length })}>
        <ol>
          {faults.map((fault, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and two faults may be alike
            <li key={place} className={styles.fault}>
              {fault.path && <code className={styles.path}>{fault.path}</code>}
              <span>{fault.message}</span>
              {fault.hint && <span className={styles.hint}>{fault.hint}</span>}
            </li>
          ))}
        </ol>
      </Scrolled>
    </Modal>
  );
}

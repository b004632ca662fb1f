import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { errorWords } from "../../../shell/errors";
import styles from "../Kept.module.css";
import { type Fault, readVariables, type Wanted } from "./csv";
import { ImportFile } from "./ImportFile";
import { type Owner, useChange, type Variable } from "./owners";
import { kindOf, shortOf } from "./values";

const MOST = 1_000;
const MOST_SHOWN = 50;

interface ImportVariablesProps {
  owner: Owner;
  known: readonly Variable[];
  onClose: () => void;
}

/** Variables of one owner from a file with two columns; what is not in it stays. */
export function ImportVariables({ owner, known, onClose }: ImportVariablesProps) {
  const { t } = useWords();
  const change = useChange(owner);
  const [read, setRead] = useState<{ wanted: Wanted[]; faults: Fault[] }>({ wanted: [], faults: [] });
  const { wanted, faults } = read;
  const apply = () =>
    change.mutate(
      wanted.map(({ path, value }) => ({ op: "set", path, value: value as never })),
      {
        onSuccess: () => {
          notifications.show({ withCloseButton: false, message: t("kept.imported", { count: wanted.length }) });
          onClose();
        },
      },
    );
  const refusal = change.error
    ? errorWords(t, change.error)
    : wanted.length > MOST
      ? t("kept.too_many_rows", { most: MOST })
      : null;
  return (
    <ImportFile
      hint={t("kept.import_hint")}
      faults={faults}
      refusal={refusal}
      action={t("kept.apply", { count: wanted.length })}
      isBusy={change.isPending}
      canApply={wanted.length > 0 && !faults.length && wanted.length <= MOST}
      onRead={(lines) => {
        change.reset();
        setRead(readVariables(lines));
      }}
      onApply={apply}
      onClose={onClose}
      preview={wanted.length > 0 && <Preview wanted={wanted} known={known} />}
    />
  );
}

function Preview({ wanted, known }: { wanted: readonly Wanted[]; known: readonly Variable[] }) {
  const { t } = useWords();
  const before = new Map(known.map((variable) => [variable.path, variable]));
  return (
    <div className={styles.scroll}>
      <table className={styles.preview}>
        <thead>
          <tr>
            <th>{t("kept.name")}</th>
            <th>{t("kept.type")}</th>
            <th>{t("kept.was")}</th>
            <th>{t("kept.becomes")}</th>
          </tr>
        </thead>
        <tbody>
          {wanted.slice(0, MOST_SHOWN).map(({ path, value }) => {
            const old = before.get(path);
            return (
              <tr key={path}>
                <td>{path}</td>
                <td data-changed={(old && old.kind !== kindOf(value)) || undefined}>
                  {old && old.kind !== kindOf(value) ? `${t(`kept.kind_${old.kind}`)} → ` : ""}
                  {t(`kept.kind_${kindOf(value)}`)}
                </td>
                <td>{old ? (old.is_cut ? "…" : shortOf(old.value)) : "—"}</td>
                <td>{shortOf(value)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {wanted.length > MOST_SHOWN && (
        <p className={styles.hint}>{t("kept.and_more", { count: wanted.length - MOST_SHOWN })}</p>
      )}
    </div>
  );
}

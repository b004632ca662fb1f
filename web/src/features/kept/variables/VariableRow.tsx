// One variable: its name, type and value, edited where they stand; who uses it, one click away.
import { Button, Select } from "@mantine/core";
import { Trash2, Waypoints } from "lucide-react";
import { useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { errorWords, tellError } from "../../../shell/errors";
import { Button as IconButton } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import styles from "../Kept.module.css";
import type { Kind, Scope, Variable, Writing } from "./owners";
import { Usage } from "./Usage";
import { ValueField } from "./ValueField";
import { converted, KINDS, read, textOf } from "./values";

type Row = Pick<Variable, "path" | "kind" | "value" | "is_cut" | "size_bytes">;

interface RowProps {
  scope: Scope;
  botId: string;
  change: Writing;
  /** The value of one that was too large to be in the list. */
  whole: () => Promise<unknown>;
  variable: Row;
  canEdit: boolean;
  onRemove: () => void;
}

export function VariableRow({ scope, botId, onRemove, ...row }: RowProps) {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  const { variable, canEdit } = row;
  const { path } = variable;
  return (
    <li className={styles.variable}>
      <span className={styles.path}>
        {scope}.<b>{path}</b>
      </span>
      <Value {...row} />
      <span className={styles.rowTools}>
        <IconButton
          kind="icon"
          aria-expanded={isAsking}
          aria-label={t("kept.used_by_of", { name: path })}
          title={t("kept.used_by")}
          onClick={() => setAsking((old) => !old)}
        >
          <Waypoints {...ICON} />
        </IconButton>
        {canEdit && (
          <IconButton
            kind="icon"
            aria-label={t("kept.remove", { name: path })}
            title={t("kept.remove_short")}
            onClick={onRemove}
          >
            <Trash2 {...ICON} />
          </IconButton>
        )}
      </span>
      {isAsking && <Usage botId={botId} path={`${scope}.${path}`} />}
    </li>
  );
}

function Value({ change, whole: readWhole, variable, canEdit }: Omit<RowProps, "onRemove" | "scope" | "botId">) {
  const { t } = useWords();
  const [typed, setTyped] = useState<string | null>(null);
  const [whole, setWhole] = useState<{ value: unknown } | null>(null);
  const { path, kind, is_cut } = variable;
  const value = whole ? whole.value : variable.value;
  const label = t("kept.value_of", { name: path });
  if (is_cut && !whole)
    return (
      <Button
        variant="default"
        size="compact-md"
        className={styles.large ?? ""}
        onClick={() =>
          readWhole()
            .then((found) => setWhole({ value: found }))
            .catch((error) => tellError(t, error))
        }
      >
        {t("kept.show_large", { size: Math.ceil(variable.size_bytes / 1000) })}
      </Button>
    );
  const store = (next: unknown) => {
    if (JSON.stringify(next) === JSON.stringify(value)) return setTyped(null);
    change.mutate([{ op: "set", path, value: next as never }], {
      onSuccess: () => {
        setTyped(null);
        setWhole(is_cut ? { value: next } : null);
      },
    });
  };
  const text = typed ?? textOf(kind, value);
  const found = read(kind, text);
  const wrong = found
    ? null
    : t(kind === "number" ? "kept.no_number" : "kept.no_json", { kind: t(`kept.kind_${kind}`) });
  const type = (next: string) => {
    setTyped(next);
    if (kind === "yes_no") store(next === "true");
  };
  return (
    <>
      <Select
        aria-label={t("kept.type_of", { name: path })}
        className={styles.kind ?? ""}
        data={KINDS.map((each) => ({ value: each, label: t(`kept.kind_${each}`) }))}
        value={kind}
        disabled={!canEdit || change.isPending}
        onChange={(to) => to && to !== kind && store(converted(value, to as Kind))}
      />
      <div className={styles.value}>
        <ValueField
          label={label}
          kind={kind}
          text={text}
          error={change.error ? errorWords(t, change.error) : wrong}
          isReadOnly={!canEdit}
          onType={type}
          onDone={() => typed !== null && found && store(found.value)}
        />
      </div>
    </>
  );
}

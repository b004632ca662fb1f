import { Button, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { errorWords } from "../../../shell/errors";
import styles from "../Data.module.css";
import { type Kind, type Owner, useChange } from "./owners";
import { ValueField } from "./ValueField";
import { converted, KINDS, read, textOf } from "./values";

/** A new variable: name, type, value. */
export function AddVariable({ owner, onClose }: { owner: Owner; onClose: () => void }) {
  const { t } = useWords();
  const change = useChange(owner);
  const [path, setPath] = useState("");
  const [kind, setKind] = useState<Kind>("text");
  const [text, setText] = useState("");
  const found = kind === "null" ? { value: null } : read(kind, text);
  const wrong = found
    ? null
    : t(kind === "number" ? "data.no_number" : "data.no_json", { kind: t(`data.kind_${kind}`) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!found || !path.trim()) return;
    change.mutate([{ op: "set", path: path.trim(), value: found.value as never }], { onSuccess: onClose });
  };
  return (
    <form className={styles.panel} onSubmit={submit} aria-label={t("data.add")}>
      <div className={styles.line}>
        <TextInput
          label={t("data.name")}
          description={t("data.name_hint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={path}
          error={change.error ? errorWords(t, change.error) : null}
          spellCheck={false}
          data-autofocus
          autoFocus
          required
          onChange={(event) => setPath(event.currentTarget.value)}
        />
        <Select
          label={t("data.type")}
          data={KINDS.map((each) => ({ value: each, label: t(`data.kind_${each}`) }))}
          value={kind}
          onChange={(to) => {
            if (!to) return;
            setText(textOf(to as Kind, converted(found ? found.value : text, to as Kind)));
            setKind(to as Kind);
          }}
        />
      </div>
      <ValueField label={t("data.value")} kind={kind} text={text} error={wrong} onType={setText} />
      <div className={styles.end}>
        <Button type="submit" loading={change.isPending} disabled={!path.trim() || !found}>
          {t("data.add")}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t("app.cancel")}
        </Button>
      </div>
    </form>
  );
}

import { Button, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { errorWords } from "../../../shell/errors";
import styles from "../Kept.module.css";
import type { Kind, Writing } from "./owners";
import { ValueField } from "./ValueField";
import { converted, KINDS, read, textOf } from "./values";

interface AddProps {
  change: Writing;
  /** Why there can be no variable of this name; null: there can. */
  wrongName?: (name: string) => string | null;
  nameHint?: string;
  onClose: () => void;
}

/** A new variable: name, type, value. */
export function AddVariable({ change, wrongName = () => null, nameHint, onClose }: AddProps) {
  const { t } = useWords();
  const [path, setPath] = useState("");
  const [kind, setKind] = useState<Kind>("text");
  const [text, setText] = useState("");
  const found = kind === "null" ? { value: null } : read(kind, text);
  const wrong = found
    ? null
    : t(kind === "number" ? "kept.no_number" : "kept.no_json", { kind: t(`kept.kind_${kind}`) });
  const wrongPath = wrongName(path.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!found || !path.trim() || wrongPath) return;
    change.mutate([{ op: "set", path: path.trim(), value: found.value as never }], { onSuccess: onClose });
  };
  return (
    <form className={styles.panel} onSubmit={submit} aria-label={t("kept.add")}>
      <div className={styles.line}>
        <TextInput
          label={t("kept.name")}
          description={nameHint ?? t("kept.name_hint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={path}
          error={change.error ? errorWords(t, change.error) : wrongPath}
          spellCheck={false}
          data-autofocus
          autoFocus
          required
          onChange={(event) => setPath(event.currentTarget.value)}
        />
        <Select
          label={t("kept.type")}
          data={KINDS.map((each) => ({ value: each, label: t(`kept.kind_${each}`) }))}
          value={kind}
          onChange={(to) => {
            if (!to) return;
            setText(textOf(to as Kind, converted(found ? found.value : text, to as Kind)));
            setKind(to as Kind);
          }}
        />
      </div>
      <ValueField label={t("kept.value")} kind={kind} text={text} error={wrong} onType={setText} />
      <div className={styles.end}>
        <Button type="submit" loading={change.isPending} disabled={!path.trim() || !found || wrongPath !== null}>
          {t("kept.add")}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t("app.cancel")}
        </Button>
      </div>
    </form>
  );
}

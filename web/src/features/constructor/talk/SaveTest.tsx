// "Save as test": a name, and what was said and answered becomes what the bot must go on saying.
import { Switch } from "@mantine/core";
import { FlaskConical } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../editor/context";
import { asTest, hindranceOf } from "./asTest";
import styles from "./TalkPanel.module.css";
import { useTalk } from "./talk";
import { keepTest } from "./tests";

export function SaveTest({ onSaved }: { onSaved: () => void }) {
  const { t } = useWords();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const { entries, given, isTouched, isBusy } = useTalk();
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [withCode, setWithCode] = useState(false);
  const hindrance = hindranceOf(entries, isTouched);
  const hasCode = entries.some(({ turn }) => turn?.errands.some(({ kind }) => kind === "code"));
  if (isReadOnly || !entries.length) return null;
  if (!isOpen)
    return (
      <div className={styles.row}>
        <Button disabled={hindrance !== null || isBusy} onClick={() => setOpen(true)}>
          <FlaskConical {...ICON} />
          {t("talk.save_test")}
        </Button>
        {hindrance !== null && <span className={styles.quiet}>{t(`talk.hindrance_${hindrance}`)}</span>}
      </div>
    );
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim() || hindrance !== null) return;
    if (await keepTest(editor, asTest(name.trim(), entries, given, withCode))) {
      setOpen(false);
      setName("");
      onSaved();
    }
  };
  return (
    <form className={styles.save} onSubmit={(event) => void save(event)}>
      <input
        className={styles.input}
        value={name}
        // biome-ignore lint/a11y/noAutofocus: it was asked for
        autoFocus
        maxLength={200}
        aria-label={t("talk.test_name")}
        placeholder={t("talk.test_name_hint")}
        onChange={(event) => setName(event.target.value)}
      />
      <p className={styles.quiet}>{t("talk.save_hint")}</p>
      {hasCode && (
        <Switch
          size="xs"
          checked={withCode}
          onChange={(event) => setWithCode(event.currentTarget.checked)}
          label={t("talk.with_code")}
        />
      )}
      <div className={styles.row}>
        <Button kind="main" type="submit" disabled={!name.trim() || isBusy}>
          {t("talk.save")}
        </Button>
        <Button onClick={() => setOpen(false)}>{t("talk.cancel")}</Button>
      </div>
    </form>
  );
}

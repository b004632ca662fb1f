// What the bot's variables begin with: a part of the draft, so it is saved as it is typed, can be undone, and is published.
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Plus, Variable as VariableIcon } from "lucide-react";
import { useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { Empty } from "../../../shell/place/Place";
import type { PlaceProps } from "../../../shell/places";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../../constructor/editor/context";
import { update } from "../../constructor/graph/commands";
import styles from "../Kept.module.css";
import { OpenBot } from "../OpenBot";
import { AddVariable } from "./AddVariable";
import type { Change, Writing } from "./owners";
import { VariableRow } from "./VariableRow";
import { kindOf } from "./values";

/** The bot's facts, which no variable overwrites. */
const FACTS = ["id", "name"];
const UNDO_MS = 8_000;

export default function InitialVariables({ bot }: PlaceProps) {
  return (
    <OpenBot botId={bot.id}>
      <Variables />
    </OpenBot>
  );
}

function Variables() {
  const { t } = useWords();
  const { botId } = useEditor();
  const variables = useEditorState((state) => state.draft.bot.variables);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [isAdding, setAdding] = useState(false);
  const change = useWriting();
  const remove = useRemove();
  const wrongName = (name: string) => {
    if (Object.hasOwn(variables, name)) return t("kept.name_taken");
    if (FACTS.includes(name)) return t("kept.name_is_fact", { name });
    return /[.{}$|]/.test(name) ? t("kept.name_dot") : null;
  };
  return (
    <div className={styles.stack}>
      <p className={styles.hint}>{t("kept.start_hint")}</p>
      {!isReadOnly && (
        <div className={styles.tools}>
          <span className={styles.spring} />
          <Button leftSection={<Plus {...ICON} />} onClick={() => setAdding(true)}>
            {t("kept.add")}
          </Button>
        </div>
      )}
      {isAdding && (
        <AddVariable
          change={change}
          wrongName={wrongName}
          nameHint={t("kept.start_name_hint")}
          onClose={() => setAdding(false)}
        />
      )}
      {!Object.keys(variables).length && !isAdding && (
        <Empty icon={<VariableIcon size={24} />} title={t("kept.no_start")} text={t("kept.about_start")} />
      )}
      {Object.keys(variables).length > 0 && (
        <ul className={styles.table} aria-label={t("kept.scope_start")}>
          {Object.entries(variables).map(([path, value]) => (
            <VariableRow
              key={path}
              scope="bot"
              botId={botId}
              change={change}
              whole={() => Promise.resolve(value)}
              variable={{ path, value: value as never, kind: kindOf(value), is_cut: false, size_bytes: 0 }}
              canEdit={!isReadOnly}
              onRemove={() => remove(path)}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

/** Writes into the draft; nothing is waited for. */
function useWriting(): Writing {
  const editor = useEditor();
  return {
    isPending: false,
    error: null,
    mutate: (changes, then) => {
      const { botId, draft } = editor;
      if (editor.run([update("bot", botId, { variables: changed(draft.bot.variables, changes) })])) then?.onSuccess?.();
    },
  };
}

function changed(variables: Record<string, unknown>, changes: readonly Change[]): Record<string, unknown> {
  const next = { ...variables };
  for (const { op, path, value } of changes)
    if (op === "remove") delete next[path];
    else next[path] = value;
  return next;
}

/** Removes one and offers it back for a while. */
function useRemove() {
  const { t } = useWords();
  const editor = useEditor();
  const { mutate } = useWriting();
  return (path: string) => {
    const id = `removed start ${path}`;
    const value = editor.draft.bot.variables[path];
    const back = () => {
      notifications.hide(id);
      mutate([{ op: "set", path, value: value as never }]);
    };
    mutate([{ op: "remove", path }]);
    notifications.show({
      id,
      withCloseButton: false,
      autoClose: UNDO_MS,
      message: (
        <span className={styles.told}>
          {t("kept.removed", { name: path })}
          <Button size="compact-sm" variant="light" onClick={back}>
            {t("kept.undo")}
          </Button>
        </span>
      ),
    });
  };
}

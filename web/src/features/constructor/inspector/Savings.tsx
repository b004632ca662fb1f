// What a group keeps in variables: "from → into" rows.
import { Plus } from "lucide-react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../editor/context";
import { update } from "../graph/commands";
import type { Id, Saving } from "../graph/model";
import { isInternal, withScope } from "../graph/variables";
import { ChoiceField, Fold, RemoveButton } from "./fields";
import styles from "./Inspector.module.css";
import { PathField } from "./PathField";
import { useTentative } from "./useTentative";

export function Savings({ groupId, source }: { groupId: Id; source: string }) {
  const { t } = useWords();
  const editor = useEditor();
  const rows = useEditorState((state) => state.draft.connection_group.get(groupId)?.variables);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  if (!rows) return null;
  const store = (variables: Saving[]) =>
    editor.run([update("connection_group", groupId, { variables })], `group.variables ${groupId}`);
  const change = (index: number, fields: Partial<Saving>) =>
    store(rows.map((row, place) => (place === index ? { ...row, ...fields } : row)));
  const shown = (isFolded: boolean) =>
    rows.map((row, index) =>
      isInternal(row.target) !== isFolded ? null : (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names
        <div key={index} className={styles.saving}>
          <div className={styles.line}>
            <PathField
              label={t("editor.saving_source")}
              sort="path"
              value={typeof row.source === "string" ? row.source : JSON.stringify(row.source)}
              onChange={(next) => change(index, { source: readSource(next, row.source) })}
            />
            <RemoveButton
              label={t("editor.saving_remove")}
              onClick={() => store(rows.filter((_, place) => place !== index))}
            />
          </div>
          <div className={styles.line}>
            <ChoiceField
              label={t("editor.saving_mode")}
              value={row.mode}
              options={[
                { value: "set", label: t("editor.mode_set") },
                { value: "append", label: t("editor.mode_append") },
                { value: "file", label: t("editor.mode_file") },
              ]}
              onChange={(mode) => change(index, { mode, ext: mode === "file" ? (row.ext ?? ".txt") : null })}
            />
            <TargetField value={row.target} onChange={(target) => change(index, { target })} />
          </div>
        </div>
      ),
    );
  return (
    <div className={styles.stack}>
      {shown(false)}
      {rows.some((row) => isInternal(row.target)) && <Fold title={t("editor.saving_internal")}>{shown(true)}</Fold>}
      {!isReadOnly && (
        <button
          type="button"
          className={styles.textButton}
          onClick={() =>
            store([...rows, { target: `session.answer${rows.length || ""}`, source, mode: "set", ext: null }])
          }
        >
          <Plus {...ICON} />
          {t("editor.saving_add")}
        </button>
      )}
    </div>
  );
}

/** A scope that is kept and a key: what can be stored as a target. */
const isTarget = (text: string) => /^(session|user|bot|channel|template)(\.[^.|{}$\s]+)+$/.test(text);

function TargetField({ value, onChange }: { value: string; onChange: (target: string) => void }) {
  const { t } = useWords();
  const field = useTentative(value, isTarget, onChange);
  return (
    <>
      <PathField
        label={t("editor.saving_target")}
        sort="path"
        value={field.value}
        placeholder={t("editor.name_hint")}
        onChange={field.onChange}
        onLeave={() => field.isWrong && field.onChange(withScope(field.value))}
      />
      {field.isWrong && <span className={styles.hint}>{t("editor.target_hint")}</span>}
    </>
  );
}

/** What was typed where a value that is no text stands stays such a value for as long as it reads as one. */
function readSource(text: string, before: Saving["source"]): Saving["source"] {
  if (typeof before === "string" && !/^(null|true|false|\d+|[[{].*)$/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // A path, or not finished yet.
  }
}

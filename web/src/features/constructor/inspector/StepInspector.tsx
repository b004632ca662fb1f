import { Menu } from "@mantine/core";
import { Copy, CopyPlus, Ellipsis, Flag, FoldHorizontal, StickyNote, Trash2 } from "lucide-react";
import { Suspense, useId, useMemo, useState } from "react";
import { page } from "../../../app/page";
import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import { hidesSome, toggleFold, useFolds } from "../canvas/folding";
import { useEditor, useEditorState } from "../editor/context";
import type { Editor } from "../editor/editor";
import { addNote, update } from "../graph/commands";
import { type Id, newId, partOf } from "../graph/model";
import { capital } from "../graph/rules";
import { mendOf } from "../mending";
import { problemWords } from "../problemWords";
import { canCopy, copySelected } from "./copying";
import { DocumentEditor } from "./DocumentEditor";
import { ChoiceField, Fold, StepPicker } from "./fields";
import { GoThere } from "./GoThere";
import { Groups } from "./Groups";
import styles from "./Inspector.module.css";
import { MessageEditor } from "./MessageEditor";

const TemplateWork = page("work", () => import("../templates/TemplateWork"));
const MakeTemplate = page("work", () => import("../templates/MakeTemplate"));

export function StepInspector({ id }: { id: Id }) {
  const { t } = useWords();
  const editor = useEditor();
  const step = useEditorState((state) => state.draft.step.get(id));
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const isTemplate = useEditorState((state) => state.draft.template_instance.has(id));
  if (!step) return null;
  return (
    <>
      <div className={styles.head}>
        <input
          className={styles.nameInput}
          aria-label={t("editor.step_name")}
          placeholder={t("editor.no_name")}
          value={step.name}
          readOnly={isReadOnly}
          maxLength={200}
          dir="auto"
          onChange={(event) => editor.run([update("step", id, { name: event.target.value })], `step.name ${id}`)}
        />
        {!isReadOnly && <StepMenu id={id} />}
      </div>
      <Problems id={id} />
      <MessageEditor id={id} />
      {step.message && <AtOnce id={id} />}
      {isTemplate && (
        <Suspense fallback={<div className={styles.codeGhost} />}>
          <TemplateWork stepId={id} />
        </Suspense>
      )}
      <Groups stepId={id} />
      <Timeout id={id} />
      <More id={id} />
    </>
  );
}

function StepMenu({ id }: { id: Id }) {
  const { t } = useWords();
  const editor = useEditor();
  const isFirst = useEditorState((state) => state.draft.bot.first_step_id === id);
  const [isOpen, setOpen] = useState(false);
  const isFolded = useFolds((state) => state.folded.has(id));
  // Asked while the menu stands only: it walks the whole bot.
  const canFold = useEditorState((state) => isFolded || (isOpen && hidesSome(state.draft, id)));
  return (
    <Menu position="bottom-end" opened={isOpen} onChange={setOpen}>
      <Menu.Target>
        <Button kind="icon" aria-label={t("editor.step_menu")}>
          <Ellipsis {...ICON} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {!isFirst && (
          <Menu.Item
            leftSection={<Flag {...ICON} />}
            onClick={() => editor.run([update("bot", editor.botId, { first_step_id: id })])}
          >
            {t("editor.make_first")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<StickyNote {...ICON} />} onClick={() => comment(editor, id)}>
          {t("editor.comment")}
        </Menu.Item>
        {canFold && (
          <Menu.Item leftSection={<FoldHorizontal {...ICON} />} onClick={() => toggleFold(id)}>
            {t(isFolded ? "editor.unfold" : "editor.fold")}
          </Menu.Item>
        )}
        {canCopy() && (
          <Menu.Item leftSection={<Copy {...ICON} />} onClick={() => void copySelected(editor)}>
            {t("editor.copy")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<CopyPlus {...ICON} />} onClick={() => editor.duplicate()}>
          {t("editor.duplicate")}
        </Menu.Item>
        <Menu.Item leftSection={<Trash2 {...ICON} />} onClick={editor.removeSelected}>
          {t("editor.remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const COMMENT_ABOVE_PX = 88;

/** A note about the step, above it; it goes where the step goes. */
function comment(editor: Editor, id: Id): void {
  const position = editor.draft.step.get(id)?.position;
  if (!position) return;
  const noteId = newId();
  editor.run(addNote([position[0], position[1] - COMMENT_ABOVE_PX], "", noteId, id));
  editor.select([noteId]);
}

function Problems({ id }: { id: Id }) {
  const { t } = useWords();
  const editor = useEditor();
  const all = useEditorState((state) => state.problems);
  const draft = useEditorState((state) => state.draft);
  const refused = useEditorState((state) => state.saving.refused);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const found = all.filter((problem) => problem.step_id === id);
  const notSaved = refused.filter(({ change }) => change.id === id);
  if (!found.length && !notSaved.length) return null;
  return (
    <ul className={styles.problems}>
      {notSaved.map(({ change, words }) => (
        <li key={change.id} className={styles.problem} data-severity="error">
          {t("editor.not_saved", { why: words })}
        </li>
      ))}
      {found.map((problem) => {
        const words = problemWords(t, problem);
        const mend = isReadOnly ? null : mendOf(problem, draft);
        return (
          <li key={problem.path + problem.code} className={styles.problem} data-severity={problem.severity}>
            <b>{capital(words.message)}</b>
            <span>{words.hint}</span>
            {mend && (
              <button type="button" className={styles.pill} onClick={() => editor.run(mend.changes)}>
                {t(`editor.${mend.label}`)}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const UNITS = [
  { value: "1", key: "editor.unit_seconds" },
  { value: "60", key: "editor.unit_minutes" },
  { value: "3600", key: "editor.unit_hours" },
  { value: "86400", key: "editor.unit_days" },
] as const;

function Timeout({ id }: { id: Id }) {
  const { t } = useWords();
  const editor = useEditor();
  const after = useEditorState((state) => state.draft.step.get(id)?.timeout_after ?? null);
  const target = useEditorState((state) => state.draft.step.get(id)?.timeout_step_id ?? null);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const unit = UNITS.findLast(({ value }) => after !== null && after % Number(value) === 0)?.value ?? "60";
  const set = (fields: Record<string, unknown>) => editor.run([update("step", id, fields)], `step.timeout ${id}`);
  return (
    <Fold title={t("editor.timeout")} isOpen={after !== null || target !== null}>
      <div className={styles.line}>
        <span>{t("editor.timeout_after")}</span>
        <input
          className={`${styles.input} ${styles.number}`}
          type="number"
          min="1"
          aria-label={t("editor.timeout_after")}
          value={after === null ? "" : after / Number(unit)}
          readOnly={isReadOnly}
          onChange={(event) => {
            const number = Number(event.target.value);
            set({ timeout_after: event.target.value && number > 0 ? number * Number(unit) : null });
          }}
        />
        <ChoiceField
          label={t("editor.timeout_unit")}
          value={unit}
          options={UNITS.map(({ value, key }) => ({ value, label: t(key) }))}
          onChange={(next) => after !== null && set({ timeout_after: (after / Number(unit)) * Number(next) })}
        />
      </div>
      <div className={styles.line}>
        <GoThere id={target} />
        <StepPicker
          label={t("editor.timeout_step")}
          value={target}
          onChange={(next) => set({ timeout_step_id: next })}
        />
      </div>
    </Fold>
  );
}

/** Whether the bot waits here: asked below the message, as a greeting that is followed by nothing stops newcomers. */
function AtOnce({ id }: { id: Id }) {
  const { t } = useWords();
  const editor = useEditor();
  const isProxy = useEditorState((state) => state.draft.step.get(id)?.is_proxy ?? false);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const fieldId = useId();
  return (
    <label className={styles.check} htmlFor={fieldId}>
      <input
        id={fieldId}
        type="checkbox"
        checked={isProxy}
        disabled={isReadOnly}
        onChange={(event) => editor.run([update("step", id, { is_proxy: event.target.checked })])}
      />
      {t("editor.is_proxy")}
    </label>
  );
}

function More({ id }: { id: Id }) {
  const { t } = useWords();
  const draft = useEditorState((state) => state.draft);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const step = partOf(draft, "step", id);
  const ids = useMemo(() => [id], [id]);
  if (!step) return null;
  return (
    <Fold title={t("editor.more")}>
      {!step.message && <AtOnce id={id} />}
      {!isReadOnly && (
        <Suspense fallback={null}>
          <MakeTemplate />
        </Suspense>
      )}
      <Fold title={t("editor.document")}>
        <DocumentEditor ids={ids} />
      </Fold>
    </Fold>
  );
}

// What a step says: its text with variables, its buttons, files, a widget.
import { Plus } from "lucide-react";
import { lazy, Suspense } from "react";
import { page, patiently } from "../../../app/page";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../editor/context";
import { buttonsOf } from "../graph/cards";
import { setMessage, update } from "../graph/commands";
import { EMPTY_MESSAGE, type Id, type Json } from "../graph/model";
import { ChoiceField, RemoveButton, Section } from "./fields";
import styles from "./Inspector.module.css";
import { PathField } from "./PathField";

const Files = page("work", () => import("./works/Files"));
const WidgetPreview = lazy(() => patiently(() => import("./WidgetPreview")));

export function MessageEditor({ id }: { id: Id }) {
  const { t } = useWords();
  const editor = useEditor();
  const message = useEditorState((state) => state.draft.step.get(id)?.message ?? null);
  const widgets = useEditorState((state) => state.draft.widget);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  if (!message)
    return isReadOnly ? null : (
      <Section title={t("editor.says")}>
        <button
          type="button"
          className={styles.textButton}
          onClick={() => editor.run([update("step", id, { message: EMPTY_MESSAGE })])}
        >
          <Plus {...ICON} />
          {t("editor.add_message")}
        </button>
      </Section>
    );
  return (
    <Section
      title={t("editor.says")}
      action={
        <RemoveButton
          label={t("editor.remove_message")}
          onClick={() => editor.run([update("step", id, { message: null })])}
        />
      }
    >
      <PathField
        label={t("editor.text")}
        rows={4}
        isFirst
        hasInsert
        value={message.text}
        placeholder={t("editor.text_hint")}
        onChange={(text) => editor.run(setMessage(editor.draft, id, { text }), `message.text ${id}`)}
      />
      <Buttons id={id} />
      <Suspense fallback={null}>
        <Files
          entries={message.attachments}
          onChange={(attachments) => editor.run(setMessage(editor.draft, id, { attachments }), `message.files ${id}`)}
        />
      </Suspense>
      {(widgets.size > 0 || message.widget_id) && (
        <ChoiceField
          label={t("editor.widget")}
          value={message.widget_id ?? ""}
          options={[
            { value: "", label: t("editor.no_widget") },
            ...[...widgets].map(([value, widget]) => ({ value, label: widget.name || t("editor.no_name") })),
          ]}
          onChange={(widget) => editor.run(setMessage(editor.draft, id, { widget_id: widget || null }))}
        />
      )}
      {message.widget_id && (
        <Suspense fallback={null}>
          <WidgetPreview key={message.widget_id} id={message.widget_id} />
        </Suspense>
      )}
    </Section>
  );
}

function Buttons({ id }: { id: Id }) {
  const { t } = useWords();
  const editor = useEditor();
  const message = useEditorState((state) => state.draft.step.get(id)?.message ?? null);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const buttons = buttonsOf(message);
  const store = (next: { text: string; value: Json }[], about: string) => {
    const before = message?.params;
    const rest = typeof before === "object" && before !== null && !Array.isArray(before) ? before : {};
    const { buttons: _, ...others } = rest as Record<string, Json>;
    const params = next.length ? { ...others, buttons: next } : others;
    editor.run(setMessage(editor.draft, id, { params }), about);
  };
  return (
    <div className={styles.stack}>
      {buttons.map((button, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two buttons may say the same
        <div key={index} className={styles.line}>
          <PathField
            label={t("editor.button_number", { number: index + 1 })}
            value={button.text}
            onChange={(text) => {
              const value = button.value === button.text ? text : button.value;
              store(buttons.with(index, { text, value }), `message.buttons ${id}`);
            }}
          />
          <RemoveButton
            label={t("editor.remove_button", { text: button.text })}
            onClick={() => store(buttons.toSpliced(index, 1), "")}
          />
        </div>
      ))}
      {!isReadOnly && (
        <button
          type="button"
          className={styles.textButton}
          onClick={() => {
            const text = t("editor.button_text", { number: buttons.length + 1 });
            store([...buttons, { text, value: text }], "");
          }}
        >
          <Plus {...ICON} />
          {t("editor.add_button")}
        </button>
      )}
    </div>
  );
}

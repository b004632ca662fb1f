// What a step says: its text with variables, its buttons, files, a widget.
import { AppWindow, Check, Pencil, Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { page, patiently } from "../../../app/page";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { usesOfWidget } from "../../kept/uses";
import { FIRST_WIDGET } from "../../kept/widgets/first";
import { useEditor, useEditorState } from "../editor/context";
import { buttonsOf } from "../graph/cards";
import { setMessage, update } from "../graph/commands";
import { EMPTY_MESSAGE, type Id, type Json, newId } from "../graph/model";
import { ChoiceField, RemoveButton, Section } from "./fields";
import styles from "./Inspector.module.css";
import { PathField } from "./PathField";

const Files = page("work", () => import("./works/Files"));
const WidgetEditor = page("kept", () => import("../../kept/widgets/WidgetEditor"));
const WidgetPreview = lazy(() => patiently(() => import("./WidgetPreview")));

export function MessageEditor({ id }: { id: Id }) {
  const { t } = useWords();
  const editor = useEditor();
  const message = useEditorState((state) => state.draft.step.get(id)?.message ?? null);
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
      <Widget id={id} widgetId={message.widget_id} />
    </Section>
  );
}

/** Which widget the message shows, how it looks, and the widget itself: made and written here as in the Data place. */
function Widget({ id, widgetId }: { id: Id; widgetId: Id | null }) {
  const { t } = useWords();
  const editor = useEditor();
  const widgets = useEditorState((state) => state.draft.widget);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const uses = useEditorState((state) => (widgetId ? usesOfWidget(state.draft, widgetId).length : 0));
  const [isWritten, setWritten] = useState(false);
  const make = () => {
    const made = newId();
    const fields = { name: t("editor.new_widget"), ...FIRST_WIDGET };
    editor.run([{ op: "add", kind: "widget", id: made, fields }, ...setMessage(editor.draft, id, { widget_id: made })]);
    setWritten(true);
  };
  const choose = (chosen: string) => {
    if (chosen === "new") return make();
    setWritten(false);
    editor.run(setMessage(editor.draft, id, { widget_id: chosen || null }));
  };
  if (!widgetId && !widgets.size)
    return isReadOnly ? null : (
      <button type="button" className={styles.textButton} onClick={make}>
        <AppWindow {...ICON} />
        {t("editor.add_widget")}
      </button>
    );
  return (
    <>
      <ChoiceField
        label={t("editor.widget")}
        value={widgetId ?? ""}
        options={[
          { value: "", label: t("editor.no_widget") },
          ...[...widgets].map(([value, widget]) => ({ value, label: widget.name || t("editor.no_name") })),
          ...(isReadOnly ? [] : [{ value: "new", label: t("editor.new_widget_option") }]),
        ]}
        onChange={choose}
      />
      {widgetId && (
        <Suspense fallback={null}>
          {isWritten ? (
            <WidgetEditor key={widgetId} id={widgetId} isNarrow />
          ) : (
            <WidgetPreview key={widgetId} id={widgetId} />
          )}
        </Suspense>
      )}
      {widgetId && isWritten && uses > 1 && (
        <span className={styles.hint}>{t("editor.widget_shared", { count: uses - 1 })}</span>
      )}
      {widgetId && !isReadOnly && (
        <button
          type="button"
          className={styles.textButton}
          aria-expanded={isWritten}
          onClick={() => setWritten(!isWritten)}
        >
          {isWritten ? <Check {...ICON} /> : <Pencil {...ICON} />}
          {t(isWritten ? "editor.widget_done" : "editor.widget_edit")}
        </button>
      )}
    </>
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

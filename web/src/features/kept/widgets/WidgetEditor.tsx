// A widget to write: its name, its three texts, and what a person will see, in the same frame. In the Data place and beside
// the canvas.
import { SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useCallback, useMemo, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { WidgetFrame } from "../../../ui/WidgetFrame";
import { useEditor, useEditorState } from "../../constructor/editor/context";
import { update } from "../../constructor/graph/commands";
import type { Id, WidgetFields } from "../../constructor/graph/model";
import styles from "../Kept.module.css";
import { CodeField } from "./CodeField";
import { filled, sampleOf, variablesIn } from "./fill";

interface WidgetEditorProps {
  id: Id;
  /** Beside the canvas: one below the other, without the frame of a page. */
  isNarrow?: boolean;
}

const TEXTS = ["body", "css", "js"] as const;
const NAMES = { body: "HTML", css: "CSS", js: "JavaScript" };
const TYPING_MS = 400;

export default function WidgetEditor({ id, isNarrow = false }: WidgetEditorProps) {
  const { t } = useWords();
  const editor = useEditor();
  const widget = useEditorState((state) => state.draft.widget.get(id));
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [text, setText] = useState<(typeof TEXTS)[number]>("body");
  const set = (fields: Partial<WidgetFields>) =>
    editor.run([update("widget", id, fields)], `widget.${Object.keys(fields)[0]} ${id}`);
  if (!widget) return null;
  return (
    <div className={isNarrow ? styles.stack : styles.sides}>
      <div className={isNarrow ? styles.stack : styles.panel}>
        <TextInput
          label={t("kept.widget_name")}
          value={widget.name}
          maxLength={200}
          readOnly={isReadOnly}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Textarea
          label={t("kept.widget_description")}
          value={widget.description}
          autosize
          minRows={1}
          maxRows={4}
          readOnly={isReadOnly}
          onChange={(event) => set({ description: event.currentTarget.value })}
        />
        <SegmentedControl
          fullWidth
          aria-label={t("kept.widget_texts")}
          value={text}
          onChange={(each) => setText(each as typeof text)}
          data={TEXTS.map((each) => ({ value: each, label: NAMES[each] }))}
        />
        <CodeField
          key={text}
          label={NAMES[text]}
          value={widget[text]}
          isReadOnly={isReadOnly}
          onChange={(written) => set({ [text]: written })}
        />
        <p className={styles.hint}>{t("kept.widget_hint", { example: "{$user.name$}", send: "dbcv.send('…')" })}</p>
      </div>
      <Preview id={id} widget={widget} isNarrow={isNarrow} />
    </div>
  );
}

function Preview({ id, widget, isNarrow }: { id: Id; widget: WidgetFields; isNarrow: boolean }) {
  const { t } = useWords();
  const [samples, setSamples] = useState<ReadonlyMap<string, string>>(new Map());
  const [said, setSaid] = useState<string | null>(null);
  const names = variablesIn(widget);
  const now = useMemo(() => ({ widget, samples }), [widget, samples]);
  const [calm] = useDebouncedValue(now, TYPING_MS);
  const shown = useMemo(() => {
    const { name, body, css, js } = calm.widget;
    return filled({ id, name, body, css, js }, calm.samples);
  }, [calm, id]);
  const hear = useCallback((words: string) => setSaid(words), []);
  return (
    <section className={isNarrow ? styles.stack : styles.panel} aria-label={t("kept.preview")}>
      <h2 className={styles.title}>{t("kept.preview")}</h2>
      <div className={styles.bubble}>
        {/* A frame draws once: another text, another frame. */}
        <WidgetFrame key={[shown.body, shown.css, shown.js].join("\n")} widget={shown} onSend={hear} />
      </div>
      <p className={styles.quiet} role="status">
        {said === null ? t("kept.says_nothing") : t("kept.says", { text: said })}
      </p>
      {names.length > 0 && <p className={styles.hint}>{t("kept.samples")}</p>}
      {names.map((name) => (
        <TextInput
          key={name}
          label={name}
          value={samples.get(name) ?? sampleOf(name)}
          onChange={(event) => setSamples(new Map(samples).set(name, event.currentTarget.value))}
        />
      ))}
    </section>
  );
}

// The widgets of the bot: HTML, CSS and JavaScript of its messages, each with a live preview in its frame.
import { SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { AppWindow } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { useWords } from "../../../i18n/useWords";
import type { PlaceProps } from "../../../shell/places";
import { ICON } from "../../../ui/icon";
import { WidgetFrame } from "../../../ui/WidgetFrame";
import { useEditor, useEditorState } from "../../constructor/editor/context";
import { update } from "../../constructor/graph/commands";
import type { Id, WidgetFields } from "../../constructor/graph/model";
import styles from "../Kept.module.css";
import { OpenBot } from "../OpenBot";
import { PartHead, PartList, UsedBy } from "../Parts";
import { removeWidget, usesOfWidget } from "../uses";
import { CodeField } from "./CodeField";
import { filled, sampleOf, variablesIn } from "./fill";

export default function WidgetsTab({ bot }: PlaceProps) {
  return (
    <OpenBot botId={bot.id}>
      <Widgets />
    </OpenBot>
  );
}

const FIRST = {
  body: "<p>10:00</p>\n<button>OK</button>",
  css: "button { border: 1px solid var(--dbcv-accent); border-radius: 8px; padding: 8px 12px; background: none; color: var(--dbcv-accent-text); }",
  js: "document.querySelector('button').onclick = () => dbcv.send('10:00');",
};

function Widgets() {
  const { t } = useWords();
  const editor = useEditor();
  const [search, setSearch] = useSearchParams();
  const draft = useEditorState((state) => state.draft);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const id = search.get("id") ?? "";
  const widget = draft.widget.get(id);
  if (widget)
    return (
      <div className={styles.stack}>
        <PartHead
          title={widget.name || t("kept.unnamed")}
          uses={usesOfWidget(draft, id)}
          removal={() => removeWidget(editor.draft, id)}
        />
        <WidgetEditor key={id} id={id} widget={widget} isReadOnly={isReadOnly} />
      </div>
    );
  return (
    <PartList
      label={t("kept.tab_widgets")}
      action={t("kept.new_widget")}
      empty={{ icon: <AppWindow size={24} />, title: t("kept.no_widgets"), text: t("kept.about_widgets") }}
      addition={(made) => {
        const fields = { name: t("kept.new_widget_name"), ...FIRST };
        return { op: "add", kind: "widget", id: made, fields };
      }}
    >
      {[...draft.widget].map(([each, { name, description }]) => (
        <li key={each} className={styles.part}>
          <AppWindow {...ICON} className={styles.partIcon} />
          <span className={styles.partText}>
            <button type="button" className={styles.open} onClick={() => setSearch({ id: each })}>
              {name || t("kept.unnamed")}
            </button>
            {description && <span>{description}</span>}
            <UsedBy uses={usesOfWidget(draft, each)} />
          </span>
        </li>
      ))}
    </PartList>
  );
}

interface WidgetEditorProps {
  id: Id;
  widget: WidgetFields;
  isReadOnly: boolean;
}

const TEXTS = ["body", "css", "js"] as const;
const NAMES = { body: "HTML", css: "CSS", js: "JavaScript" };
const TYPING_MS = 400;

function WidgetEditor({ id, widget, isReadOnly }: WidgetEditorProps) {
  const { t } = useWords();
  const editor = useEditor();
  const [text, setText] = useState<(typeof TEXTS)[number]>("body");
  const set = (fields: Partial<WidgetFields>) =>
    editor.run([update("widget", id, fields)], `widget.${Object.keys(fields)[0]} ${id}`);
  return (
    <div className={styles.sides}>
      <div className={styles.panel}>
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
      <Preview id={id} widget={widget} />
    </div>
  );
}

function Preview({ id, widget }: { id: Id; widget: WidgetFields }) {
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
    <section className={styles.panel} aria-label={t("kept.preview")}>
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

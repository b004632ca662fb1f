// The code of a group: an editor for Python that knows the sandbox, and a run with a sample.
import { autocompletion, type CompletionContext, completionKeymap } from "@codemirror/autocomplete";
import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { Play } from "lucide-react";
import { useState } from "react";
import { ApiError, dataOf, type Schemas } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import surface from "../../../ui/Code.module.css";
import { ICON } from "../../../ui/icon";
import { Scrolled } from "../../../ui/Scrolled";
import { useCode } from "../../../ui/useCode";
import { useEditor, useEditorState } from "../editor/context";
import { update } from "../graph/commands";
import type { Id } from "../graph/model";
import look from "./CodeWork.module.css";
import { Fold } from "./fields";
import styles from "./Inspector.module.css";
import { NAMES } from "./sandboxNames";

const COLOURS = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.definitionKeyword, tags.controlKeyword], color: "var(--kind-question)" },
    { tag: [tags.string, tags.special(tags.string)], color: "var(--kind-integration)" },
    { tag: [tags.number, tags.bool, tags.null], color: "var(--kind-logic)" },
    { tag: tags.comment, color: "var(--text-quiet)", fontStyle: "italic" },
    {
      tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))],
      color: "var(--kind-message)",
    },
  ]),
);

function complete(context: CompletionContext) {
  const word = context.matchBefore(/\w+/);
  if (!word && !context.explicit) return null;
  return {
    from: word?.from ?? context.pos,
    options: NAMES.map((label) => ({ label, type: "function" })),
    validFor: /^\w*$/,
  };
}

const PYTHON = [
  lintGutter(),
  python(),
  indentUnit.of("    "),
  autocompletion({ override: [complete] }),
  COLOURS,
  keymap.of([...completionKeymap, indentWithTab]),
];

export default function CodeWork({ groupId }: { groupId: Id }) {
  const { t } = useWords();
  const editor = useEditor();
  const code = useEditorState((state) => state.draft.connection_group.get(groupId)?.code ?? "");
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const { host, view } = useCode({
    label: t("editor.code"),
    value: code,
    isReadOnly,
    extensions: PYTHON,
    onChange: (text) => editor.run([update("connection_group", groupId, { code: text })], `group.code ${groupId}`),
  });

  const showFault = (message: string | null) => {
    if (!view.current) return;
    const place = Number(/line (\d+)/i.exec(message ?? "")?.[1]);
    const doc = view.current.state.doc;
    const line = place >= 1 && place <= doc.lines ? doc.line(place) : null;
    const found: Diagnostic[] = message && line ? [{ from: line.from, to: line.to, severity: "error", message }] : [];
    view.current.dispatch(setDiagnostics(view.current.state, found));
  };
  return (
    <div className={styles.stack}>
      <div ref={host} className={`${surface.code} ${look.code}`} />
      {!isReadOnly && <Run code={code} onFault={showFault} />}
    </div>
  );
}

type Result = Schemas["CodeRunOut"];

function Run({ code, onFault }: { code: string; onFault: (message: string | null) => void }) {
  const { t } = useWords();
  const editor = useEditor();
  const [text, setText] = useState("");
  const [result, setResult] = useState<Result | string | null>(null);
  const [isRunning, setRunning] = useState(false);
  const run = async () => {
    setRunning(true);
    try {
      const params = { path: { bot_id: editor.botId } };
      const body = { code, message: { text }, variables: {} };
      const done = await dataOf(api.POST("/api/v1/bots/{bot_id}/code/run", { params, body }));
      setResult(done);
      onFault(done.error);
    } catch (error) {
      setResult(error instanceof ApiError ? error.message : t("app.error_offline"));
    }
    setRunning(false);
  };
  return (
    <Fold title={t("editor.try_code")} isOpen={result !== null}>
      <div className={styles.line}>
        <input
          className={styles.input}
          aria-label={t("editor.sample")}
          placeholder={t("editor.sample")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="button" className={styles.pill} disabled={isRunning} onClick={() => void run()}>
          <Play {...ICON} />
          {t("editor.run")}
        </button>
      </div>
      {result !== null && (
        <div role="status" data-wrong={typeof result === "string" || !result.ok || undefined}>
          <Scrolled as="pre" className={styles.reply} label={t("work.comes_back")}>
            {typeof result === "string" ? result : said(result)}
          </Scrolled>
        </div>
      )}
    </Fold>
  );
}

function said({ ok, result, error, log, elapsed_ms }: Result): string {
  const first = ok ? JSON.stringify(result, null, 2) : (error ?? "");
  return [first, log.trim(), `${Math.round(elapsed_ms)} ms`].filter(Boolean).join("\n");
}

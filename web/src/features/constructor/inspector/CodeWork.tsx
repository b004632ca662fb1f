// The code of a group: an editor for Python that knows the sandbox, and a run with a sample.
import { autocompletion, type CompletionContext, completionKeymap } from "@codemirror/autocomplete";
import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import type { EditorState as CodeState } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { Play } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { ApiError, dataOf, type Schemas } from "../../../api/client";
import { told } from "../../../i18n/told";
import type { Translate } from "../../../i18n/types";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import surface from "../../../ui/Code.module.css";
import { ICON } from "../../../ui/icon";
import { Scrolled } from "../../../ui/Scrolled";
import { useCode } from "../../../ui/useCode";
import { useEditor, useEditorState } from "../editor/context";
import type { EditorState, Problem } from "../editor/editor";
import { update } from "../graph/commands";
import type { Id } from "../graph/model";
import { problemWords } from "../problemWords";
import { storedGroups } from "../talk/way";
import look from "./CodeWork.module.css";
import { Fold } from "./fields";
import styles from "./Inspector.module.css";
import { NAMES } from "./sandboxNames";
import { SampleFields, useSamples } from "./works/SampleFields";
import { byScope, namedInCode } from "./works/samples";

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

  // What a trial ran into stands at its line until the code is another.
  const [tried, setTried] = useState<{ code: string; message: string } | null>(null);
  const problems = useEditorState((state) => state.problems);
  const message = tried?.code === code ? told(tried.message) : null;
  const faults = useMemo((): Fault[] => {
    const known = problems.filter((each) => each.code === "bad_code" && isOf(each, groupId, editor.state));
    const found = known.map((each): Fault => ({ message: problemWords(t, each).message, severity: each.severity }));
    return message === null ? found : [...found, { message, severity: "error" }];
  }, [problems, message, groupId, editor, t]);
  useEffect(() => {
    if (view.current) view.current.dispatch(setDiagnostics(view.current.state, atLines(view.current.state, faults)));
  }, [faults, view]);
  return (
    <div className={styles.stack}>
      <div ref={host} className={`${surface.code} ${look.code}`} />
      {!isReadOnly && (
        <Run code={code} onFault={(words) => setTried(words === null ? null : { code, message: words })} />
      )}
    </div>
  );
}

/** Whether a problem is about the code of this group: its path counts the groups of the step as the document does. */
function isOf({ step_id, path }: Problem, groupId: Id, { draft }: EditorState): boolean {
  const group = draft.connection_group.get(groupId);
  const place = Number(/connection_groups\[(\d+)\]\.code$/.exec(path)?.[1]);
  return group !== undefined && group.step_id === step_id && storedGroups(draft, step_id)[place] === groupId;
}

type Fault = Pick<Problem, "message" | "severity">;
const LINE = /^(?:line|строка) (\d+): */i;

function atLines({ doc }: CodeState, faults: readonly Fault[]) {
  return faults.flatMap(({ message, severity }): Diagnostic[] => {
    const place = Number(LINE.exec(message)?.[1]);
    if (!(place >= 1 && place <= doc.lines)) return [];
    const { from, to } = doc.line(place);
    return [{ from, to, severity, message: message.replace(LINE, "") }];
  });
}

type Result = Schemas["CodeRunOut"];

function Run({ code, onFault }: { code: string; onFault: (message: string | null) => void }) {
  const { t } = useWords();
  const editor = useEditor();
  const [text, setText] = useState("");
  const [sample, type] = useSamples();
  const paths = useMemo(() => namedInCode(code), [code]);
  const [result, setResult] = useState<Result | string | null>(null);
  const [isRunning, setRunning] = useState(false);
  const run = async () => {
    setRunning(true);
    try {
      const params = { path: { bot_id: editor.botId } };
      const body = { code, message: { text }, variables: byScope(new Map(paths.map((path) => [path, sample(path)]))) };
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
      <SampleFields paths={paths} sample={sample} onType={type} />
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
            {typeof result === "string" ? result : said(t, result)}
          </Scrolled>
        </div>
      )}
    </Fold>
  );
}

function said(t: Translate, { ok, result, error, log, elapsed_ms }: Result): string {
  const first = ok ? JSON.stringify(result, null, 2) : told(error ?? "");
  return [first, log.trim(), t("work.took", { ms: Math.round(elapsed_ms) })].filter(Boolean).join("\n");
}

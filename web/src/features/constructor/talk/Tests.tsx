// The tests kept with the bot: run them, see where one goes another way, and what none of them reached.
import { Switch } from "@mantine/core";
import { CircleCheck, CircleDashed, CircleX, MessagesSquare, Play, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { ConfirmDialog } from "../../../shell/place/ConfirmDialog";
import facts from "../../../shell/place/Facts.module.css";
import { Button } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../editor/context";
import { useMarks } from "../marks/marks";
import talk from "./TalkPanel.module.css";
import styles from "./Tests.module.css";
import {
  hideCoverage,
  openAsTalk,
  openTests,
  removeTest,
  runTests,
  showCoverage,
  type TestLine,
  type TestResult,
  useTests,
} from "./tests";

export function Tests({ onTalk }: { onTalk: () => void }) {
  const { t } = useWords();
  const editor = useEditor();
  const { lines, results, isBusy, failure } = useTests();
  useEffect(() => {
    void openTests(editor.botId);
    showCoverage(editor);
    return hideCoverage;
  }, [editor]);
  const failed = [...results.values()].filter((result) => !result.passed).length;
  return (
    <div className={styles.tests}>
      {failure !== null && <p className={styles.bad}>{failure || t("talk.away")}</p>}
      {lines === null && failure === null && <p className={talk.quiet}>{t("talk.tests_loading")}</p>}
      {lines?.length === 0 && <p className={talk.empty}>{t("talk.tests_empty")}</p>}
      {lines !== null && lines.length > 0 && (
        <div className={styles.row}>
          <Button kind="main" disabled={isBusy} onClick={() => void runTests(editor, null)}>
            <Play {...ICON} />
            {isBusy ? t("talk.tests_running") : t("talk.run_all")}
          </Button>
          {results.size > 0 && (
            <p role="status" className={failed ? styles.bad : styles.good}>
              {failed ? t("talk.tests_failed", { count: failed }) : t("talk.tests_passed", { count: results.size })}
            </p>
          )}
        </div>
      )}
      <Coverage />
      <ul className={styles.list}>
        {lines?.map((line) => (
          <Line key={line.id} line={line} result={results.get(line.id)} onTalk={onTalk} />
        ))}
      </ul>
    </div>
  );
}

function Coverage() {
  const { t, language } = useWords();
  const editor = useEditor();
  const coverage = useTests((tests) => tests.coverage);
  const isShown = useMarks((marks) => marks.about === "tests");
  if (!coverage) return null;
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  return (
    <div className={styles.coverage}>
      <p>
        {t("talk.coverage", {
          share: percent.format(coverage.percent / 100),
          steps: coverage.steps.length,
          all: coverage.steps.length + coverage.missed_steps.length,
        })}
      </p>
      <Switch
        size="xs"
        checked={isShown}
        onChange={(event) => (event.currentTarget.checked ? showCoverage(editor) : hideCoverage())}
        label={t("talk.coverage_shown")}
      />
    </div>
  );
}

function Line({ line, result, onTalk }: { line: TestLine; result: TestResult | undefined; onTalk: () => void }) {
  const { t } = useWords();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const isBusy = useTests((tests) => tests.isBusy);
  const Icon = !result ? CircleDashed : result.passed ? CircleCheck : CircleX;
  const state = t(!result ? "talk.test_new" : result.passed ? "talk.test_passed" : "talk.test_failed");
  const [isAsked, setAsked] = useState(false);
  const talk = () => {
    onTalk();
    void openAsTalk(editor, line.id);
  };
  return (
    <li className={styles.line} data-passed={result?.passed}>
      <div className={styles.row}>
        <Icon {...ICON} className={styles.icon} role="img" aria-label={state} aria-hidden={false} />
        <span className={styles.name} dir="auto">
          {line.name}
        </span>
        <Button
          kind="icon"
          disabled={isBusy}
          aria-label={t("talk.run_one", { name: line.name })}
          title={t("talk.run_one", { name: line.name })}
          onClick={() => void runTests(editor, [line.id])}
        >
          <Play {...ICON} />
        </Button>
        {!isReadOnly && (
          <>
            <Button
              kind="icon"
              aria-label={t("talk.open_test", { name: line.name })}
              title={t("talk.open_test", { name: line.name })}
              onClick={talk}
            >
              <MessagesSquare {...ICON} />
            </Button>
            <Button
              kind="icon"
              aria-label={t("talk.remove_test", { name: line.name })}
              title={t("talk.remove_test", { name: line.name })}
              onClick={() => setAsked(true)}
            >
              <Trash2 {...ICON} />
            </Button>
          </>
        )}
      </div>
      {result && !result.passed && <Failure result={result} />}
      {isAsked && (
        <ConfirmDialog
          title={t("talk.remove_test", { name: line.name })}
          action={t("talk.remove")}
          onClose={() => setAsked(false)}
          onConfirm={() => {
            setAsked(false);
            void removeTest(editor, line.id);
          }}
        >
          {t("talk.remove_test_text")}
        </ConfirmDialog>
      )}
    </li>
  );
}

/** Where it went another way: after what, what should have come, what came. */
function Failure({ result: { happened, differences } }: { result: TestResult }) {
  const { t } = useWords();
  return (
    <div className={styles.failure}>
      {happened && <p dir="auto">{happened}</p>}
      {differences.map(({ words, expected, got }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole
        <div key={index}>
          <p className={styles.bad} dir="auto">
            {words}
          </p>
          {(expected !== null || got !== null) && (
            <dl className={`${facts.facts} ${styles.sides}`}>
              <dt>{t("talk.expected")}</dt>
              <dd dir="auto">{expected || t("talk.silent")}</dd>
              <dt>{t("talk.came")}</dt>
              <dd dir="auto">{got || t("talk.silent")}</dd>
            </dl>
          )}
        </div>
      ))}
    </div>
  );
}

// Everything that is wrong with the bot, each line with the way there and the mend.
import { X } from "lucide-react";
import { useWords } from "../../i18n/useWords";
import { ICON } from "../../ui/icon";
import { useShowStep } from "./canvas/useShowStep";
import { useEditor, useEditorState } from "./editor/context";
import type { Problem } from "./editor/editor";
import { stepName } from "./graph/cards";
import { mendOf } from "./mending";
import styles from "./ProblemList.module.css";
import { problemWords } from "./problemWords";

export function ProblemList({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const editor = useEditor();
  const problems = useEditorState((state) => state.problems);
  const draft = useEditorState((state) => state.draft);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const showStep = useShowStep();
  const show = ({ step_id }: Problem) => step_id && showStep(step_id);
  return (
    <div className={styles.list} role="dialog" aria-label={t("editor.problems")}>
      <div className={styles.head}>
        <h2 className={styles.title}>{t("editor.problems_count", { count: problems.length })}</h2>
        <button type="button" className={styles.close} aria-label={t("editor.close")} onClick={onClose}>
          <X {...ICON} />
        </button>
      </div>
      <ul>
        {problems.map((problem) => {
          const words = problemWords(t, problem);
          const mend = isReadOnly ? null : mendOf(problem, draft);
          return (
            <li key={problem.path + problem.code} className={styles.item} data-severity={problem.severity}>
              <button type="button" className={styles.words} onClick={() => show(problem)}>
                {problem.step_id && <b dir="auto">{stepName(draft, problem.step_id)}: </b>}
                {words.message}
                <span className={styles.hint}>{words.hint}</span>
              </button>
              {mend && (
                <button type="button" className={styles.mend} onClick={() => editor.run(mend.changes)}>
                  {t(`editor.${mend.label}`)}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

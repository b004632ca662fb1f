// The arrow before the step that a connection leads to: it goes there.
import { ArrowRight } from "lucide-react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useShowStep } from "../canvas/useShowStep";
import { useEditorState } from "../editor/context";
import { stepName } from "../graph/cards";
import type { Id } from "../graph/model";
import styles from "./Inspector.module.css";

export function GoThere({ id }: { id: Id | null }) {
  const { t } = useWords();
  const draft = useEditorState((state) => state.draft);
  const showStep = useShowStep();
  if (id === null || !draft.step.has(id))
    return (
      <span className={styles.arrow} aria-hidden>
        <ArrowRight {...ICON} />
      </span>
    );
  const label = t("editor.go_there", { step: stepName(draft, id) || t("editor.no_name") });
  return (
    <button type="button" className={styles.iconButton} aria-label={label} title={label} onClick={() => showStep(id)}>
      <ArrowRight {...ICON} />
    </button>
  );
}

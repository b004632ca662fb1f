// What is selected, to read and to change. No Save button: everything is kept as it is typed.
import { ActionIcon } from "@mantine/core";
import { AlignStartVertical, Copy, CopyPlus, Trash2, X } from "lucide-react";
import { Suspense } from "react";
import { page } from "../../../app/page";
import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import { alignLeft } from "../canvas/arranging";
import { useEditor, useEditorState } from "../editor/context";
import { MASTER } from "../graph/model";
import { EditingBy } from "../together/EditingBy";
import { canCopy, copySelected } from "./copying";
import { DocumentEditor } from "./DocumentEditor";
import { Fold } from "./fields";
import { Groups } from "./Groups";
import styles from "./Inspector.module.css";
import { StepInspector } from "./StepInspector";

const MakeTemplate = page("work", () => import("../templates/MakeTemplate"));

export function Inspector({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const selected = useEditorState((state) => state.selected);
  const steps = useEditorState((state) => state.draft.step);
  const [only] = selected.size === 1 ? selected : [];
  return (
    <div className={styles.inspector} data-inspector>
      <ActionIcon
        variant="subtle"
        color="gray"
        className={styles.close ?? ""}
        aria-label={t("editor.close")}
        onClick={onClose}
      >
        <X {...ICON} />
      </ActionIcon>
      {only === MASTER ? (
        <>
          <h2 className={styles.title}>{t("editor.master_title")}</h2>
          <p className={styles.hint}>{t("editor.master_hint")}</p>
          <Groups stepId={null} />
        </>
      ) : only !== undefined && steps.has(only) ? (
        <>
          <EditingBy id={only} />
          <StepInspector key={only} id={only} />
        </>
      ) : (
        <ManySelected count={selected.size} />
      )}
    </div>
  );
}

function ManySelected({ count }: { count: number }) {
  const { t } = useWords();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const selected = useEditorState((state) => state.selected);
  return (
    <>
      <h2 className={styles.title}>{t("editor.selected_count", { count })}</h2>
      {!isReadOnly && (
        <div className={styles.stack}>
          {count > 1 && (
            <Button onClick={() => editor.run(alignLeft(editor.state))}>
              <AlignStartVertical {...ICON} />
              {t("editor.align")}
            </Button>
          )}
          {canCopy() && (
            <Button onClick={() => void copySelected(editor)}>
              <Copy {...ICON} />
              {t("editor.copy")}
            </Button>
          )}
          <Button onClick={() => editor.duplicate()}>
            <CopyPlus {...ICON} />
            {t("editor.duplicate")}
          </Button>
          <Suspense fallback={null}>
            <MakeTemplate />
          </Suspense>
          <Button onClick={editor.removeSelected}>
            <Trash2 {...ICON} />
            {t("editor.remove")}
          </Button>
        </div>
      )}
      <Fold title={t("editor.document")}>
        <DocumentEditor ids={selected} />
      </Fold>
    </>
  );
}

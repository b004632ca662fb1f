// Small fields that several parts of the inspector share.
import { Select } from "@mantine/core";
import { ChevronRight, Trash2 } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useEditorState } from "../editor/context";
import { stepName } from "../graph/cards";
import type { Id } from "../graph/model";
import foldStyles from "./Fold.module.css";
import styles from "./Inspector.module.css";

export function Section({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <section className={styles.section}>
      <div className={styles.sectionHead}>
        <h3 className={styles.sectionTitle}>{title}</h3>
        {action}
      </div>
      {children}
    </section>
  );
}

/** A part that one opens when one needs it. */
export function Fold({ title, children, isOpen = false }: { title: string; children: ReactNode; isOpen?: boolean }) {
  return (
    <details className={foldStyles.fold} open={isOpen}>
      <summary className={foldStyles.foldTitle}>
        <ChevronRight {...ICON} className={foldStyles.foldArrow} />
        {title}
      </summary>
      <div className={foldStyles.foldBody}>{children}</div>
    </details>
  );
}

export function RemoveButton({ label, onClick }: { label: string; onClick: () => void }) {
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  if (isReadOnly) return null;
  return (
    <button type="button" className={styles.iconButton} aria-label={label} title={label} onClick={onClick}>
      <Trash2 {...ICON} />
    </button>
  );
}

interface StepPickerProps {
  label: string;
  value: Id | null;
  onChange: (id: Id | null) => void;
}

/** Which step to go to, by its name. */
export function StepPicker({ label, value, onChange }: StepPickerProps) {
  const { t } = useWords();
  const steps = useEditorState((state) => state.draft.step);
  const draft = useEditorState((state) => state.draft);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  // biome-ignore lint/correctness/useExhaustiveDependencies: names come from the steps only
  const options = useMemo(
    () => [...steps.keys()].map((id) => ({ value: id, label: stepName(draft, id) || t("editor.no_name") })),
    [steps, t],
  );
  return (
    <Select
      aria-label={label}
      placeholder={t("editor.nowhere")}
      data={options}
      value={value}
      onChange={onChange}
      searchable
      clearable
      limit={60}
      size="sm"
      disabled={isReadOnly}
      nothingFoundMessage={t("editor.no_such_step")}
      className={styles.grow ?? ""}
    />
  );
}

interface ChoiceFieldProps<V extends string> {
  label: string;
  value: V;
  options: readonly { value: V; label: string }[];
  onChange: (value: V) => void;
}

export function ChoiceField<V extends string>({ label, value, options, onChange }: ChoiceFieldProps<V>) {
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  return (
    <select
      className={`${styles.input} ${styles.select}`}
      aria-label={label}
      value={value}
      disabled={isReadOnly}
      onChange={(event) => onChange(event.target.value as V)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

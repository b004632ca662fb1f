// One template: what it takes and gives, who uses it, its inside to look at, rename and delete.
import { Pencil, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { told } from "../../../i18n/told";
import { useWords } from "../../../i18n/useWords";
import { ConfirmDialog } from "../../../shell/place/ConfirmDialog";
import { Fold } from "../../../shell/place/Fold";
import { Button as IconButton } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import styles from "../Kept.module.css";
import { NameDialog } from "./NameDialog";
import { type Template, useRemove, useRename, useTemplate } from "./queries";

interface RowProps {
  template: Template;
  canEdit: boolean;
  /** Who uses it. */
  children: ReactNode;
}

export function TemplateRow({ template, canEdit, children }: RowProps) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [asked, setAsked] = useState<"rename" | "remove" | null>(null);
  const rename = useRename();
  const remove = useRemove();
  const close = () => setAsked(null);
  const name = template.name || t("kept.unnamed");
  const isOfBot = template.bot_id !== null;
  return (
    <li className={styles.part}>
      <span className={styles.partText}>
        <b>{name}</b>
        {template.description && <span>{template.description}</span>}
        <Ports label={t("kept.takes")} schema={template.inputs} />
        <Ports label={t("kept.gives")} schema={template.outputs} />
        {children}
        <Fold title={t("kept.inside")} onOpen={() => setOpen(true)}>
          {isOpen && <Inside id={template.id} />}
        </Fold>
      </span>
      {canEdit && (
        <span className={styles.rowTools}>
          <IconButton
            kind="icon"
            aria-label={t("kept.rename", { name })}
            title={t("kept.rename_short")}
            onClick={() => setAsked("rename")}
          >
            <Pencil {...ICON} />
          </IconButton>
          <IconButton
            kind="icon"
            aria-label={t("kept.remove", { name })}
            title={t("kept.remove_short")}
            onClick={() => setAsked("remove")}
          >
            <Trash2 {...ICON} />
          </IconButton>
        </span>
      )}
      {asked === "rename" && (
        <NameDialog
          title={t("kept.rename", { name })}
          name={template.name}
          isBusy={rename.isPending}
          onName={(next) => rename.mutate({ id: template.id, name: next }, { onSuccess: close })}
          onClose={close}
        />
      )}
      {asked === "remove" && (
        <ConfirmDialog
          title={t("kept.remove", { name })}
          action={t("kept.remove_short")}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate({ id: template.id, isOfBot }, { onSettled: close })}
          onClose={close}
        >
          {t(isOfBot ? "kept.remove_own_template" : "kept.remove_template")}
        </ConfirmDialog>
      )}
    </li>
  );
}

/** Names and types of a JSON Schema's properties. */
function Ports({ label, schema }: { label: string; schema: Record<string, unknown> }) {
  const { t } = useWords();
  const ports = Object.entries((schema.properties ?? {}) as Record<string, { type?: unknown }>);
  const required = new Set((schema.required ?? []) as string[]);
  return (
    <span className={styles.quiet}>
      {label}{" "}
      {ports.length
        ? ports.map(([name, { type }]) => (
            <code key={name} className={styles.port}>
              {name}
              {typeof type === "string" && `: ${type}`}
              {required.has(name) && ` (${t("kept.required")})`}
            </code>
          ))
        : t("kept.nothing")}
    </span>
  );
}

interface InnerStep {
  id: string;
  name?: string;
  message?: { text?: string } | null;
}

function Inside({ id }: { id: string }) {
  const { t } = useWords();
  const { data } = useTemplate(id);
  if (!data) return <p className={styles.hint} aria-busy />;
  const steps = data.steps as unknown as InnerStep[];
  return (
    <>
      <ol className={styles.inside}>
        {steps.map((step) => (
          <li key={step.id}>
            <b>{step.name || t("kept.unnamed_step")}</b>
            {step.id === data.first_step_id && <span className={styles.badge}>{t("kept.first_step")}</span>}
            {step.message?.text && <p className={styles.says}>{step.message.text}</p>}
          </li>
        ))}
      </ol>
      {data.problems.map((problem) => (
        <p key={problem.path + problem.code} className={styles.wrong}>
          {told(problem.message)}
        </p>
      ))}
    </>
  );
}

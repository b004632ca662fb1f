// One template: what it takes and gives, who uses it, its inside to look at, rename and delete.
import { Pencil, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { ConfirmDialog } from "../../../shell/place/ConfirmDialog";
import { Fold } from "../../../shell/place/Fold";
import { Button as IconButton } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import styles from "../Data.module.css";
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
  const name = template.name || t("data.unnamed");
  const isOfBot = template.bot_id !== null;
  return (
    <li className={styles.part}>
      <span className={styles.partText}>
        <b>{name}</b>
        {template.description && <span>{template.description}</span>}
        <Ports label={t("data.takes")} schema={template.inputs} />
        <Ports label={t("data.gives")} schema={template.outputs} />
        {children}
        <Fold title={t("data.inside")} onOpen={() => setOpen(true)}>
          {isOpen && <Inside id={template.id} />}
        </Fold>
      </span>
      {canEdit && (
        <span className={styles.rowTools}>
          <IconButton
            kind="icon"
            aria-label={t("data.rename", { name })}
            title={t("data.rename_short")}
            onClick={() => setAsked("rename")}
          >
            <Pencil {...ICON} />
          </IconButton>
          <IconButton
            kind="icon"
            aria-label={t("data.remove", { name })}
            title={t("data.remove_short")}
            onClick={() => setAsked("remove")}
          >
            <Trash2 {...ICON} />
          </IconButton>
        </span>
      )}
      {asked === "rename" && (
        <NameDialog
          title={t("data.rename", { name })}
          name={template.name}
          isBusy={rename.isPending}
          onName={(next) => rename.mutate({ id: template.id, name: next }, { onSuccess: close })}
          onClose={close}
        />
      )}
      {asked === "remove" && (
        <ConfirmDialog
          title={t("data.remove", { name })}
          action={t("data.remove_short")}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate({ id: template.id, isOfBot }, { onSettled: close })}
          onClose={close}
        >
          {t(isOfBot ? "data.remove_own_template" : "data.remove_template")}
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
              {required.has(name) && ` (${t("data.required")})`}
            </code>
          ))
        : t("data.nothing")}
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
            <b>{step.name || t("data.unnamed_step")}</b>
            {step.id === data.first_step_id && <span className={styles.badge}>{t("data.first_step")}</span>}
            {step.message?.text && <p className={styles.says}>{step.message.text}</p>}
          </li>
        ))}
      </ol>
      {data.problems.map((problem) => (
        <p key={problem.path + problem.code} className={styles.wrong}>
          {problem.message}
        </p>
      ))}
    </>
  );
}

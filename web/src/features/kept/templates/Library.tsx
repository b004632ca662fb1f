// One library: its templates, who may change it, rename and delete.
import { Button } from "@mantine/core";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { useWords } from "../../../i18n/useWords";
import { ConfirmDialog } from "../../../shell/place/ConfirmDialog";
import { ListEnd } from "../../../shell/place/ListEnd";
import { addressOf } from "../../../shell/places";
import { Button as IconButton } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import styles from "../Kept.module.css";
import { NameDialog } from "./NameDialog";
import { type Group, useGroupTemplates, useRemoveGroup, useRenameGroup, useUses } from "./queries";
import { TemplateRow } from "./TemplateRow";

export function Library({ group, botId }: { group: Group; botId: string }) {
  const { t } = useWords();
  const query = useGroupTemplates(group.id);
  const [asked, setAsked] = useState<"rename" | "remove" | null>(null);
  const rename = useRenameGroup();
  const remove = useRemoveGroup();
  const close = () => setAsked(null);
  return (
    <section className={styles.library} aria-label={group.name}>
      <div className={styles.tools}>
        <h3 className={styles.title}>{group.name}</h3>
        {group.access !== "owner" && <span className={styles.badge}>{t(`kept.shared_${group.access}`)}</span>}
        <span className={styles.spring} />
        {group.access === "owner" && (
          <>
            <IconButton
              kind="icon"
              aria-label={t("kept.rename", { name: group.name })}
              onClick={() => setAsked("rename")}
            >
              <Pencil {...ICON} />
            </IconButton>
            <IconButton
              kind="icon"
              aria-label={t("kept.remove", { name: group.name })}
              onClick={() => setAsked("remove")}
            >
              <Trash2 {...ICON} />
            </IconButton>
          </>
        )}
      </div>
      {group.description && <p className={styles.hint}>{group.description}</p>}
      {query.isSuccess && !query.items.length && <p className={styles.hint}>{t("kept.empty_library")}</p>}
      <ul className={styles.table}>
        {query.items.map((template) => (
          <TemplateRow key={template.id} template={template} canEdit={template.access !== "viewer"}>
            <Copies id={template.id} botId={botId} />
          </TemplateRow>
        ))}
      </ul>
      <ListEnd {...query} />
      {asked === "rename" && (
        <NameDialog
          title={t("kept.rename", { name: group.name })}
          name={group.name}
          isBusy={rename.isPending}
          onName={(name) => rename.mutate({ id: group.id, name }, { onSuccess: close })}
          onClose={close}
        />
      )}
      {asked === "remove" && (
        <ConfirmDialog
          title={t("kept.remove", { name: group.name })}
          action={t("kept.remove_short")}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate(group.id, { onSettled: close })}
          onClose={close}
        >
          {t("kept.remove_library", { count: query.items.length })}
        </ConfirmDialog>
      )}
    </section>
  );
}

/** Who has a copy of a library's template; asked for when it is wanted. */
function Copies({ id, botId }: { id: string; botId: string }) {
  const { t } = useWords();
  const [isAsked, setAsked] = useState(false);
  if (!isAsked)
    return (
      <Button size="compact-sm" variant="subtle" className={styles.ask ?? ""} onClick={() => setAsked(true)}>
        {t("kept.who_uses")}
      </Button>
    );
  return <CopyList id={id} botId={botId} />;
}

function CopyList({ id, botId }: { id: string; botId: string }) {
  const { t } = useWords();
  const { data } = useUses(id);
  if (!data) return null;
  return (
    <span className={styles.quiet} role="status">
      {data.count ? t("kept.copies", { count: data.count }) : t("kept.no_copies")}{" "}
      {data.items.map((user, index) => (
        <span key={user.id}>
          {index > 0 && ", "}
          {user.kind === "bot" && user.id !== botId ? (
            <Link href={addressOf(user.id, "data/templates")}>{user.name}</Link>
          ) : (
            user.name
          )}
        </span>
      ))}
    </span>
  );
}

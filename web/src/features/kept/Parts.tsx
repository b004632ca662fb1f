// What lists of requests and of widgets share: the list, the steps that use one, the way back from one, its removal.
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { ArrowLeft, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { useWords } from "../../i18n/useWords";
import { ConfirmDialog } from "../../shell/place/ConfirmDialog";
import { Empty } from "../../shell/place/Place";
import { addressOf } from "../../shell/places";
import { ICON } from "../../ui/icon";
import { useEditor, useEditorState } from "../constructor/editor/context";
import { type Change, type Id, newId } from "../constructor/graph/model";
import styles from "./Kept.module.css";
import type { Use } from "./uses";

export function UsedBy({ uses }: { uses: readonly Use[] }) {
  const { t } = useWords();
  const { botId } = useEditor();
  if (!uses.length) return <span className={styles.quiet}>{t("kept.used_by_none")}</span>;
  return (
    <span className={styles.quiet}>
      {t("kept.used_in")}{" "}
      {uses.map(({ stepId, name }, index) => (
        <span key={stepId}>
          {index > 0 && ", "}
          <Link href={addressOf(botId, "") + (stepId ? `?step=${stepId}` : "")}>
            {stepId ? name || t("kept.unnamed_step") : t("kept.master_groups")}
          </Link>
        </span>
      ))}
    </span>
  );
}

interface HeadProps {
  title: string;
  uses: readonly Use[];
  /** The changes that take it out of the bot. */
  removal: () => Change[];
}

/** Over an opened one: back to the list, who uses it, remove. */
export function PartHead({ title, uses, removal }: HeadProps) {
  const { t } = useWords();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [, setSearch] = useSearchParams();
  const [isAsked, setAsked] = useState(false);
  const back = () => setSearch({});
  const remove = () => {
    back();
    editor.run(removal());
    const id = `removed ${title}`;
    notifications.show({
      id,
      withCloseButton: false,
      autoClose: 8_000,
      message: (
        <span className={styles.told}>
          {t("kept.removed", { name: title })}
          <Button
            size="compact-sm"
            variant="light"
            onClick={() => {
              editor.undo();
              notifications.hide(id);
            }}
          >
            {t("kept.undo")}
          </Button>
        </span>
      ),
    });
  };
  return (
    <>
      <div className={styles.tools}>
        <Button variant="default" leftSection={<ArrowLeft {...ICON} />} onClick={back}>
          {t("kept.back")}
        </Button>
        <span className={styles.spring} />
        {!isReadOnly && (
          <Button
            variant="default"
            leftSection={<Trash2 {...ICON} />}
            onClick={() => (uses.length ? setAsked(true) : remove())}
          >
            {t("kept.remove_short")}
          </Button>
        )}
      </div>
      <UsedBy uses={uses} />
      {isAsked && (
        <ConfirmDialog
          title={t("kept.remove", { name: title })}
          action={t("kept.remove_short")}
          onConfirm={remove}
          onClose={() => setAsked(false)}
        >
          <p>{t("kept.remove_used", { count: uses.length })}</p>
          <UsedBy uses={uses} />
        </ConfirmDialog>
      )}
    </>
  );
}

interface ListProps {
  label: string;
  /** Words of the button that adds one. */
  action: string;
  /** What stands there while there is none. */
  empty: { icon: ReactNode; title: string; text: string };
  /** The change that adds one with this id. */
  addition: (id: Id) => Change;
  /** Its rows. */
  children: ReactNode[];
}

/** All there are of one kind, and the button for one more, which opens it. */
export function PartList({ label, action, empty, addition, children }: ListProps) {
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [, setSearch] = useSearchParams();
  const add = () => {
    const id = newId();
    if (editor.run([addition(id)])) setSearch({ id });
  };
  const addButton = !isReadOnly && (
    <Button leftSection={<Plus {...ICON} />} onClick={add}>
      {action}
    </Button>
  );
  if (!children.length) return <Empty {...empty}>{addButton}</Empty>;
  return (
    <div className={styles.stack}>
      <div className={styles.tools}>
        <span className={styles.spring} />
        {addButton}
      </div>
      <ul className={styles.table} aria-label={label}>
        {children}
      </ul>
    </div>
  );
}

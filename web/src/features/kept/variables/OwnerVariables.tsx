// The variables of one owner as a table: search, edit in place, add, remove with a way back, CSV out and in.
import { Button, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { ArrowLeft, Download, Plus, Search, Upload, Variable as VariableIcon } from "lucide-react";
import { useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { tellError } from "../../../shell/errors";
import { ListEnd } from "../../../shell/place/ListEnd";
import { Empty } from "../../../shell/place/Place";
import { Failed, Ghosts } from "../../../shell/place/states";
import type { PlaceBot } from "../../../shell/places";
import { download } from "../../../ui/download";
import { ICON } from "../../../ui/icon";
import styles from "../Kept.module.css";
import { AddVariable } from "./AddVariable";
import { cellOf, writeCsv } from "./csv";
import { ImportVariables } from "./ImportVariables";
import { allVariables, type Owner, useChange, useVariables, type Variable, wholeValue } from "./owners";
import { VariableRow } from "./VariableRow";

interface OwnerProps {
  owner: Owner;
  bot: PlaceBot;
  /** For the file's name. */
  name: string;
  onBack?: () => void;
}

export function OwnerVariables({ owner, bot, name, onBack }: OwnerProps) {
  const { t } = useWords();
  const [sought, setSought] = useState("");
  const [opened, setOpened] = useState<"add" | "import" | null>(null);
  const query = useVariables(owner);
  const change = useChange(owner);
  const remove = useRemove(owner);
  const canEdit = bot.access !== "viewer";
  const shown = query.items.filter(({ path }) => path.toLowerCase().includes(sought.trim().toLowerCase()));
  const close = () => setOpened(null);
  const exportAll = async () => {
    try {
      const rows = (await allVariables(owner)).map(([path, value]) => [cellOf(path), cellOf(value)]);
      download(writeCsv([["variable", "value"], ...rows]), `${name} ${t(`kept.scope_${owner.scope}`)}.csv`);
    } catch (error) {
      tellError(t, error);
    }
  };
  if (query.error) return <Failed error={query.error} onAgain={() => void query.refetch()} />;
  return (
    <div className={styles.stack}>
      <div className={styles.tools}>
        {onBack && (
          <Button variant="default" leftSection={<ArrowLeft {...ICON} />} onClick={onBack}>
            {t("kept.all_people")}
          </Button>
        )}
        <TextInput
          className={styles.search ?? ""}
          aria-label={t("kept.search")}
          placeholder={t("kept.search")}
          leftSection={<Search {...ICON} />}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
        <Button variant="default" leftSection={<Download {...ICON} />} onClick={() => void exportAll()}>
          {t("kept.export")}
        </Button>
        {canEdit && (
          <>
            <Button variant="default" leftSection={<Upload {...ICON} />} onClick={() => setOpened("import")}>
              {t("kept.import")}
            </Button>
            <Button leftSection={<Plus {...ICON} />} onClick={() => setOpened("add")}>
              {t("kept.add")}
            </Button>
          </>
        )}
      </div>
      {opened === "add" && <AddVariable change={change} onClose={close} />}
      {opened === "import" && <ImportVariables owner={owner} known={query.items} onClose={close} />}
      {query.isPending && <Ghosts />}
      {query.isSuccess && !query.items.length && opened === null && (
        <Empty icon={<VariableIcon size={24} />} title={t("kept.no_variables")} text={t(`kept.about_${owner.scope}`)} />
      )}
      {shown.length > 0 && (
        <ul className={styles.table} aria-label={t("kept.tab_variables")}>
          {shown.map((variable) => (
            <VariableRow
              key={variable.path}
              scope={owner.scope}
              botId={owner.botId}
              change={change}
              whole={() => wholeValue(owner, variable)}
              variable={variable}
              canEdit={canEdit}
              onRemove={() => void remove(variable)}
            />
          ))}
        </ul>
      )}
      {query.items.length > 0 && !shown.length && <p className={styles.hint}>{t("kept.nothing_found")}</p>}
      <ListEnd {...query} />
    </div>
  );
}

const UNDO_MS = 8_000;

/** Removes a variable and offers it back for a while. */
function useRemove(owner: Owner) {
  const { t } = useWords();
  const change = useChange(owner);
  return async ({ path, value, is_cut }: Variable) => {
    const id = `removed ${owner.id} ${path}`;
    const back = () => {
      notifications.hide(id);
      change.mutate([{ op: "set", path, value: value as never }], { onError: (error) => tellError(t, error) });
    };
    try {
      await change.mutateAsync([{ op: "remove", path }]);
    } catch (error) {
      tellError(t, error);
      return;
    }
    notifications.show({
      id,
      withCloseButton: false,
      autoClose: UNDO_MS,
      message: (
        <span className={styles.told}>
          {t("kept.removed", { name: path })}
          {/* A large one was never here whole. */}
          {!is_cut && (
            <Button size="compact-sm" variant="light" onClick={back}>
              {t("kept.undo")}
            </Button>
          )}
        </span>
      ),
    });
  };
}

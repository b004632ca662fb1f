// A template made of the selected steps: what it needs and gives is found by how their variables are used.
import { useQuery } from "@tanstack/react-query";
import { Workflow } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { ApiError, dataOf } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import { errorWords } from "../../../shell/errors";
import { Button } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../editor/context";
import type { Id } from "../graph/model";
import { ChoiceField } from "../inspector/fields";
import styles from "../inspector/Inspector.module.css";
import work from "../inspector/works/work.module.css";
import { makeTemplate, useMade } from "./templates";

export default function MakeTemplate() {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const count = useEditorState((state) => [...state.selected].filter((id) => state.draft.step.has(id)).length);
  if (!count) return null;
  return isOpen ? (
    <MakeForm onClose={() => setOpen(false)} />
  ) : (
    <Button onClick={() => setOpen(true)}>
      <Workflow {...ICON} />
      {t("work.template_make")}
    </Button>
  );
}

function MakeForm({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const editor = useEditor();
  const groups = useGroups();
  const nameId = useId();
  const replaceId = useId();
  const [name, setName] = useState("");
  const [groupId, setGroupId] = useState("");
  const [replace, setReplace] = useState(true);
  const [fault, setFault] = useState("");
  const [said, setSaid] = useState<readonly string[] | null>(null);
  const [isBusy, setBusy] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault("");
    const stepIds = [...editor.state.selected].filter((id) => editor.draft.step.has(id));
    try {
      const made = await makeTemplate(editor, { name, stepIds, groupId: groupId || null, replace });
      const notes = made.notes.filter((each) => each.code !== "exit").map((each) => each.message);
      const exits = made.exits.map((each) =>
        t("work.template_exit", {
          from: each.step_name || t("editor.no_name"),
          to: each.leads_to_name || t("editor.no_name"),
        }),
      );
      const lines = [t("work.template_made", { count: made.inputs.length }), ...exits, ...notes];
      setSaid(lines);
      if (!made.instance_step_id) return;
      useMade.setState({ stepId: made.instance_step_id, lines });
      editor.select([made.instance_step_id]);
    } catch (error) {
      setFault(errorWords(t, error));
    }
    setBusy(false);
  };
  if (said)
    return (
      <div className={work.box} role="status">
        {said.map((line) => (
          <p key={line}>{line}</p>
        ))}
        <Button onClick={onClose}>{t("editor.close")}</Button>
      </div>
    );
  return (
    <form className={work.box} onSubmit={(event) => void save(event)}>
      <label className={styles.field} htmlFor={nameId}>
        <span className={styles.fieldTitle}>{t("work.template_name")}</span>
        <input
          id={nameId}
          className={styles.input}
          required
          maxLength={200}
          // biome-ignore lint/a11y/noAutofocus: the form was asked for
          autoFocus
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      {groups.length > 0 && (
        <ChoiceField
          label={t("work.template_where")}
          value={groupId}
          options={[{ value: "", label: t("work.template_here") }, ...groups]}
          onChange={setGroupId}
        />
      )}
      <label className={styles.check} htmlFor={replaceId}>
        <input
          id={replaceId}
          type="checkbox"
          checked={replace}
          onChange={(event) => setReplace(event.target.checked)}
        />
        {t("work.template_replace")}
      </label>
      {fault && (
        <p className={styles.wrong} role="alert">
          {fault}
        </p>
      )}
      <div className={styles.line}>
        <Button kind="main" type="submit" disabled={isBusy}>
          {t("work.template_make")}
        </Button>
        <Button onClick={onClose}>{t("editor.cancel")}</Button>
      </div>
    </form>
  );
}

/** Libraries that this person may put templates into. */
function useGroups(): { value: Id; label: string }[] {
  const { data } = useQuery({
    queryKey: ["template groups"],
    queryFn: async () => {
      try {
        return (await dataOf(api.GET("/api/v1/template_groups", { params: { query: { limit: 200 } } }))).items;
      } catch (error) {
        if (error instanceof ApiError && error.status < 500) return []; // Not for this account.
        throw error;
      }
    },
  });
  return (data ?? []).filter((each) => each.access !== "viewer").map((each) => ({ value: each.id, label: each.name }));
}

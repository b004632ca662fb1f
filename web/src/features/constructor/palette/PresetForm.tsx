// The form of a preset, and what it makes put into the bot: one command, one step back.
import { useState } from "react";
import { ApiError, dataOf, type Fault } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import { Button } from "../../../ui/Button";
import { useEditor } from "../editor/context";
import { addConnection, update } from "../graph/commands";
import { type Fragment, fragmentChanges } from "../graph/fragments";
import { type Json, newId } from "../graph/model";
import inspector from "../inspector/Inspector.module.css";
import { SchemaForm } from "../inspector/SchemaForm";
import { closePresetForm, usePresetChoice } from "./choice";
import { usePresets } from "./Palette";

export function PresetForm() {
  const { t, language } = useWords();
  const editor = useEditor();
  const { presetId, at } = usePresetChoice();
  const { data } = usePresets();
  const [inputs, setInputs] = useState<Record<string, Json>>({});
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [failure, setFailure] = useState("");
  const preset = data?.items.find((each) => each.id === presetId);
  if (!preset || !presetId) return null;
  const put = async () => {
    setFailure("");
    try {
      const call = api.POST("/api/v1/presets/{preset_id}/fragment", {
        params: { path: { preset_id: presetId } },
        body: { inputs, position: at },
      });
      const fragment = (await dataOf(call)) as unknown as Fragment;
      const { changes, firstId, ids } = fragmentChanges(fragment);
      const [after] = editor.state.selected;
      const leads = after && editor.draft.step.has(after) ? leadOn(after, firstId) : [];
      const isFirst = editor.draft.step.size === 0;
      editor.run([...changes, ...leads, ...(isFirst ? [update("bot", editor.botId, { first_step_id: firstId })] : [])]);
      editor.select(ids.slice(0, 1));
      closePresetForm();
    } catch (error) {
      setFaults(error instanceof ApiError ? error.faults : []);
      setFailure(error instanceof ApiError ? error.message : t("app.error_offline"));
    }
  };
  const leadOn = (stepId: string, firstId: string) => {
    const groups = editor.draft.groupsOf.get(stepId) ?? [];
    const open = groups
      .flatMap((id) => editor.draft.connectionsOf.get(id) ?? [])
      .find((id) => editor.draft.connection.get(id)?.next_step_id === null);
    if (open) return [update("connection", open, { next_step_id: firstId })];
    const leadsOn = groups.some((id) => (editor.draft.connectionsOf.get(id) ?? []).length > 0);
    return leadsOn ? [] : addConnection(editor.draft, stepId, groups.at(-1) ?? null, {}, firstId, newId());
  };
  return (
    <form
      key={presetId}
      className={inspector.inspector}
      onSubmit={(event) => {
        event.preventDefault();
        void put();
      }}
    >
      <h2 className={inspector.title}>{preset.name[language]}</h2>
      <p className={inspector.hint}>{preset.description[language]}</p>
      <SchemaForm schema={preset.inputs} value={inputs} faults={faults} onChange={setInputs} />
      {failure && !faults.length && <p className={inspector.wrong}>{failure}</p>}
      <div className={inspector.line}>
        <Button kind="main" type="submit">
          {t("editor.preset_add")}
        </Button>
        <Button onClick={closePresetForm}>{t("editor.cancel")}</Button>
      </div>
    </form>
  );
}

// The form of a preset, and what it makes put into the bot: one command, one step back.
import { useEffect, useRef, useState } from "react";
import { ApiError, dataOf, type Fault } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import { Button } from "../../../ui/Button";
import { leadOn, wayFromSelected } from "../canvas/creating";
import { useReveal } from "../canvas/useReveal";
import { useEditor } from "../editor/context";
import { update } from "../graph/commands";
import { type Fragment, fragmentChanges } from "../graph/fragments";
import type { Json } from "../graph/model";
import inspector from "../inspector/Inspector.module.css";
import { SchemaForm } from "../inspector/SchemaForm";
import { closePresetForm, usePresetChoice } from "./choice";
import { usePresets } from "./Palette";

export function PresetForm() {
  const { t, language } = useWords();
  const editor = useEditor();
  const reveal = useReveal();
  const { presetId, at } = usePresetChoice();
  const { data } = usePresets();
  const [inputs, setInputs] = useState<Record<string, Json>>({});
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [failure, setFailure] = useState("");
  const preset = data?.items.find((each) => each.id === presetId);
  const form = useRef<HTMLFormElement>(null);
  const isShown = preset !== undefined;
  useEffect(() => {
    if (isShown) form.current?.querySelector<HTMLElement>("textarea, input")?.focus();
  }, [isShown]);
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
      const leads = leadOn(editor, wayFromSelected(editor), firstId);
      const isFirst = editor.draft.step.size === 0;
      editor.run([...changes, ...leads, ...(isFirst ? [update("bot", editor.botId, { first_step_id: firstId })] : [])]);
      editor.select(ids.slice(0, 1));
      closePresetForm();
      reveal();
    } catch (error) {
      setFaults(error instanceof ApiError ? error.faults : []);
      setFailure(error instanceof ApiError ? error.message : t("app.error_offline"));
    }
  };
  return (
    <form
      key={presetId}
      ref={form}
      className={inspector.inspector}
      onSubmit={(event) => {
        event.preventDefault();
        void put();
      }}
    >
      <h2 className={inspector.title}>{preset.name[language]}</h2>
      <p className={inspector.hint}>{preset.description[language]}</p>
      <SchemaForm schema={preset.inputs} value={inputs} faults={faults} isFolded onChange={setInputs} />
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

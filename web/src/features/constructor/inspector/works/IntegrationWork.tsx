// The integration of a group: what it does, with which credential, its form, and a try of it.
import { Select } from "@mantine/core";
import { useMemo, useState } from "react";
import { dataOf } from "../../../../api/client";
import { useWords } from "../../../../i18n/useWords";
import { api } from "../../../../session/api";
import { useEditor, useEditorState } from "../../editor/context";
import { update } from "../../graph/commands";
import type { Fields, GroupFields, Id, Json } from "../../graph/model";
import { problemWords } from "../../problemWords";
import { Fold } from "../fields";
import styles from "../Inspector.module.css";
import { JsonField } from "../JsonField";
import { type Schema, SchemaForm } from "../SchemaForm";
import { WorkCredential } from "./Credentials";
import { type Action, useIntegration, useIntegrations, vendorOf } from "./integrations";
import { useKeeping } from "./keeping";
import { filledIn, valueAt } from "./samples";
import { Trial } from "./Trial";
import { ValueTree } from "./ValueTree";
import work from "./work.module.css";

export default function IntegrationWork({ groupId }: { groupId: Id }) {
  const { t } = useWords();
  const group = useEditorState((state) => state.draft.connection_group.get(groupId));
  const id = group?.integration_id ?? "";
  const { data, isError } = useIntegration(vendorOf(id));
  const action = data?.actions.find((each) => each.id === id);
  if (!group) return null;
  return (
    <div className={styles.stack}>
      <ActionPicker groupId={groupId} id={id} />
      {id && (isError || (data && !action)) && <p className={work.warning}>{t("work.integration_unknown", { id })}</p>}
      {action && <ActionFields key={id} groupId={groupId} group={group} action={action} />}
    </div>
  );
}

function ActionPicker({ groupId, id }: { groupId: Id; id: string }) {
  const { t, language } = useWords();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const { data } = useIntegrations();
  const options = useMemo(
    () =>
      (data?.items ?? []).map((vendor) => ({
        group: vendor.name[language],
        items: vendor.actions.map((action) => ({
          value: action.id,
          label: `${vendor.name[language]}: ${action.name[language]}`,
        })),
      })),
    [data, language],
  );
  const icons = new Map((data?.items ?? []).map((vendor) => [vendor.id, vendor.icon_url]));
  const icon = (of: string) => {
    const url = icons.get(vendorOf(of));
    return url ? <img src={url} alt="" className={work.picture} /> : null;
  };
  const choose = (next: string | null) => {
    if (!next || next === id) return;
    const isSameVendor = vendorOf(next) === vendorOf(id);
    editor.run([
      update("connection_group", groupId, {
        integration_id: next,
        integration_config: {},
        ...(!isSameVendor && { credential_id: null }),
      }),
    ]);
  };
  return (
    <Select
      aria-label={t("work.integration_choose")}
      placeholder={t("work.integration_choose")}
      data={options}
      value={id || null}
      onChange={choose}
      searchable
      size="sm"
      maxDropdownHeight={360}
      disabled={isReadOnly}
      leftSection={id ? icon(id) : null}
      nothingFoundMessage={t("work.integration_none")}
      renderOption={({ option }) => (
        <span className={work.option}>
          {icon(option.value)}
          {option.label}
        </span>
      )}
    />
  );
}

interface ActionFieldsProps {
  groupId: Id;
  group: GroupFields;
  action: Action;
}

function ActionFields({ groupId, group, action }: ActionFieldsProps) {
  const { t, language } = useWords();
  const editor = useEditor();
  const { kept, keep } = useKeeping(groupId);
  const [isRaw, setRaw] = useState(false);
  const faults = useFaults(group);
  const set = (fields: Partial<GroupFields>) =>
    editor.run([update("connection_group", groupId, fields)], `group.${Object.keys(fields)[0]} ${groupId}`);
  const setConfig = (config: Json) => set({ integration_config: (config ?? {}) as Fields });
  return (
    <>
      <p className={styles.hint}>{action.description[language]}</p>
      {action.credential_providers.length > 0 && (
        <WorkCredential
          fitting={action.credential_providers}
          value={group.credential_id}
          onChange={(id) => set({ credential_id: id })}
        />
      )}
      {isRaw ? (
        <JsonField label={t("editor.integration_config")} value={group.integration_config} onChange={setConfig} />
      ) : (
        <SchemaForm
          schema={action.inputs as Schema}
          value={group.integration_config}
          faults={faults}
          isFilledLater
          onChange={setConfig}
        />
      )}
      <div className={styles.line}>
        <button type="button" className={styles.textButton} aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
          {t(isRaw ? "work.as_form" : "work.as_json")}
        </button>
      </div>
      <Fold title={t("work.comes_back")}>
        {keep && <span className={styles.hint}>{t("work.keep_hint")}</span>}
        <ValueTree path="response" value={{ ok: true, result: action.result, error: null }} kept={kept} onKeep={keep} />
      </Fold>
      <Fold title={t("editor.try_code")}>
        <Trial
          groupId={groupId}
          about={group.integration_config}
          hint={t("work.integration_really")}
          buttons={[{ label: t("editor.run"), run: (samples) => tried(editor.botId, group, samples) }]}
        />
      </Fold>
    </>
  );
}

async function tried(botId: Id, group: GroupFields, samples: ReadonlyMap<string, string>) {
  const call = api.POST("/api/v1/bots/{bot_id}/integrations/{integration_id}/run", {
    params: { path: { bot_id: botId, integration_id: group.integration_id ?? "" } },
    body: { config: filledIn(group.integration_config, samples) as never, credential_id: group.credential_id },
  });
  return { response: await dataOf(call) };
}

/** What the check of the bot found wrong in this group's form. */
function useFaults(group: GroupFields) {
  const { t } = useWords();
  const problems = useEditorState((state) => state.problems);
  return useMemo(
    () =>
      problems
        .filter((each) => each.step_id === group.step_id && each.path.includes("integration_config."))
        .map((problem) => {
          const path = problem.path.split("integration_config.")[1] ?? "";
          const isEmpty = [undefined, ""].includes(valueAt(group.integration_config, path) as undefined | "");
          return isEmpty
            ? { path, message: t("work.field_empty"), hint: t("work.field_empty_hint") }
            : { path, ...problemWords(t, problem) };
        }),
    [problems, group, t],
  );
}

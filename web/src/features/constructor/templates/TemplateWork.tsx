// A step that runs a template: what goes in, what comes out, whether the template has moved on, the way inside.
import { Eye, RefreshCw } from "lucide-react";
import { useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { errorWords } from "../../../shell/errors";
import { Button } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../editor/context";
import { update } from "../graph/commands";
import type { Fields, Id, InstanceFields } from "../graph/model";
import { Section } from "../inspector/fields";
import styles from "../inspector/Inspector.module.css";
import { PathField } from "../inspector/PathField";
import { type Schema, SchemaForm } from "../inspector/SchemaForm";
import work from "../inspector/works/work.module.css";
import { openTemplate, type Template, updateTemplate, useMade, useTemplate, useUpdate } from "./templates";

export default function TemplateWork({ stepId }: { stepId: Id }) {
  const { t } = useWords();
  const instance = useEditorState((state) => state.draft.template_instance.get(stepId));
  const { data: template, isError } = useTemplate(instance?.template_id ?? "");
  if (!instance) return null;
  return (
    <Section
      title={template ? `${t("editor.kind_template")}: ${template.name}` : t("editor.kind_template")}
      action={
        template && (
          <Button onClick={() => openTemplate(template.id)}>
            <Eye {...ICON} />
            {t("work.template_open")}
          </Button>
        )
      }
    >
      <JustMade stepId={stepId} />
      {isError && <p className={work.warning}>{t("work.template_gone")}</p>}
      {template?.source?.moved_on && <MovedOn stepId={stepId} template={template} />}
      {template && <Mappings key={template.id} stepId={stepId} instance={instance} template={template} />}
    </Section>
  );
}

function JustMade({ stepId }: { stepId: Id }) {
  const made = useMade();
  if (made.stepId !== stepId) return null;
  return (
    <ul className={work.good} role="status">
      {made.lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function MovedOn({ stepId, template }: { stepId: Id; template: Template }) {
  const { t } = useWords();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const editor = useEditor();
  const { data } = useUpdate(stepId, true);
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const run = async (all: boolean) => {
    setBusy(true);
    setFault("");
    try {
      await updateTemplate(editor, stepId, all);
    } catch (error) {
      setFault(errorWords(t, error));
    }
    setBusy(false);
  };
  const others = data?.shared_with.length ?? 0;
  return (
    <div className={work.warning}>
      <p>{t("work.template_moved", { count: data?.changes.length ?? 0 })}</p>
      {template.source?.modified && <p>{t("work.template_modified")}</p>}
      {data?.problems.map((each) => (
        <p key={each.path}>
          {each.message}. {each.hint}
        </p>
      ))}
      {!isReadOnly && (
        <div className={styles.line}>
          <button type="button" className={styles.pill} disabled={isBusy} onClick={() => void run(false)}>
            <RefreshCw {...ICON} />
            {t("work.template_update")}
          </button>
          {others > 0 && (
            <button type="button" className={styles.pill} disabled={isBusy} onClick={() => void run(true)}>
              {t("work.template_update_all", { count: others + 1 })}
            </button>
          )}
        </div>
      )}
      {fault && (
        <p className={styles.wrong} role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

interface MappingsProps {
  stepId: Id;
  instance: InstanceFields;
  template: Template;
}

function Mappings({ stepId, instance, template }: MappingsProps) {
  const { t } = useWords();
  const editor = useEditor();
  const set = (fields: Partial<InstanceFields>) =>
    editor.run([update("template_instance", stepId, fields)], `instance.${Object.keys(fields)[0]} ${stepId}`);
  const inputs = named(template.inputs as Schema);
  const outputs = named(template.outputs as Schema).properties ?? {};
  const give = (name: string, target: string) => {
    const { [name]: _, ...others } = instance.outputs_mapping;
    set({ outputs_mapping: target ? { ...others, [name]: target } : others });
  };
  return (
    <>
      <h4 className={styles.smallTitle}>{t("work.template_inputs")}</h4>
      {Object.keys(inputs.properties ?? {}).length ? (
        <SchemaForm
          schema={inputs}
          value={instance.inputs_mapping}
          faults={[]}
          isFilledLater
          onChange={(inputs_mapping) => set({ inputs_mapping: inputs_mapping as Fields })}
        />
      ) : (
        <p className={styles.hint}>{t("work.template_no_inputs")}</p>
      )}
      <h4 className={styles.smallTitle}>{t("work.template_outputs")}</h4>
      {Object.entries(outputs).map(([name, schema]) => (
        <div key={name} className={work.pairs}>
          <span className={work.path} title={schema.description}>
            {schema.title ?? name}
          </span>
          <PathField
            label={t("work.template_output_target", { name })}
            sort="path"
            value={String(instance.outputs_mapping[name] ?? "")}
            placeholder={`session.${name}`}
            onChange={(target) => give(name, target)}
          />
        </div>
      ))}
      {Object.keys(outputs).length === 0 && <p className={styles.hint}>{t("work.template_no_outputs")}</p>}
    </>
  );
}

/** A field without a title is called by its name. */
function named(schema: Schema): Schema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, each]) => [name, { title: name, ...each }]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

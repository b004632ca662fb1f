// A form drawn from JSON Schema, as presets describe their inputs: texts, numbers, choices, lists, variables, steps.
import { Plus } from "lucide-react";
import { type ReactNode, useId } from "react";
import type { Fault } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import type { Json } from "../graph/model";
import { OPERATORS, type OperatorName } from "../graph/rules";
import { ChoiceField, RemoveButton, StepPicker } from "./fields";
import styles from "./Inspector.module.css";
import { JsonField } from "./JsonField";
import { PathField } from "./PathField";

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: Json;
  enum?: Json[];
  anyOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  "x-pick"?: string;
  "x-labels"?: Record<string, string>;
}

type Values = Record<string, Json>;

interface SchemaFormProps {
  schema: Schema;
  value: Values;
  faults: readonly Fault[];
  onChange: (value: Values) => void;
}

export function SchemaForm({ schema, value, faults, onChange }: SchemaFormProps) {
  return (
    <ObjectFields schema={schema} defs={schema.$defs ?? {}} path="" value={value} faults={faults} onChange={onChange} />
  );
}

interface FieldsProps extends SchemaFormProps {
  defs: Record<string, Schema>;
  path: string;
}

function ObjectFields({ schema, defs, path, value, faults, onChange }: FieldsProps) {
  return (
    <div className={styles.stack}>
      {Object.entries(schema.properties ?? {}).map(([name, given]) => (
        <Field
          key={name}
          schema={resolved(given, defs)}
          defs={defs}
          path={path ? `${path}.${name}` : name}
          value={value[name] ?? given.default}
          faults={faults}
          isRequired={schema.required?.includes(name) ?? false}
          onChange={(next) => onChange({ ...value, [name]: next })}
        />
      ))}
    </div>
  );
}

/** The schema itself, without a reference or a "may be null" around it. */
function resolved(schema: Schema, defs: Record<string, Schema>): Schema {
  const named = schema.$ref ? { ...defs[schema.$ref.replace("#/$defs/", "")], ...schema } : schema;
  const inner = named.anyOf?.find((each) => each.type !== "null");
  return inner ? { ...resolved(inner, defs), ...named } : named;
}

interface FieldProps {
  schema: Schema;
  defs: Record<string, Schema>;
  path: string;
  value: Json;
  faults: readonly Fault[];
  isRequired: boolean;
  onChange: (value: Json) => void;
}

function Field(props: FieldProps) {
  const { schema, path, faults, isRequired } = props;
  const id = useId();
  const title = schema.title ?? path;
  const own = faults.filter((fault) => fault.path === path || fault.path.endsWith(`.${path}`));
  return (
    <fieldset className={styles.field} aria-labelledby={id}>
      <span id={id} className={styles.fieldTitle}>
        {title}
        {isRequired && <span aria-hidden> *</span>}
      </span>
      <Control {...props} title={title} />
      {schema.description && <span className={styles.hint}>{schema.description}</span>}
      {own.map((fault) => (
        <span key={fault.message} className={styles.wrong} role="alert">
          {fault.message}. {fault.hint}
        </span>
      ))}
    </fieldset>
  );
}

const textOf = (value: Json) =>
  typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value);

function Control({ title, ...props }: FieldProps & { title: string }): ReactNode {
  const { t, language } = useWords();
  const { schema, value, onChange } = props;
  const pick = schema["x-pick"];
  if (pick === "step")
    return <StepPicker label={title} value={typeof value === "string" ? value : null} onChange={onChange} />;
  if (pick === "operator") {
    const options = (schema.enum ?? []).map((each) => ({
      value: String(each),
      label: OPERATORS[each as OperatorName]?.[language] ?? String(each),
    }));
    return <ChoiceField label={title} value={textOf(value)} options={options} onChange={onChange} />;
  }
  if (schema.enum) {
    const options = schema.enum.map((each) => ({
      value: String(each),
      label: schema["x-labels"]?.[String(each)] ?? String(each),
    }));
    const isFree = value === null || value === undefined;
    return (
      <ChoiceField
        label={title}
        value={textOf(value)}
        options={isFree ? [{ value: "", label: "" }, ...options] : options}
        onChange={onChange}
      />
    );
  }
  if (schema.type === "boolean")
    return (
      <input
        type="checkbox"
        aria-label={title}
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
    );
  if (schema.type === "array") return <ListField {...props} title={title} />;
  if (schema.type === "object" && schema.properties)
    return (
      <ObjectFields
        schema={schema}
        defs={props.defs}
        path={props.path}
        value={(value ?? {}) as Values}
        faults={props.faults}
        onChange={onChange}
      />
    );
  if (schema.type === "object") return <JsonField label={title} rows={4} value={value ?? {}} onChange={onChange} />;
  if (schema.type === "integer" || schema.type === "number")
    return (
      <input
        className={styles.input}
        type="number"
        aria-label={title}
        min={schema.minimum}
        max={schema.maximum}
        value={value === null || value === undefined ? "" : Number(value)}
        onChange={(event) => onChange(event.target.value === "" ? null : Number(event.target.value))}
      />
    );
  const isPath = pick === "variable";
  const rows = pick === "text" || pick === "code" ? 3 : undefined;
  return (
    <PathField
      label={title}
      sort={isPath ? "path" : "text"}
      {...(rows && { rows })}
      isCode={pick === "code"}
      value={textOf(value)}
      placeholder={isPath ? t("editor.path_hint") : ""}
      onChange={onChange}
    />
  );
}

function ListField({ schema, defs, path, value, faults, title, onChange }: FieldProps & { title: string }) {
  const { t } = useWords();
  const items = Array.isArray(value) ? (value as Json[]) : [];
  const inner = resolved(schema.items ?? { type: "string" }, defs);
  const fresh = () => (inner.type === "object" ? {} : (inner.default ?? ""));
  return (
    <div className={styles.stack}>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items have no names
        <div key={index} className={styles.nested}>
          <div className={styles.lineEnd}>
            <RemoveButton
              label={t("editor.remove_row", { what: `${title} ${index + 1}` })}
              onClick={() => onChange(items.toSpliced(index, 1))}
            />
          </div>
          <Control
            schema={inner}
            defs={defs}
            path={`${path}[${index}]`}
            value={item}
            faults={faults}
            isRequired={false}
            title={`${title} ${index + 1}`}
            onChange={(next) => onChange(items.with(index, next))}
          />
        </div>
      ))}
      <button type="button" className={styles.textButton} onClick={() => onChange([...items, fresh()])}>
        <Plus {...ICON} />
        {t("editor.add_row")}
      </button>
    </div>
  );
}

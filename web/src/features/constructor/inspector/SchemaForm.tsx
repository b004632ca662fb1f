// A form drawn from JSON Schema, as presets, integrations and templates describe their inputs: texts, numbers, choices,
// lists, objects, variables, steps.
import { Braces, Plus } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import type { Fault } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useEditorState } from "../editor/context";
import type { Json } from "../graph/model";
import { OPERATORS, type OperatorName } from "../graph/rules";
import { withScope } from "../graph/variables";
import { ChoiceField, Fold, RemoveButton, StepPicker } from "./fields";
import styles from "./Inspector.module.css";
import { JsonField } from "./JsonField";
import { KeyValues } from "./KeyValues";
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
  /** It is filled in when the bot runs: any value may be a variable, what is emptied is left out. */
  isFilledLater?: boolean;
  /** Only what must be filled in, or was, is shown at first. */
  isFolded?: boolean;
  onChange: (value: Values) => void;
}

export function SchemaForm(props: SchemaFormProps) {
  const { schema, isFilledLater = false, isFolded = isFilledLater } = props;
  const shared = { ...props, isFilledLater, defs: schema.$defs ?? {}, path: "" };
  return isFolded ? <FoldedFields {...shared} /> : <ObjectFields {...shared} />;
}

interface FieldsProps extends SchemaFormProps {
  defs: Record<string, Schema>;
  path: string;
  /** Fields to show; all of them without it. */
  only?: readonly string[];
}

/** What must be filled in, or was; the rest stays folded. */
function FoldedFields(props: FieldsProps) {
  const { t } = useWords();
  const { schema, value } = props;
  const names = Object.keys(schema.properties ?? {});
  // As it was when the form was opened: no field jumps while one fills it in.
  const [shown] = useState(() => {
    const first = names.filter((name) => schema.required?.includes(name) || name in value);
    return first.length ? first : names.slice(0, 3);
  });
  const rest = names.filter((name) => !shown.includes(name));
  const required = shown.filter((name) => names.includes(name));
  return (
    <>
      <ObjectFields {...props} only={required} />
      {rest.length > 0 && (
        <Fold title={t("editor.more_fields", { count: rest.length })}>
          <ObjectFields {...props} only={rest} />
        </Fold>
      )}
    </>
  );
}

function ObjectFields({
  schema,
  defs,
  path,
  value,
  faults,
  isFilledLater = false,
  isFolded = false,
  only,
  onChange,
}: FieldsProps) {
  const set = (name: string, next: Json) => {
    const { [name]: _, ...others } = value;
    onChange(next === undefined ? others : { ...value, [name]: next });
  };
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => !only || only.includes(name));
  return (
    <div className={styles.stack}>
      {fields.map(([name, given]) => {
        const inner = resolved(given, defs);
        const isText = isFilledLater && !inner.enum && inner.type !== "boolean";
        return (
          <Field
            key={name}
            schema={inner}
            defs={defs}
            path={path ? `${path}.${name}` : name}
            value={isText ? value[name] : (value[name] ?? given.default)}
            faults={faults}
            isFilledLater={isFilledLater}
            isFolded={isFolded}
            isRequired={schema.required?.includes(name) ?? false}
            onChange={(next) => set(name, isFilledLater && next === "" && !inner.enum ? undefined : next)}
          />
        );
      })}
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
  isFilledLater: boolean;
  isFolded: boolean;
  isRequired: boolean;
  onChange: (value: Json) => void;
}

const isPlaceholder = (value: Json) => typeof value === "string" && value.includes("{$");

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
      {props.isFilledLater ? <MaybeVariable {...props} title={title} /> : <Control {...props} title={title} />}
      {schema.description && <span className={styles.hint}>{schema.description}</span>}
      {own.map((fault) => (
        <span key={fault.message} className={styles.wrong} role="alert">
          {fault.message}. {fault.hint}
        </span>
      ))}
    </fieldset>
  );
}

/** A choice, a switch or a list has no place for a variable to be written in: it can become a field that has. */
function MaybeVariable({ title, ...props }: FieldProps & { title: string }) {
  const { t } = useWords();
  const { schema, value, onChange } = props;
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const isOpen = !schema.enum && ["string", "integer", "number", undefined].includes(schema.type as string | undefined);
  const isVariable = isPlaceholder(value);
  if (isOpen) return <Control {...props} title={title} />;
  return (
    <div className={styles.withSwitch}>
      {isVariable ? (
        <PathField label={title} value={String(value)} isCode onChange={(next) => onChange(next)} />
      ) : (
        <Control {...props} title={title} />
      )}
      {!isReadOnly && (
        <button
          type="button"
          className={styles.iconButton}
          aria-pressed={isVariable}
          aria-label={t("editor.use_variable", { what: title })}
          title={t("editor.use_variable", { what: title })}
          onClick={() => onChange(isVariable ? undefined : "{$session.$}")}
        >
          <Braces {...ICON} />
        </button>
      )}
    </div>
  );
}

const textOf = (value: Json) =>
  typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value);

function Control({ title, ...props }: FieldProps & { title: string }): ReactNode {
  const { t, language } = useWords();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
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
        disabled={isReadOnly}
        onChange={(event) => onChange(event.target.checked)}
      />
    );
  if (schema.type === "array") return <ListField {...props} title={title} />;
  if (schema.type === "object" && schema.properties) {
    const Fields = props.isFolded ? FoldedFields : ObjectFields;
    return <Fields {...props} value={(value ?? {}) as Values} onChange={onChange} />;
  }
  if (schema.type === "object" && props.isFilledLater && isFlat(value))
    return <KeyValues label={title} value={(value ?? {}) as Values} onChange={onChange} />;
  if (schema.type === "object") return <JsonField label={title} rows={4} value={value ?? {}} onChange={onChange} />;
  const isNumber = schema.type === "integer" || schema.type === "number";
  if (isNumber && !props.isFilledLater)
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
      placeholder={isPath ? t("editor.name_hint") : props.isFilledLater ? textOf(schema.default) : ""}
      onChange={(next) => onChange(isNumber ? readNumber(next) : next)}
      {...(isPath && Boolean(value) && { onLeave: () => onChange(withScope(textOf(value))) })}
    />
  );
}

const isFlat = (value: Json) =>
  value === undefined || value === null || Object.values(value).every((each) => typeof each !== "object");

/** A number as a number; a variable, or what is no number yet, as it was typed. */
function readNumber(text: string): Json {
  return /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/.test(text.trim()) ? Number(text) : text;
}

function ListField({
  schema,
  defs,
  path,
  value,
  faults,
  isFilledLater,
  isFolded,
  title,
  onChange,
}: FieldProps & { title: string }) {
  const { t } = useWords();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const items = Array.isArray(value) ? (value as Json[]) : [];
  const inner = resolved(schema.items ?? { type: "string" }, defs);
  const fresh = () => (inner.type === "object" ? {} : inner.type === "array" ? [] : (inner.default ?? ""));
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
            isFilledLater={isFilledLater}
            isFolded={isFolded}
            isRequired={false}
            title={`${title} ${index + 1}`}
            onChange={(next) => onChange(items.with(index, next))}
          />
        </div>
      ))}
      {!isReadOnly && (
        <button type="button" className={styles.textButton} onClick={() => onChange([...items, fresh()])}>
          <Plus {...ICON} />
          {t("editor.add_row")}
        </button>
      )}
    </div>
  );
}

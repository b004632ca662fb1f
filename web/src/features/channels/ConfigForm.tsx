// The form of a transport, drawn from its JSON Schema; whatever the server describes appears here by itself.
import { NumberInput, Select, Switch, Textarea, TextInput } from "@mantine/core";
import type { Fault } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import more from "../credentials/credentials.module.css";
import styles from "./channels.module.css";
import { type Config, type ConfigSchema, type FieldSchema, isRare, type Value } from "./config";

interface ConfigFormProps {
  schema: ConfigSchema;
  value: Config;
  faults: readonly Fault[];
  onChange: (value: Config) => void;
}

export function ConfigForm({ schema, value, faults, onChange }: ConfigFormProps) {
  const { t } = useWords();
  const required = schema.required ?? [];
  const fields = Object.entries(schema.properties ?? {});
  const faultOf = (name: string) => {
    const found = faults.find((fault) => fault.path === `config.${name}`);
    return found && [found.message, found.hint].filter(Boolean).join(". ");
  };
  const draw = ([name, field]: [string, FieldSchema]) => (
    <Field
      key={name}
      name={name}
      schema={field}
      value={value[name] ?? null}
      isRequired={required.includes(name)}
      error={faultOf(name)}
      onChange={(next) => onChange({ ...value, [name]: next })}
    />
  );
  const rare = fields.filter(([name, field]) => isRare(name, field, required));
  return (
    <>
      {fields.filter((each) => !rare.includes(each)).map(draw)}
      {rare.length > 0 && (
        <details className={more.more} open={rare.some(([name]) => faultOf(name))}>
          <summary>{t("channels.more")}</summary>
          <div className={styles.form}>{rare.map(draw)}</div>
        </details>
      )}
    </>
  );
}

interface FieldProps {
  name: string;
  schema: FieldSchema;
  value: Value;
  isRequired: boolean;
  error: string | undefined;
  onChange: (value: Value) => void;
}

function Field({ name, schema, value, isRequired, error, onChange }: FieldProps) {
  const common = { label: schema.title ?? name, description: schema.description, error };
  if (schema.enum)
    return (
      <Select
        {...common}
        data={schema.enum.map((each) => ({ value: each, label: schema["x-labels"]?.[each] ?? each }))}
        value={String(value)}
        onChange={(next) => next && onChange(next)}
        allowDeselect={false}
      />
    );
  if (schema.type === "boolean")
    return <Switch {...common} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
  if (schema.type === "array")
    return (
      <Textarea
        {...common}
        autosize
        minRows={1}
        spellCheck={false}
        value={Array.isArray(value) ? value.join("\n") : ""}
        onChange={(event) => onChange(linesOf(event.currentTarget.value))}
      />
    );
  if (schema.type === "number" || schema.type === "integer")
    return (
      <NumberInput
        {...common}
        value={Number(value)}
        {...(schema.minimum !== undefined && { min: schema.minimum })}
        {...(schema.maximum !== undefined && { max: schema.maximum })}
        onChange={(next) => typeof next === "number" && onChange(next)}
      />
    );
  return (
    <TextInput
      {...common}
      value={String(value ?? "")}
      required={isRequired}
      maxLength={schema.maxLength ?? 2_000}
      spellCheck={false}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** One entry a line; the last one may still be empty while it is typed. */
const linesOf = (text: string) => (text === "" ? [] : text.split("\n").map((line) => line.trim()));

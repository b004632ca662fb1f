// The config of a transport: a flat object whose form is a JSON Schema.
import type { Transport } from "./queries";

export type Value = string | number | boolean | null | string[];
export type Config = Record<string, Value>;

export interface FieldSchema {
  type?: string;
  title?: string;
  description?: string;
  default?: Value;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  "x-labels"?: Record<string, string>;
}

export interface ConfigSchema {
  properties?: Record<string, FieldSchema>;
  required?: string[];
}

const empty = (field: FieldSchema): Value => (field.type === "boolean" ? false : field.type === "array" ? [] : "");

/** What is bound now, else what each field is by itself. */
export function startOf(transport: Pick<Transport, "config">, bound?: Record<string, unknown>): Config {
  const { properties = {} } = transport.config as ConfigSchema;
  const entries = Object.entries(properties).map(([name, field]) => {
    const value = bound?.[name] ?? field.default ?? empty(field);
    return [name, value as Value] as const;
  });
  return Object.fromEntries(entries);
}

/** Where the secret will go, as hosts of a credential are written: addresses and servers in the config. */
export function placesOf(config: Config): string[] {
  const texts = Object.values(config).filter((value): value is string => typeof value === "string");
  const found = texts.flatMap((text) => {
    const [, scheme, host] = /^(https?):\/\/([^/?#@\s]+)/i.exec(text) ?? [];
    if (scheme && host) return [scheme.toLowerCase() === "http" ? `http://${host}` : host];
    if (!/^[a-z0-9.-]+:\d{1,5}$/i.test(text)) return [];
    return [config.security === "plain" ? `http://${text}` : text];
  });
  return [...new Set(found)];
}

/** What most people leave as it is. */
export function isRare(name: string, field: FieldSchema, required: readonly string[]): boolean {
  return !required.includes(name) && !field.enum && field.type !== "boolean";
}

/** As it is sent: without lines that were left empty. */
export function tidy(config: Config): Config {
  const entries = Object.entries(config).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.filter(Boolean) : value,
  ]);
  return Object.fromEntries(entries);
}

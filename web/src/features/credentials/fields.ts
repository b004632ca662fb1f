// What the fields of a secret are called and how they are typed.
import type { Key } from "../../i18n/types";

export type SecretField =
  | "api_key"
  | "token"
  | "username"
  | "password"
  | "client_id"
  | "client_secret"
  | "refresh_token"
  | "redirect_uri";

export const OPTIONAL: readonly SecretField[] = ["refresh_token", "redirect_uri"];
const OPEN: readonly SecretField[] = ["username", "client_id", "redirect_uri"];

/** Whether it is typed as dots. */
export const isHidden = (field: SecretField) => !OPEN.includes(field);

/** Whether it is a whole file. */
export const isLong = (provider: string) => provider === "google_service_account";

/** Services call the same field differently; a person looks for their word. */
const OWN: Readonly<Record<string, Partial<Record<SecretField, Key>>>> = {
  telegram: { api_key: "credentials.field_bot_token" },
  discord: { api_key: "credentials.field_bot_token" },
  discord_webhook: { api_key: "credentials.field_webhook_url" },
  bitrix24: { api_key: "credentials.field_webhook_url" },
  google_service_account: { api_key: "credentials.field_service_key" },
  yookassa: { username: "credentials.field_shop_id" },
};

type FieldKey = `credentials.field_${SecretField | "shop_id" | "bot_token" | "webhook_url" | "service_key"}`;

export const fieldLabel = (provider: string, field: SecretField) =>
  (OWN[provider]?.[field] ?? `credentials.field_${field}`) as FieldKey;

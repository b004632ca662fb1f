// What a field is called, for a sentence.
import type { Translate } from "../../../i18n/types";

/** By the first names on the way to a value, the longest first; what is not here is just "a field". */
const KEYS = {
  "message.text": "together.field_text",
  "step.message.text": "together.field_text",
  "step.message.params.buttons": "together.field_buttons",
  "step.message.attachments": "together.field_files",
  "step.message.widget_id": "together.field_widget",
  "step.message": "together.field_message",
  "step.name": "together.field_name",
  "step.timeout": "together.field_timeout",
  "step.timeout_after": "together.field_timeout",
  "step.timeout_step_id": "together.field_timeout",
  "note.text": "together.field_note",
  "connection.rules": "together.field_rules",
  "connection.next_step_id": "together.field_target",
  "connection_group.code": "together.field_code",
  "group.code": "together.field_code",
  "connection_group.variables": "together.field_savings",
  "group.variables": "together.field_savings",
  "bot.name": "together.field_name",
  "bot.first_step_id": "together.field_first",
} as const;

type FieldKey = (typeof KEYS)[keyof typeof KEYS];

/** Words for "step.message.text" and the like; null for what has none of its own. */
export function fieldWords(t: Translate, path: string): string | null {
  const names = path.split(".");
  for (let length = names.length; length > 1; length -= 1) {
    const key: FieldKey | undefined = KEYS[names.slice(0, length).join(".") as keyof typeof KEYS];
    if (key) return t(key);
  }
  return path.startsWith("request.") ? t("together.field_request") : null;
}

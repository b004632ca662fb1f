// What the other side of a conversation is called.
import type { Translate } from "../../i18n/types";

const TAIL = 4;

/** The name that is known, else "Visitor" with the end of the id, so that two are told apart. */
export function personName(t: Translate, { person, user_id: id }: { person?: string | null; user_id: string }): string {
  return person || t("inbox.visitor", { tail: id.slice(-TAIL).toUpperCase() });
}

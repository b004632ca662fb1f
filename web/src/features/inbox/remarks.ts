// What went otherwise than drawn in a turn, as a sentence: the trace names it by a code.
import { told } from "../../i18n/told";
import type { Translate } from "../../i18n/types";

type Fields = Record<string, unknown>;

/** `stepName`: what the step with an id is called. */
export function remarkWords(t: Translate, remark: Fields, stepName: (id: string) => string): string {
  const text = (name: string) => String(remark[name] ?? "");
  const step = text("step") ? stepName(text("step")) : t("inbox.no_step");
  const words: Record<string, () => string> = {
    undefined: () => t("inbox.saw_undefined", { path: text("path") }),
    not_saved: () => t("inbox.saw_not_saved", { target: text("target"), why: told(text("why")) }),
    value_refused: () => t("inbox.saw_value_refused", { name: text("name"), why: told(text("why")) }),
    reply_dropped: () => t("inbox.saw_reply_dropped", { step }),
    empty_message: () => t("inbox.saw_empty_message", { step }),
    step_gone: () => t("inbox.saw_step_gone"),
    no_first_step: () => t("inbox.saw_no_first_step"),
    timeout_ignored: () => t("inbox.saw_timeout_ignored"),
    timeout_step_missing: () => t("inbox.saw_timeout_step_missing", { step }),
    text_cut: () => t("inbox.saw_text_cut", { count: Number(remark.limit) }),
    trace_full: () => t("inbox.saw_trace_full", { count: Number(remark.dropped) }),
  };
  const say = words[text("at")];
  return say ? say() : told(text("why") || text("at"));
}

// A problem in the words of the canvas. The server speaks to whoever writes documents too; here nobody has to know one.
import { told } from "../../i18n/told";
import type { Translate } from "../../i18n/types";
import type { Problem } from "./editor/editor";

export const TOLD_HERE = [
  "no_steps",
  "no_first_step",
  "dead_end",
  "missing_else",
  "unreachable_step",
  "never_tried",
  "proxy_loop",
  "timeout_without_step",
  "timeout_without_time",
  "no_step",
  "dangling_step",
  "no_value",
  "empty_rules",
  "no_request",
  "no_url",
  "no_integration",
] as const;

/** What is wrong and how to mend it; the server's words where the canvas has none of its own. */
export function problemWords(t: Translate, problem: Problem): { message: string; hint: string } {
  const code = TOLD_HERE.find((each) => each === problem.code);
  return code
    ? { message: t(`problems.${code}`), hint: t(`problems.${code}_hint`) }
    : {
        message: told(problem.message),
        // The server's hint is for who writes code to its API.
        hint: problem.code === "bad_code" ? t("editor.bad_code_hint") : told(problem.hint),
      };
}

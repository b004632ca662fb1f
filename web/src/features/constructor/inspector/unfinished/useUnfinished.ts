// A rule as its editor shows it: a pattern that is not finished stands over the stored one, everything else goes on.
import { useEditor } from "../../editor/context";
import { type PatternFault, patternFault } from "../../graph/patterns";
import { OPERATORS, operatorNamed, type Rule } from "../../graph/rules";
import { hold, useHeld } from "./held";

interface Unfinished {
  rule: Rule;
  /** What is wrong with the pattern; null where all of the rule is stored. */
  fault: PatternFault | null;
  onChange: (rule: Rule) => void;
  /** Back to what is stored. */
  letGo: () => void;
}

export function useUnfinished(key: string, stored: Rule, store: (rule: Rule) => void): Unfinished {
  const { botId } = useEditor();
  const held = useHeld(botId, key, stored.field);
  const rule = held ? { ...stored, operator: held.operator, value: held.value } : stored;
  const onChange = (next: Rule) => {
    if (!faultOf(next)) {
      hold(botId, key, null);
      return store(next);
    }
    const { operator, value, field } = next;
    hold(botId, key, { operator, value, field, at: Date.now() });
    // What else was changed is no less right for it.
    const rest = { ...next, operator: stored.operator, value: stored.value };
    if (JSON.stringify(rest) !== JSON.stringify({ ...stored, operator: stored.operator, value: stored.value }))
      store(rest);
  };
  return { rule, fault: held ? faultOf(rule) : null, onChange, letGo: () => hold(botId, key, null) };
}

function faultOf(rule: Rule): PatternFault | null {
  const name = operatorNamed(rule.operator);
  if (!name || OPERATORS[name].arity !== "pattern") return null;
  return typeof rule.value === "string" ? patternFault(rule.value) : "empty";
}

// The rules of a connection as sentences that one can edit: what, how, with what; all or any of them; groups within.
import { Plus } from "lucide-react";
import { useId } from "react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../editor/context";
import type { Id, Json } from "../graph/model";
import {
  asGroup,
  asRules,
  fieldInWords,
  isRuleGroup,
  OPERATORS,
  type OperatorName,
  operatorNamed,
  type Rule,
  type RuleGroup,
} from "../graph/rules";
import { ChoiceField, RemoveButton } from "./fields";
import styles from "./Inspector.module.css";
import { PathField } from "./PathField";
import { closeUp, keyOf } from "./unfinished/held";
import { useUnfinished } from "./unfinished/useUnfinished";

const NEW_RULE: Rule = { field: "message.text", operator: "equal", value: "" };
const TYPES = ["", "string", "number", "integer", "boolean", "date", "datetime", "time"] as const;
const MOST_DEPTH = 4;

interface RuleEditorProps {
  connectionId: Id;
  rules: Json;
  onChange: (rules: Record<string, Json>) => void;
}

export function RuleEditor({ connectionId, rules, onChange }: RuleEditorProps) {
  return (
    <GroupEditor
      connectionId={connectionId}
      place=""
      group={asGroup(rules)}
      depth={0}
      onChange={(group) => onChange(asRules(group))}
    />
  );
}

interface GroupProps {
  connectionId: Id;
  /** Of the group among the rules, "" or "1." or "1.0.". */
  place: string;
  group: RuleGroup;
  depth: number;
  onChange: (group: RuleGroup) => void;
}

function GroupEditor({ connectionId, place: within, group, depth, onChange }: GroupProps) {
  const { t } = useWords();
  const { botId } = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const notId = useId();
  const replace = (index: number, rule: Rule | RuleGroup | null) => {
    if (!rule) closeUp(botId, connectionId, within + index);
    onChange({
      ...group,
      rules: group.rules.flatMap((each, place) => (place !== index ? [each] : rule ? [rule] : [])),
    });
  };
  const add = (rule: Rule | RuleGroup) => onChange({ ...group, rules: [...group.rules, rule] });
  return (
    <div className={styles.rules} data-depth={depth || undefined}>
      {(group.rules.length > 1 || group.not) && (
        <div className={styles.line}>
          <ChoiceField
            label={t("editor.rule_how_many")}
            value={String(group.condition).toUpperCase() === "OR" ? "OR" : "AND"}
            options={[
              { value: "AND", label: t("editor.rule_all") },
              { value: "OR", label: t("editor.rule_any") },
            ]}
            onChange={(condition) => onChange({ ...group, condition })}
          />
          <label className={styles.check} htmlFor={notId}>
            <input
              id={notId}
              type="checkbox"
              checked={group.not === true}
              disabled={isReadOnly}
              onChange={(event) => onChange({ ...group, not: event.target.checked })}
            />
            {t("editor.rule_not")}
          </label>
        </div>
      )}
      {group.rules.map((rule, index) =>
        isRuleGroup(rule) ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no names
          <div key={index} className={styles.nested}>
            <GroupEditor
              connectionId={connectionId}
              place={`${within}${index}.`}
              group={rule}
              depth={depth + 1}
              onChange={(next) => replace(index, next.rules.length ? next : null)}
            />
          </div>
        ) : (
          <OneRule
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have no names
            key={index}
            heldAt={keyOf(connectionId, within + index)}
            rule={rule}
            onChange={(next) => replace(index, next)}
            onRemove={() => replace(index, null)}
          />
        ),
      )}
      {!isReadOnly && (
        <div className={styles.line}>
          <button type="button" className={styles.textButton} onClick={() => add(NEW_RULE)}>
            <Plus {...ICON} />
            {t(group.rules.length ? "editor.rule_add_more" : "editor.rule_add")}
          </button>
          {group.rules.length > 0 && depth < MOST_DEPTH && (
            <button
              type="button"
              className={styles.textButton}
              onClick={() => add({ condition: "OR", rules: [NEW_RULE, NEW_RULE] })}
            >
              {t("editor.rule_add_group")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** A value as somebody types it: a number where it looks like one and the old value was none of text. */
function readValue(text: string, before: Json): Json {
  if (text === "true" || text === "false") return text === "true";
  const isNumber = text !== "" && String(Number(text)) === text && Number.isFinite(Number(text));
  return isNumber && (typeof before !== "string" || before === "" || /^-?\d/.test(before)) ? Number(text) : text;
}

const showValue = (value: Json) =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);

interface OneRuleProps {
  /** Where a pattern that is not finished is held. */
  heldAt: string;
  rule: Rule;
  onChange: (rule: Rule) => void;
  onRemove: () => void;
}

function OneRule({ heldAt, rule: stored, onChange: store, onRemove }: OneRuleProps) {
  const { t, language } = useWords();
  const { rule, fault, onChange, letGo } = useUnfinished(heldAt, stored, store);
  const name = operatorNamed(rule.operator);
  const arity = name ? OPERATORS[name].arity : "one";
  const operators = Object.entries(OPERATORS).map(([value, words]) => ({ value, label: words[language] }));
  const setOperator = (next: string) =>
    onChange({ ...rule, operator: next, value: fittingValue(rule.value, next as OperatorName) });
  return (
    <div className={styles.rule}>
      <div className={styles.line}>
        <PathField
          label={t("editor.rule_field")}
          sort="path"
          value={rule.field ?? ""}
          placeholder="session.age"
          onChange={(field) => onChange({ ...rule, field })}
        />
        <RemoveButton label={t("editor.rule_remove")} onClick={onRemove} />
      </div>
      {fieldInWords(rule.field, language) !== rule.field && (
        <span className={styles.hint}>{t("editor.rule_is_answer")}</span>
      )}
      <div className={styles.line}>
        <ChoiceField
          label={t("editor.rule_operator")}
          value={name ?? "equal"}
          options={operators}
          onChange={setOperator}
        />
        {arity !== "none" && arity !== "two" && (
          <PathField
            label={t("editor.rule_value")}
            value={
              arity === "list" && Array.isArray(rule.value)
                ? rule.value.map(showValue).join(", ")
                : showValue(rule.value)
            }
            placeholder={arity === "list" ? t("editor.rule_list_hint") : ""}
            onChange={(text) =>
              onChange({
                ...rule,
                value: arity === "list" ? readList(text) : arity === "pattern" ? text : readValue(text, rule.value),
              })
            }
          />
        )}
        {arity === "two" && <TwoValues rule={rule} onChange={onChange} />}
      </div>
      {fault && (
        <div role="status">
          <span className={styles.wrong}>{t(`editor.pattern_${fault}`)}</span>{" "}
          <span className={styles.hint}>{t("editor.pattern_held")}</span>
          <button type="button" className={styles.textButton} onClick={letGo}>
            {t("editor.pattern_let_go")}
          </button>
        </div>
      )}
      <RuleDetails rule={rule} onChange={onChange} hasValue={arity !== "none"} />
    </div>
  );
}

const readList = (text: string): Json[] => text.split(",").map((each) => readValue(each.trimStart(), ""));

function fittingValue(value: Json, operator: OperatorName): Json {
  const { arity } = OPERATORS[operator];
  if (arity === "none") return null;
  if (arity === "list")
    return Array.isArray(value) ? value : value === "" || value === null || value === undefined ? [] : [value];
  if (arity === "two") return Array.isArray(value) && value.length === 2 ? value : [0, 10];
  const one = Array.isArray(value) ? (value[0] ?? "") : (value ?? "");
  return arity === "pattern" ? showValue(one) : one;
}

function TwoValues({ rule, onChange }: { rule: Rule; onChange: (rule: Rule) => void }) {
  const { t } = useWords();
  const [low, high] = Array.isArray(rule.value) ? rule.value : [0, 0];
  return (
    <>
      <PathField
        label={t("editor.rule_low")}
        value={showValue(low)}
        onChange={(text) => onChange({ ...rule, value: [readValue(text, low), high] })}
      />
      <PathField
        label={t("editor.rule_high")}
        value={showValue(high)}
        onChange={(text) => onChange({ ...rule, value: [low, readValue(text, high)] })}
      />
    </>
  );
}

function RuleDetails({ rule, onChange, hasValue }: { rule: Rule; onChange: (rule: Rule) => void; hasValue: boolean }) {
  const { t } = useWords();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const caseId = useId();
  if (!hasValue) return null;
  const setType = (type: string) => {
    const { type: _, ...rest } = rule;
    onChange(type ? { ...rest, type } : rest);
  };
  return (
    <div className={styles.line}>
      <ChoiceField
        label={t("editor.rule_type")}
        value={rule.type ?? ""}
        options={TYPES.map((value) => ({ value, label: t(`editor.type_${value || "any"}` as "editor.type_any") }))}
        onChange={setType}
      />
      <label className={styles.check} htmlFor={caseId}>
        <input
          id={caseId}
          type="checkbox"
          checked={rule.ignore_case === true}
          disabled={isReadOnly}
          onChange={(event) => onChange({ ...rule, ignore_case: event.target.checked })}
        />
        {t("editor.rule_ignore_case")}
      </label>
    </div>
  );
}

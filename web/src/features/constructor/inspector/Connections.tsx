// Where a group leads: one row a connection, tried from the top; its rule opens below it.
import { Plus } from "lucide-react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../editor/context";
import { elseInWords } from "../graph/cards";
import { addConnection, moved, removeConnection, renumbered, update } from "../graph/commands";
import { connectionsOf, type Id, newId } from "../graph/model";
import { capital, isOtherwise, ruleInWords } from "../graph/rules";
import { RemoveButton, StepPicker } from "./fields";
import { GoThere } from "./GoThere";
import { Grip } from "./Grip";
import styles from "./Inspector.module.css";
import { RuleEditor } from "./RuleEditor";
import { useSortable } from "./useSortable";

const FIRST_RULE = { condition: "AND", rules: [{ field: "message.text", operator: "equal", value: "" }] };

export function Connections({ stepId, groupId }: { stepId: Id | null; groupId: Id | null }) {
  const { t, language } = useWords();
  const editor = useEditor();
  const draft = useEditorState((state) => state.draft);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const order = groupId ? connectionsOf(draft, groupId) : [];
  const { row, grip } = useSortable(order.length, (from, to) =>
    editor.run(renumbered(editor.draft, "connection", moved(order, from, to))),
  );
  const hasOtherwise = order.some((id) => isOtherwise(draft.connection.get(id)?.rules));
  const add = (rules: Record<string, unknown>) => {
    const id = newId();
    editor.run(addConnection(editor.draft, stepId, groupId, rules, null, id));
    editor.select(editor.state.selected, id);
  };
  return (
    <div>
      <ol className={styles.connections}>
        {order.map((id, index) => (
          <li key={id} className={styles.connection} {...row(index)}>
            <ConnectionRow
              stepId={stepId}
              id={id}
              grip={order.length > 1 && !isReadOnly ? <Grip place={index + 1} {...grip(index)} /> : null}
            />
          </li>
        ))}
      </ol>
      {!isReadOnly && (
        <div className={styles.line}>
          <button type="button" className={styles.textButton} onClick={() => add(FIRST_RULE)}>
            <Plus {...ICON} />
            {t("editor.add_rule")}
          </button>
          {!hasOtherwise && (
            <button type="button" className={styles.textButton} onClick={() => add({})}>
              <Plus {...ICON} />
              {capital(elseInWords(draft, stepId, language))}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function ConnectionRow({ stepId, id, grip }: { stepId: Id | null; id: Id; grip: React.ReactNode }) {
  const { t, language } = useWords();
  const editor = useEditor();
  const draft = useEditorState((state) => state.draft);
  const connection = useEditorState((state) => state.draft.connection.get(id));
  const isOpen = useEditorState((state) => state.connectionId === id);
  if (!connection) return null;
  const words = isOtherwise(connection.rules)
    ? elseInWords(draft, stepId, language)
    : ruleInWords(connection.rules, language);
  const toggle = () => editor.select(editor.state.selected, isOpen ? null : id);
  return (
    <>
      <div className={styles.connectionHead}>
        {grip}
        <button type="button" className={styles.sentence} aria-expanded={isOpen} onClick={toggle} dir="auto">
          {words}
        </button>
        <RemoveButton label={t("editor.remove_connection")} onClick={() => editor.run(removeConnection(id))} />
      </div>
      {isOpen && (
        <RuleEditor
          connectionId={id}
          rules={connection.rules}
          onChange={(rules) => editor.run([update("connection", id, { rules })], `connection.rules ${id}`)}
        />
      )}
      <div className={styles.line}>
        <GoThere id={connection.next_step_id} />
        <StepPicker
          label={t("editor.where_to_go", { rule: words })}
          value={connection.next_step_id}
          onChange={(next) => editor.run([update("connection", id, { next_step_id: next })])}
        />
      </div>
    </>
  );
}

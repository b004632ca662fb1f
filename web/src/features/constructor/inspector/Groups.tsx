// What a step does and where it leads: its groups in the order they are tried, each with its work.
import { Braces, Plug, Plus, Send } from "lucide-react";
import { lazy, Suspense } from "react";
import { page, patiently } from "../../../app/page";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../editor/context";
import { addGroup, moved, removeGroup, renumbered } from "../graph/commands";
import { groupsOf, type Id, newId, type SearchType } from "../graph/model";
import { Connections } from "./Connections";
import { RemoveButton, Section } from "./fields";
import { Grip } from "./Grip";
import styles from "./Inspector.module.css";
import { Savings } from "./Savings";
import { useSortable } from "./useSortable";

const CodeWork = lazy(() => patiently(() => import("./CodeWork")));
const RequestWork = page("work", () => import("./works/RequestWork"));
const IntegrationWork = page("work", () => import("./works/IntegrationWork"));
const SOURCES: Record<SearchType, string> = {
  message: "message.text",
  response: "response.result",
  code: "result",
  integration: "response.result",
};

export function Groups({ stepId }: { stepId: Id | null }) {
  const { t } = useWords();
  const editor = useEditor();
  const order = useEditorState((state) => groupsOf(state.draft, stepId));
  const groups = useEditorState((state) => state.draft.connection_group);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const { row, grip } = useSortable(order.length, (from, to) =>
    editor.run(renumbered(editor.draft, "connection_group", moved(order, from, to))),
  );
  const isAtOnce = useEditorState((state) => stepId !== null && (state.draft.step.get(stepId)?.is_proxy ?? false));
  // A step that does not wait hears no answer.
  const answers = t(stepId === null ? "editor.where_next" : isAtOnce ? "editor.group_at_once" : "editor.group_message");
  const titleOf = (id: Id) => {
    const type = groups.get(id)?.search_type ?? "message";
    return type === "message" && stepId !== null ? answers : t(`editor.group_${type}`);
  };
  return (
    <>
      {order.map((id, index) => (
        <div key={id} className={styles.group} {...row(index)}>
          <Section
            title={titleOf(id)}
            action={
              <span className={styles.line}>
                {order.length > 1 && !isReadOnly && <Grip place={index + 1} {...grip(index)} />}
                {(order.length > 1 || groups.get(id)?.search_type !== "message") && (
                  <RemoveButton
                    label={t("editor.remove_group")}
                    onClick={() => editor.run(removeGroup(editor.draft, id))}
                  />
                )}
              </span>
            }
          >
            <Work groupId={id} />
            <h4 className={styles.smallTitle}>{t("editor.keep")}</h4>
            <Savings groupId={id} source={SOURCES[groups.get(id)?.search_type ?? "message"]} />
            <h4 className={styles.smallTitle}>{t("editor.where_next")}</h4>
            <Connections stepId={stepId} groupId={id} />
          </Section>
        </div>
      ))}
      {order.length === 0 && (
        <Section title={answers}>
          <Connections stepId={stepId} groupId={null} />
        </Section>
      )}
      {!isReadOnly && <FirstDo stepId={stepId} />}
    </>
  );
}

function Work({ groupId }: { groupId: Id }) {
  const type = useEditorState((state) => state.draft.connection_group.get(groupId)?.search_type);
  if (type === undefined || type === "message") return null;
  return (
    <Suspense fallback={<div className={styles.codeGhost} />}>
      {type === "response" && <RequestWork groupId={groupId} />}
      {type === "integration" && <IntegrationWork groupId={groupId} />}
      {type === "code" && <CodeWork groupId={groupId} />}
    </Suspense>
  );
}

const CODE = "async def main(message, variables):\n    return {}\n";

function FirstDo({ stepId }: { stepId: Id | null }) {
  const { t } = useWords();
  const editor = useEditor();
  const addRequest = () => {
    const requestId = newId();
    const request = {
      op: "add",
      kind: "request",
      id: requestId,
      fields: { name: t("editor.new_request") },
    } as const;
    editor.run([request, ...addGroup(editor.draft, stepId, { search_type: "response", request_id: requestId })]);
  };
  const add = (fields: Parameters<typeof addGroup>[2]) => editor.run(addGroup(editor.draft, stepId, fields));
  return (
    <Section title={t("editor.first_do")}>
      <div className={styles.line}>
        <button type="button" className={styles.pill} onClick={addRequest}>
          <Send {...ICON} />
          {t("editor.kind_request")}
        </button>
        <button type="button" className={styles.pill} onClick={() => add({ search_type: "code", code: CODE })}>
          <Braces {...ICON} />
          {t("editor.kind_code")}
        </button>
        <button type="button" className={styles.pill} onClick={() => add({ search_type: "integration" })}>
          <Plug {...ICON} />
          {t("editor.kind_integration")}
        </button>
        <button type="button" className={styles.pill} onClick={() => add({ search_type: "message" })}>
          <Plus {...ICON} />
          {t("editor.add_group")}
        </button>
      </div>
    </Section>
  );
}

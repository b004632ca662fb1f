// The requests of the bot: who asks whom, from which steps; one of them in the same form as beside the canvas.
import { Globe } from "lucide-react";
import { useSearchParams } from "wouter";
import { useWords } from "../../../i18n/useWords";
import type { PlaceProps } from "../../../shell/places";
import { useEditor, useEditorState } from "../../constructor/editor/context";
import { RequestEditor } from "../../constructor/inspector/works/RequestWork";
import styles from "../Kept.module.css";
import { OpenBot } from "../OpenBot";
import { PartHead, PartList, UsedBy } from "../Parts";
import { removeRequest, usesOfRequest } from "../uses";

export default function RequestsTab({ bot }: PlaceProps) {
  return (
    <OpenBot botId={bot.id}>
      <Requests />
    </OpenBot>
  );
}

function Requests() {
  const { t } = useWords();
  const editor = useEditor();
  const [search, setSearch] = useSearchParams();
  const draft = useEditorState((state) => state.draft);
  const id = search.get("id") ?? "";
  const request = draft.request.get(id);
  const nameOf = (name: string, url: string) => name || url || t("kept.unnamed");
  if (request) {
    const groupId = [...draft.connection_group].find(([, group]) => group.request_id === id)?.[0] ?? "";
    return (
      <div className={styles.stack}>
        <PartHead
          title={nameOf(request.name, request.request_url)}
          uses={usesOfRequest(draft, id)}
          removal={() => removeRequest(editor.draft, id)}
        />
        <div className={styles.panel}>
          <RequestEditor key={id} id={id} groupId={groupId} request={request} />
        </div>
      </div>
    );
  }
  return (
    <PartList
      label={t("kept.tab_requests")}
      action={t("kept.new_request")}
      empty={{ icon: <Globe size={24} />, title: t("kept.no_requests"), text: t("kept.about_requests") }}
      addition={(made) => {
        const fields = { name: t("editor.new_request"), request_url: "https://" };
        return { op: "add", kind: "request", id: made, fields };
      }}
    >
      {[...draft.request].map(([each, { name, method, request_url }]) => (
        <li key={each} className={styles.part}>
          <span className={styles.method}>{method.toUpperCase()}</span>
          <span className={styles.partText}>
            <button type="button" className={styles.open} onClick={() => setSearch({ id: each })}>
              {nameOf(name, request_url)}
            </button>
            <code className={styles.url}>{request_url}</code>
            <UsedBy uses={usesOfRequest(draft, each)} />
          </span>
        </li>
      ))}
    </PartList>
  );
}

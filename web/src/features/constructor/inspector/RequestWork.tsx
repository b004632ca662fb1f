// The HTTP request of a group: which one, what it asks for, and a try of it.
import { SegmentedControl } from "@mantine/core";
import { Play } from "lucide-react";
import { useState } from "react";
import { ApiError, dataOf, type Schemas } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../editor/context";
import { update } from "../graph/commands";
import { type Id, newId, type RequestFields } from "../graph/model";
import { ChoiceField, Fold } from "./fields";
import styles from "./Inspector.module.css";
import { JsonField } from "./JsonField";
import { KeyValues } from "./KeyValues";
import { PathField } from "./PathField";

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options"] as const;

export function RequestWork({ groupId }: { groupId: Id }) {
  const { t } = useWords();
  const editor = useEditor();
  const requestId = useEditorState((state) => state.draft.connection_group.get(groupId)?.request_id ?? null);
  const requests = useEditorState((state) => state.draft.request);
  const request = requestId ? requests.get(requestId) : undefined;
  const choose = (id: string) => {
    if (id !== "new") return editor.run([update("connection_group", groupId, { request_id: id || null })]);
    const made = newId();
    editor.run([
      { op: "add", kind: "request", id: made, fields: { name: t("editor.new_request"), request_url: "https://" } },
      update("connection_group", groupId, { request_id: made }),
    ]);
  };
  const options = [
    ...(request ? [] : [{ value: "", label: t("editor.choose_request") }]),
    ...[...requests].map(([id, each]) => ({ value: id, label: each.name || each.request_url || t("editor.no_name") })),
    { value: "new", label: t("editor.new_request_option") },
  ];
  return (
    <div className={styles.stack}>
      <ChoiceField label={t("editor.which_request")} value={requestId ?? ""} options={options} onChange={choose} />
      {request && requestId && <RequestFieldsEditor id={requestId} request={request} />}
    </div>
  );
}

function RequestFieldsEditor({ id, request }: { id: Id; request: RequestFields }) {
  const { t } = useWords();
  const editor = useEditor();
  const [tab, setTab] = useState("params");
  const set = (fields: Partial<RequestFields>) =>
    editor.run([update("request", id, fields)], `request.${Object.keys(fields)[0]} ${id}`);
  return (
    <div className={styles.stack}>
      <PathField label={t("editor.request_name")} value={request.name} onChange={(name) => set({ name })} />
      <div className={styles.line}>
        <ChoiceField
          label={t("editor.request_method")}
          value={request.method}
          options={METHODS.map((value) => ({ value, label: value.toUpperCase() }))}
          onChange={(method) => set({ method })}
        />
        <PathField
          label={t("editor.request_url")}
          isCode
          value={request.request_url}
          placeholder="https://api.example/users/{$user.id$}"
          onChange={(request_url) => set({ request_url })}
        />
      </div>
      <SegmentedControl
        size="xs"
        fullWidth
        value={tab}
        onChange={setTab}
        aria-label={t("editor.request_parts")}
        data={[
          { value: "params", label: t("editor.tab_params") },
          { value: "headers", label: t("editor.tab_headers") },
          { value: "body", label: t("editor.tab_body") },
        ]}
      />
      {tab === "params" && (
        <KeyValues label={t("editor.tab_params")} value={request.params} onChange={(params) => set({ params })} />
      )}
      {tab === "headers" && (
        <KeyValues label={t("editor.tab_headers")} value={request.headers} onChange={(headers) => set({ headers })} />
      )}
      {tab === "body" && (
        <JsonField
          label={t("editor.tab_body")}
          value={request.json_field}
          onChange={(json_field) => set({ json_field })}
        />
      )}
      <Trial request={request} />
      <Curl onDrafted={set} />
    </div>
  );
}

type Reply = Schemas["RequestExecuteOut"];

function Trial({ request }: { request: RequestFields }) {
  const { t } = useWords();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [reply, setReply] = useState<Reply | string | null>(null);
  const [isSending, setSending] = useState(false);
  if (isReadOnly) return null;
  const send = async () => {
    setSending(true);
    const { ordinal: _, ...fields } = request;
    const call = api.POST("/api/v1/bots/{bot_id}/requests/execute", {
      params: { path: { bot_id: editor.botId } },
      body: { fields, dry_run: false },
    } as never);
    try {
      setReply((await dataOf(call as never)) as Reply);
    } catch (error) {
      setReply(error instanceof ApiError ? error.message : t("app.error_offline"));
    }
    setSending(false);
  };
  return (
    <div className={styles.stack}>
      <button type="button" className={styles.pill} onClick={() => void send()} disabled={isSending}>
        <Play {...ICON} />
        {t("editor.send")}
      </button>
      {reply !== null && (
        <pre className={styles.reply} role="status">
          {typeof reply === "string" ? reply : JSON.stringify(reply, null, 2)}
        </pre>
      )}
    </div>
  );
}

function Curl({ onDrafted }: { onDrafted: (fields: Partial<RequestFields>) => void }) {
  const { t } = useWords();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  if (isReadOnly) return null;
  const read = async () => {
    const call = api.POST("/api/v1/bots/{bot_id}/requests/import", {
      params: { path: { bot_id: editor.botId } },
      body: { curl: text },
    } as never);
    try {
      const draft = (await dataOf(call as never)) as Schemas["RequestImportOut"];
      const { ordinal: _, ...fields } = draft.fields as Partial<RequestFields>;
      onDrafted(fields);
      setSaid(draft.warnings.map((warning) => warning.message).join(" "));
      setText("");
    } catch (error) {
      setSaid(error instanceof ApiError ? error.message : t("app.error_offline"));
    }
  };
  return (
    <Fold title={t("editor.curl")}>
      <textarea
        className={`${styles.input} ${styles.codeInput}`}
        aria-label={t("editor.curl")}
        rows={3}
        placeholder="curl https://api.example/users -H 'Accept: application/json'"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="button" className={styles.pill} disabled={!text.trim()} onClick={() => void read()}>
        {t("editor.curl_read")}
      </button>
      {said && (
        <p className={styles.wrong} role="status">
          {said}
        </p>
      )}
    </Fold>
  );
}

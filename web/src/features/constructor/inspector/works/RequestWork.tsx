// The HTTP request of a group: which one, what it asks for, and a try of it.
import { SegmentedControl } from "@mantine/core";
import { useId, useState } from "react";
import { useWords } from "../../../../i18n/useWords";
import { useEditor, useEditorState } from "../../editor/context";
import { update } from "../../graph/commands";
import { type Id, newId, type RequestFields } from "../../graph/model";
import { ChoiceField, Fold } from "../fields";
import styles from "../Inspector.module.css";
import { KeyValues } from "../KeyValues";
import { PathField } from "../PathField";
import { useTentative } from "../useTentative";
import { HostCredential } from "./Credentials";
import { hostOf } from "./outside";
import { RequestBody } from "./RequestBody";
import { RequestPaste } from "./RequestPaste";
import { RequestTrial } from "./RequestTrial";
import { isAddress, readBody, urlNames, withUrlParams } from "./requests";
import work from "./work.module.css";

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options"] as const;

export default function RequestWork({ groupId }: { groupId: Id }) {
  const { t } = useWords();
  const editor = useEditor();
  const requestId = useEditorState((state) => state.draft.connection_group.get(groupId)?.request_id ?? null);
  const requests = useEditorState((state) => state.draft.request);
  const request = requestId ? requests.get(requestId) : undefined;
  const choose = (id: string) => {
    if (id !== "new") return editor.run([update("connection_group", groupId, { request_id: id || null })]);
    const made = newId();
    editor.run([
      { op: "add", kind: "request", id: made, fields: { name: t("editor.new_request") } },
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
      {request && requestId && <RequestEditor key={requestId} id={requestId} groupId={groupId} request={request} />}
    </div>
  );
}

interface RequestEditorProps {
  id: Id;
  /** The group whose variables keep values of a reply; "" where none uses it yet. */
  groupId: Id;
  request: RequestFields;
}

export function RequestEditor({ id, groupId, request }: RequestEditorProps) {
  const { t } = useWords();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const set = (fields: Partial<RequestFields>) =>
    editor.run([update("request", id, fields)], `request.${Object.keys(fields)[0]} ${id}`);
  const host = hostOf(request.request_url);
  return (
    <div className={styles.stack}>
      <PathField label={t("editor.request_name")} value={request.name} onChange={(name) => set({ name })} />
      <div className={work.address}>
        <ChoiceField
          label={t("editor.request_method")}
          value={request.method}
          options={METHODS.map((value) => ({ value, label: value.toUpperCase() }))}
          onChange={(method) => set({ method })}
        />
        <AddressField value={request.request_url} onChange={(url) => set(withUrlParams(request, url))} />
      </div>
      <Parts request={request} set={set} />
      {host && <HostCredential key={host} host={host} />}
      {!isReadOnly && (
        <RequestPaste
          onDrafted={(fields) => set({ ...fields, name: fields.name || request.name })}
          isOpen={request.request_url === ""}
        />
      )}
      <Fold title={t("editor.more")}>
        <PathField
          label={t("work.proxy")}
          isCode
          value={proxyText(request.proxies)}
          placeholder={t("work.proxy_hint")}
          onChange={(proxy) => set({ proxies: readProxy(proxy) })}
        />
        <Patience request={request} set={set} />
      </Fold>
      <RequestTrial groupId={groupId} request={request} />
    </div>
  );
}

function AddressField({ value, onChange }: { value: string; onChange: (address: string) => void }) {
  const { t } = useWords();
  const field = useTentative(value, isAddress, onChange);
  return (
    <div className={styles.stack}>
      <PathField
        label={t("editor.request_url")}
        isCode
        value={field.value}
        placeholder="https://api.example/users/{id}"
        onChange={field.onChange}
      />
      {field.isWrong && <span className={styles.hint}>{t("work.address_hint")}</span>}
    </div>
  );
}

/** How long it may last, and how often it is tried again; an empty field is the server's own limit. */
function Patience({ request, set }: PartsProps) {
  const { t } = useWords();
  const isOnce = request.method === "post" || request.method === "patch";
  return (
    <>
      <NumberField
        label={t("work.timeout")}
        value={request.timeout_seconds}
        isGood={(seconds) => seconds >= 0.1 && seconds <= 300}
        wrong={t("work.timeout_wrong")}
        onChange={(timeout_seconds) => set({ timeout_seconds })}
      />
      <NumberField
        label={t("work.retries")}
        value={request.retries}
        isGood={(count) => Number.isInteger(count) && count >= 0 && count <= 10}
        wrong={t("work.retries_wrong")}
        onChange={(retries) => set({ retries })}
      />
      <span className={styles.hint}>{t(isOnce ? "work.patience_once" : "work.patience_about")}</span>
    </>
  );
}

interface NumberFieldProps {
  label: string;
  value: number | null;
  isGood: (value: number) => boolean;
  /** What is said of a number that cannot be kept. */
  wrong: string;
  onChange: (value: number | null) => void;
}

function NumberField({ label, value, isGood, wrong, onChange }: NumberFieldProps) {
  const { t } = useWords();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const fieldId = useId();
  const read = (text: string) => Number(text.replace(",", "."));
  const field = useTentative(
    value === null ? "" : String(value),
    (text) => text.trim() === "" || isGood(read(text)),
    (text) => onChange(text.trim() === "" ? null : read(text)),
  );
  return (
    <div className={styles.stack}>
      <div className={styles.line}>
        <label className={styles.grow} htmlFor={fieldId}>
          {label}
        </label>
        <input
          id={fieldId}
          className={`${styles.input} ${styles.number}`}
          inputMode="decimal"
          placeholder={t("work.as_server")}
          value={field.value}
          readOnly={isReadOnly}
          aria-invalid={field.isWrong}
          onChange={(event) => field.onChange(event.target.value)}
        />
      </div>
      {field.isWrong && <span className={styles.wrong}>{wrong}</span>}
    </div>
  );
}

const proxyText = (proxies: RequestFields["proxies"]) =>
  typeof proxies === "string" ? proxies : proxies ? JSON.stringify(proxies) : "";

/** One for everything as its address; {"http": …, "https": …} stays an object. */
const readProxy = (text: string) => (text.startsWith("{") ? readBody(text) : text || null);

interface PartsProps {
  request: RequestFields;
  set: (fields: Partial<RequestFields>) => void;
}

/** Parameters, headers and body, each behind its tab; a tab says how many it holds. */
function Parts({ request, set }: PartsProps) {
  const { t } = useWords();
  const [tab, setTab] = useState("params");
  const names = urlNames(request.request_url);
  const count = (size: number) => (size ? ` ${size}` : "");
  const paramCount = Object.keys(request.params).length + names.length;
  return (
    <>
      <SegmentedControl
        size="xs"
        fullWidth
        value={tab}
        onChange={setTab}
        aria-label={t("editor.request_parts")}
        data={[
          { value: "params", label: t("editor.tab_params") + count(paramCount) },
          { value: "headers", label: t("editor.tab_headers") + count(Object.keys(request.headers).length) },
          { value: "body", label: t("editor.tab_body") },
        ]}
      />
      {tab === "params" && (
        <>
          {names.length > 0 && <span className={styles.hint}>{t("work.url_params")}</span>}
          {names.map((name) => (
            <div key={name} className={styles.line}>
              <code>{`{${name}}`}</code>
              <PathField
                label={t("editor.value_of", { what: name })}
                value={String(request.url_params[name] ?? "")}
                placeholder="{$user.id$}"
                onChange={(value) => set({ url_params: { ...request.url_params, [name]: value } })}
              />
            </div>
          ))}
          {names.length > 0 && <span className={styles.hint}>{t("work.query_params")}</span>}
          <KeyValues label={t("editor.tab_params")} value={request.params} onChange={(params) => set({ params })} />
        </>
      )}
      {tab === "headers" && (
        <KeyValues label={t("editor.tab_headers")} value={request.headers} onChange={(headers) => set({ headers })} />
      )}
      {tab === "body" && <RequestBody request={request} set={set} />}
    </>
  );
}

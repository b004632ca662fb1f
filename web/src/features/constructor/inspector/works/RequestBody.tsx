// The body of a request: none, JSON, a form, a form with files, or any text.
import { useState } from "react";
import { useWords } from "../../../../i18n/useWords";
import type { Json, RequestFields } from "../../graph/model";
import { ChoiceField } from "../fields";
import styles from "../Inspector.module.css";
import { KeyValues } from "../KeyValues";
import { PathField } from "../PathField";
import Files from "./Files";
import { BODY_KINDS, bodyKindOf, isBody, readBody, shownBody, withBodyKind } from "./requests";

interface RequestBodyProps {
  request: RequestFields;
  set: (fields: Partial<RequestFields>) => void;
}

export function RequestBody({ request, set }: RequestBodyProps) {
  const { t } = useWords();
  const kind = bodyKindOf(request);
  const form = (request.data ?? {}) as Record<string, Json>;
  return (
    <div className={styles.stack}>
      <ChoiceField
        label={t("work.body_kind")}
        value={kind}
        options={BODY_KINDS.map((value) => ({ value, label: t(`work.body_${value}`) }))}
        onChange={(next) => set(withBodyKind(request, next))}
      />
      {kind === "json" && <JsonBody value={request.json_field} onChange={(json_field) => set({ json_field })} />}
      {(kind === "form" || kind === "multipart") && (
        <KeyValues label={t("work.body_form")} value={form} onChange={(data) => set({ data })} />
      )}
      {kind === "multipart" && (
        <Files entries={request.attachments} withFields onChange={(attachments) => set({ attachments })} />
      )}
      {kind === "raw" && (
        <PathField
          label={t("work.body_raw")}
          rows={6}
          isCode
          value={request.content ?? ""}
          onChange={(content) => set({ content })}
        />
      )}
    </div>
  );
}

function JsonBody({ value, onChange }: { value: Json; onChange: (value: Json) => void }) {
  const { t } = useWords();
  // While it is written it stays as it was typed; what is kept may be laid out anew.
  const [typed, setTyped] = useState<{ text: string; kept: Json } | null>(null);
  const text = typed && same(typed.kept, value) ? typed.text : shownBody(value);
  return (
    <>
      <PathField
        label={t("editor.tab_body")}
        rows={7}
        isCode
        value={text}
        placeholder={'{"name": "{$user.name$}", "age": {$session.age$}}'}
        onChange={(next) => {
          const kept = isBody(next) ? readBody(next) : value;
          setTyped({ text: next, kept });
          if (isBody(next)) onChange(kept);
        }}
      />
      {isBody(text) ? (
        <span className={styles.hint}>{t("work.body_json_hint")}</span>
      ) : (
        <span className={styles.wrong}>{t("editor.json_wrong")}</span>
      )}
    </>
  );
}

const same = (one: Json, other: Json) => one === other || JSON.stringify(one) === JSON.stringify(other);

// A request filled in from what one has at hand: a curl command, or an operation of an OpenAPI document.
import { useState } from "react";
import { dataOf, type Schemas } from "../../../../api/client";
import { told } from "../../../../i18n/told";
import { useWords } from "../../../../i18n/useWords";
import { api } from "../../../../session/api";
import { errorWords } from "../../../../shell/errors";
import { useEditor } from "../../editor/context";
import type { RequestFields } from "../../graph/model";
import { capital } from "../../graph/rules";
import { Fold } from "../fields";
import styles from "../Inspector.module.css";
import { type Operation, operationsOf } from "./openapi";
import work from "./work.module.css";

interface PasteProps {
  isOpen: boolean;
  onDrafted: (fields: Partial<RequestFields>) => void;
}

export function RequestPaste({ onDrafted, isOpen }: PasteProps) {
  const { t } = useWords();
  const { botId } = useEditor();
  const [text, setText] = useState("");
  const [said, setSaid] = useState<{ isWrong: boolean; lines: readonly string[] } | null>(null);
  const operations = operationsOf(text);
  const read = async (wish: Schemas["RequestImportIn"]) => {
    try {
      const params = { path: { bot_id: botId } };
      const draft = await dataOf(api.POST("/api/v1/bots/{bot_id}/requests/import", { params, body: wish }));
      const { ordinal: _, ...fields } = draft.fields as unknown as RequestFields;
      onDrafted(fields);
      const secrets = draft.credentials.map((each) => t("work.paste_secret", { host: each.hosts.join(", ") }));
      setSaid({
        isWrong: false,
        lines: [...draft.warnings.map(saidOf), ...secrets],
      });
      setText("");
    } catch (error) {
      setSaid({ isWrong: true, lines: [errorWords(t, error)] });
    }
  };
  return (
    <>
      <Fold title={t("work.paste")} isOpen={isOpen}>
        <textarea
          className={`${styles.input} ${styles.codeInput}`}
          aria-label={t("work.paste")}
          rows={3}
          spellCheck={false}
          placeholder="curl https://api.example/users -H 'Accept: application/json'"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {operations ? (
          <Operations all={operations} onChoose={(each) => void read({ openapi: text, ...each.wish })} />
        ) : (
          <div className={styles.line}>
            <button
              type="button"
              className={styles.pill}
              disabled={!text.trim()}
              onClick={() => void read({ curl: text })}
            >
              {t("editor.curl_read")}
            </button>
          </div>
        )}
      </Fold>
      {said && (
        <ul role="status" className={said.isWrong ? styles.wrong : work.good}>
          {!said.isWrong && <li>{t("work.paste_done")}</li>}
          {said.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** "headers.Cookie: cookies of a file are left out. Every request begins without cookies" */
function saidOf({ path, message, hint }: Schemas["WarningOut"]): string {
  const words = path.includes(".") ? `${path}: ${told(message)}` : capital(told(message));
  return hint ? `${words}. ${told(hint)}` : words;
}

const MOST_OPERATIONS = 100;

function Operations({ all, onChoose }: { all: readonly Operation[]; onChoose: (operation: Operation) => void }) {
  const { t } = useWords();
  const [query, setQuery] = useState("");
  const small = query.trim().toLowerCase();
  const found = all.filter((each) => `${each.label} ${each.about}`.toLowerCase().includes(small));
  return (
    <div className={styles.stack}>
      <input
        className={styles.input}
        type="search"
        aria-label={t("work.operation_find")}
        placeholder={t("work.operation_find")}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <ul className={work.operations}>
        {found.slice(0, MOST_OPERATIONS).map((each) => (
          <li key={each.label}>
            <button type="button" className={work.operation} onClick={() => onChoose(each)}>
              <code>{each.label}</code>
              {each.about && <span className={styles.hint}>{each.about}</span>}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

// The button, and the gate before it: errors and failing tests ask for a reason; what cannot run at all is not published.
import { useState } from "react";
import { type ApiError, dataOf } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import { Button } from "../../../ui/Button";
import { useEditor, useEditorState } from "../editor/context";
import styles from "./PublishPanel.module.css";
import { type Doing, useTold } from "./telling";

const OVERRULED_BY_REASON = new Set(["not_publishable", "tests_failed"]);
const SHUT = "not_runnable";

interface Gate {
  /** The draft it was said of: with another one it is asked again. */
  version: number;
  canPass: boolean;
  /** Errors of the draft, not tests that fail. */
  isAboutDraft: boolean;
  why: readonly string[];
}

/** Null for a refusal that is about something else. */
function gateOf(error: ApiError, version: number): Gate | null {
  if (error.code !== SHUT && !OVERRULED_BY_REASON.has(error.code)) return null;
  const why = error.faults.map((each) => each.message);
  const isAboutDraft = error.code !== "tests_failed";
  return { version, canPass: OVERRULED_BY_REASON.has(error.code), isAboutDraft, why };
}

export function PublishForm(doing: Doing) {
  const { t } = useWords();
  const { botId } = useEditor();
  const version = useEditorState((state) => state.version);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const isUnsaved = useEditorState((state) => state.saving.waiting > 0);
  const [comment, setComment] = useState("");
  const [reason, setReason] = useState("");
  const [known, setGate] = useState<Gate | null>(null);
  const [isBusy, setBusy] = useState(false);
  const told = useTold(doing);
  // The list above says it in plainer words, with the way there.
  const isListed = useEditorState((state) => state.problems.some((each) => each.severity === "error"));
  if (isReadOnly) return null;
  const gate = known?.version === version ? known : null;
  const number = (doing.facts.revisions[0]?.number ?? 0) + 1;
  const publish = async (overrule_reason: string) => {
    setBusy(true);
    const params = { path: { bot_id: botId } };
    const call = dataOf(api.POST("/api/v1/bots/{bot_id}/publish", { params, body: { comment, overrule_reason } }));
    let isDone = false;
    await told(
      call.then((done) => {
        isDone = true;
        return t("publish.published", { number: done.number });
      }),
      (error) => {
        const shut = gateOf(error, version);
        setGate(shut);
        return shut !== null;
      },
    );
    setBusy(false);
    if (!isDone) return;
    setGate(null);
    setComment("");
    setReason("");
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void publish(gate?.canPass ? reason.trim() : "");
      }}
    >
      <textarea
        className={styles.comment}
        rows={2}
        maxLength={2_000}
        value={comment}
        aria-label={t("publish.comment")}
        placeholder={t("publish.comment")}
        onChange={(event) => setComment(event.target.value)}
      />
      {gate && (
        <div className={styles.gate} role="alert">
          {!(gate.isAboutDraft && isListed) && (
            <ul>
              {gate.why.slice(0, 10).map((words, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole
                <li key={index} dir="auto">
                  {words}
                </li>
              ))}
            </ul>
          )}
          <p>{t(gate.canPass ? "publish.gate" : "publish.gate_shut")}</p>
          {gate.canPass && (
            <textarea
              className={styles.comment}
              rows={2}
              maxLength={2_000}
              value={reason}
              aria-label={t("publish.reason")}
              placeholder={t("publish.reason")}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </div>
      )}
      <Button
        kind="main"
        type="submit"
        disabled={isBusy || isUnsaved || (gate !== null && (!gate.canPass || !reason.trim()))}
      >
        {isBusy
          ? t("publish.publishing")
          : t(gate?.canPass ? "publish.publish_all_the_same" : "publish.publish", { number })}
      </Button>
    </form>
  );
}

// One turn of the talk: what the person did, what the bot said, and folded under it why.
import { useState } from "react";
import { told } from "../../../i18n/told";
import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../ui/Button";
import { Scrolled } from "../../../ui/Scrolled";
import { useEditor, useEditorState } from "../editor/context";
import { stepName } from "../graph/cards";
import { buttonsOf } from "./buttons";
import { Step } from "./Step";
import styles from "./TalkPanel.module.css";
import { type Entry, retry, say, useTalk } from "./talk";
import { shownValue, type Turn, triedRules } from "./way";

export function TurnView({ entry, isLast }: { entry: Entry; isLast: boolean }) {
  const { t } = useWords();
  const editor = useEditor();
  const { turn, failure } = entry;
  return (
    <article className={styles.turn}>
      <Happened entry={entry} />
      {turn?.replies.map((reply, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: replies of a turn never move
        <Reply key={index} reply={reply} />
      ))}
      {turn && !turn.replies.length && !turn.halted_before && <p className={styles.quiet}>{t("talk.silence")}</p>}
      {turn?.error && <p className={styles.error}>{t("talk.error", { why: told(turn.error.message) })}</p>}
      {failure !== null && (
        <div className={styles.error}>
          {t("talk.unread", { why: failure || t("talk.away") })}{" "}
          <Button onClick={() => void retry(editor)}>{t("talk.retry")}</Button>
        </div>
      )}
      {turn && <Why turn={turn} />}
      {isLast && turn && !turn.halted_before && <QuickReplies turn={turn} />}
    </article>
  );
}

function Happened({ entry: { event } }: { entry: Entry }) {
  const { t } = useWords();
  const draft = useEditorState((state) => state.draft);
  if (event.kind === "timeout") return <p className={styles.quiet}>{t("talk.time_up")}</p>;
  if (event.kind === "start")
    return <p className={styles.quiet}>{t("talk.started", { step: stepName(draft, event.step_id ?? null) ?? "…" })}</p>;
  return (
    <p className={styles.mine} dir="auto">
      {event.text}
    </p>
  );
}

function Reply({ reply }: { reply: Turn["replies"][number] }) {
  const { t } = useWords();
  const widget = reply.widget as { name?: string } | null;
  return (
    <div className={styles.theirs} dir="auto">
      {reply.text}
      {reply.attachments.length > 0 && (
        <p className={styles.quiet}>{t("talk.attachments", { count: reply.attachments.length })}</p>
      )}
      {widget && <p className={styles.quiet}>{t("talk.widget", { name: String(widget.name ?? "") })}</p>}
    </div>
  );
}

function QuickReplies({ turn }: { turn: Turn }) {
  const editor = useEditor();
  const isBusy = useTalk((talk) => talk.isBusy);
  const buttons = buttonsOf(turn.replies.at(-1)?.params);
  if (!buttons.length) return null;
  return (
    <div className={styles.chips}>
      {buttons.map(({ text, value }) => (
        <button
          type="button"
          key={text + value}
          className={styles.chip}
          disabled={isBusy}
          onClick={() => void say(editor, { kind: "message", text: value })}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

function Why({ turn }: { turn: Turn }) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={styles.why} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("talk.why")}</summary>
      {isOpen && (
        <>
          <Way turn={turn} />
          <Rules turn={turn} />
          <Calls turn={turn} />
          <Saved turn={turn} />
        </>
      )}
    </details>
  );
}

function Way({ turn }: { turn: Turn }) {
  const { t } = useWords();
  if (!turn.entered.length) return null;
  return (
    <section>
      <h3>{t("talk.went")}</h3>
      <ol className={styles.way}>
        {turn.entered.map((id, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step may be entered twice, and the way never changes
          <li key={index}>
            <Step id={id} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Rules({ turn }: { turn: Turn }) {
  const { t, language } = useWords();
  const draft = useEditorState((state) => state.draft);
  const tried = triedRules(draft, turn, language);
  if (!tried.length) return null;
  return (
    <section>
      <h3>{t("talk.tried")}</h3>
      <ul className={styles.rules}>
        {tried.map(({ id, stepId, words, isHeld, seen }) => (
          <li key={id} data-held={isHeld || undefined}>
            {stepId === null ? t("talk.from_anywhere") : <Step id={stepId} />}: {words} —{" "}
            <b>{t(isHeld ? "talk.held" : "talk.not_held")}</b>
            {seen.map(({ rule, value }) => (
              <code key={rule}>
                {rule.split(" ", 1)[0]} = {shownValue(value)}
              </code>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Calls({ turn }: { turn: Turn }) {
  const { t } = useWords();
  if (!turn.errands.length) return null;
  return (
    <section>
      <h3>{t("talk.called")}</h3>
      {turn.errands.map(({ kind, asked, reply, elapsed_ms }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: calls of a turn never move
        <details key={index} className={styles.call} data-ok={reply.ok === true || undefined}>
          <summary>
            {t(`talk.${kind}`)} {String(asked.name ?? asked.integration_id ?? "")}{" "}
            {reply.status ? String(reply.status) : ""} <span>{t("talk.took", { ms: elapsed_ms })}</span>
          </summary>
          {typeof reply.error === "string" && <p className={styles.error}>{told(reply.error)}</p>}
          {typeof reply.log === "string" && reply.log && (
            <Scrolled as="pre" label={t("talk.log")}>
              {reply.log}
            </Scrolled>
          )}
          <Scrolled as="pre" label={t("talk.call")}>
            {JSON.stringify({ asked, reply }, null, 2)}
          </Scrolled>
        </details>
      ))}
    </section>
  );
}

function Saved({ turn }: { turn: Turn }) {
  const { t } = useWords();
  if (!turn.changed.length) return null;
  return (
    <section>
      <h3>{t("talk.saved")}</h3>
      <ul className={styles.saved}>
        {turn.changed.map(({ path, before, after }) => (
          <li key={path}>
            <code>{path}</code>: {before === null ? t("talk.nothing_before") : shownValue(before)} →{" "}
            <b>{shownValue(after)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

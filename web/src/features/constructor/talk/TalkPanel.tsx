// Talk to the bot while it is drawn: the draft answers, each turn tells its way, its rules, its calls and what it saved.
import { Switch } from "@mantine/core";
import { CirclePause, CirclePlay, Clock, FlaskConical, RotateCcw, SendHorizontal, X } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../editor/context";
import { stepName } from "../graph/cards";
import type { Id } from "../graph/model";
import { inTime } from "../nodes/duration";
import { Panel } from "../panel/Panel";
import { SaveTest } from "./SaveTest";
import styles from "./TalkPanel.module.css";
import { Tests } from "./Tests";
import { TurnView } from "./TurnView";
import { beginAnew, goOn, haltedTurn, openTalk, say, setLive, toggleStop, useTalk } from "./talk";
import { Variables } from "./Variables";

export default function TalkPanel({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const editor = useEditor();
  useEffect(() => {
    openTalk(editor.botId);
  }, [editor]);
  const [isTesting, setTesting] = useState(false);
  const restart = () => {
    beginAnew();
    setTesting(false);
  };
  return (
    <Panel
      title={t("talk.title")}
      close={t("talk.close")}
      onClose={onClose}
      tools={
        <>
          <Button aria-pressed={isTesting} onClick={() => setTesting(!isTesting)}>
            <FlaskConical {...ICON} />
            {t("talk.tests")}
          </Button>
          <Button kind="icon" aria-label={t("talk.restart")} title={t("talk.restart")} onClick={restart}>
            <RotateCcw {...ICON} />
          </Button>
        </>
      }
    >
      {isTesting ? <Tests onTalk={() => setTesting(false)} /> : <Conversation onKept={() => setTesting(true)} />}
    </Panel>
  );
}

function Conversation({ onKept }: { onKept: () => void }) {
  const { t } = useWords();
  const entries = useTalk((talk) => talk.entries);
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new is scrolled to
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [entries]);
  return (
    <>
      <div className={styles.log} role="log" aria-label={t("talk.title")}>
        {entries.length === 0 && <p className={styles.empty}>{t("talk.empty")}</p>}
        {entries.map((entry, index) => (
          <TurnView key={entry.id} entry={entry} isLast={index === entries.length - 1} />
        ))}
        <div ref={end} />
      </div>
      <Halted />
      <Tools onKept={onKept} />
      <Variables />
      <Composer />
    </>
  );
}

function Halted() {
  const { t } = useWords();
  const editor = useEditor();
  const draft = useEditorState((state) => state.draft);
  const turn = useTalk((talk) => haltedTurn(talk.entries));
  const isBusy = useTalk((talk) => talk.isBusy);
  if (!turn?.halted_before) return null;
  return (
    <div className={styles.halted} role="status">
      <p>
        <b>{t("talk.halted", { step: stepName(draft, turn.halted_before) ?? "…" })}</b> {t("talk.halted_text")}
      </p>
      <Button kind="main" disabled={isBusy} onClick={() => void goOn(editor)}>
        <CirclePlay {...ICON} />
        {t("talk.go_on")}
      </Button>
    </div>
  );
}

/** What can be done besides writing: with the selected step, with time, with stops. */
function Tools({ onKept }: { onKept: () => void }) {
  const { t } = useWords();
  const editor = useEditor();
  const draft = useEditorState((state) => state.draft);
  const selected = useEditorState((state) => state.selected);
  const { stops, isBusy, isLive, state, entries } = useTalk();
  const stepId = [...selected].find((id) => draft.step.has(id));
  const isHalted = haltedTurn(entries) !== null;
  const nameOf = (id: Id) => stepName(draft, id) ?? "…";
  const timer = state?.timer;
  const left = timer ? Math.max(0, Math.round((Date.parse(timer.due_at) - Date.now()) / 1000)) : 0;
  return (
    <div className={styles.tools}>
      {stepId && (
        <div className={styles.row}>
          <Button disabled={isBusy || isHalted} onClick={() => void say(editor, { kind: "start", step_id: stepId })}>
            <CirclePlay {...ICON} />
            {t("talk.start_here", { step: nameOf(stepId) })}
          </Button>
          {!stops.includes(stepId) && (
            <Button onClick={() => toggleStop(stepId)}>
              <CirclePause {...ICON} />
              {t("talk.stop_before", { step: nameOf(stepId) })}
            </Button>
          )}
        </div>
      )}
      {stops.length > 0 && (
        <div className={styles.row}>
          <span className={styles.quiet}>{t("talk.stops")}</span>
          {stops.map((id) => (
            <button
              type="button"
              key={id}
              className={styles.stop}
              aria-label={t("talk.stop_remove", { step: nameOf(id) })}
              onClick={() => toggleStop(id)}
            >
              {nameOf(id)}
              <X size={12} aria-hidden />
            </button>
          ))}
        </div>
      )}
      {timer && !isHalted && (
        <div className={styles.row}>
          <span className={styles.quiet}>
            <Clock {...ICON} /> {t("talk.timer", { step: nameOf(timer.step_id), left: inTime(left, t) })}
          </span>
          <Button disabled={isBusy} onClick={() => void say(editor, { kind: "timeout" })}>
            {t("talk.timer_jump")}
          </Button>
        </div>
      )}
      <SaveTest onSaved={onKept} />
      <Switch
        size="xs"
        checked={isLive}
        onChange={(event) => setLive(event.currentTarget.checked)}
        label={t("talk.live")}
        description={isLive ? undefined : t("talk.live_hint")}
      />
    </div>
  );
}

function Composer() {
  const { t } = useWords();
  const editor = useEditor();
  const isBusy = useTalk((talk) => talk.isBusy);
  const isHalted = useTalk((talk) => haltedTurn(talk.entries) !== null);
  const [text, setText] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim() || isBusy || isHalted) return;
    void say(editor, { kind: "message", text });
    setText("");
  };
  return (
    <form className={styles.composer} onSubmit={send}>
      <input
        className={styles.input}
        value={text}
        // biome-ignore lint/a11y/noAutofocus: who opens the talk wants to write
        autoFocus
        disabled={isHalted}
        maxLength={20_000}
        aria-label={t("talk.placeholder")}
        placeholder={t("talk.placeholder")}
        onChange={(event) => setText(event.target.value)}
      />
      <Button
        kind="icon"
        type="submit"
        aria-label={t("talk.send")}
        title={t("talk.send")}
        disabled={isBusy || isHalted}
      >
        <SendHorizontal {...ICON} />
      </Button>
    </form>
  );
}

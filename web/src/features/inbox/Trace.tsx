// What one turn did and why: its way, the rules with what they saw, calls, what it saved. Steps lead to the canvas.
import { ChevronRight, CircleAlert, Hand, Route } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { told as inWords } from "../../i18n/told";
import type { Translate } from "../../i18n/types";
import { useWords } from "../../i18n/useWords";
import { ICON } from "../../ui/icon";
import { Scrolled } from "../../ui/Scrolled";
import { type Turn, useRevision } from "./queries";
import { remarkWords } from "./remarks";
import styles from "./Trace.module.css";
import { stepNames, type Told, toldOf } from "./timeline";

export function TurnLine({ botId, turn }: { botId: string; turn: Turn }) {
  const { t, language } = useWords();
  const [isOpen, setIsOpen] = useState(false);
  const { data: revision } = useRevision(botId, turn.revision || null);
  const told = toldOf(turn, revision?.document, language);
  const names = stepNames(revision?.document);
  if (told.operator) return <Operator told={told} />;
  const last = told.way.at(-1);
  const title = told.isSilenced ? t("inbox.silenced") : (last && nameOf(names, last)) || t("inbox.no_step");
  return (
    <div className={styles.turn} data-failed={turn.error !== null || undefined}>
      <button type="button" className={styles.line} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <ChevronRight size={14} strokeWidth={1.75} aria-hidden className={styles.mark} />
        {turn.error !== null && <CircleAlert size={14} strokeWidth={1.75} aria-hidden />}
        <span className={styles.lineText}>
          {turn.error === null
            ? t("inbox.turn", { step: title })
            : t("inbox.turn_failed", { why: inWords(turn.error ?? "") })}
        </span>
        {told.elapsedMs !== null && <span className={styles.took}>{took(told.elapsedMs, t, language)}</span>}
      </button>
      {isOpen && <Details botId={botId} turn={turn} told={told} names={names} />}
    </div>
  );
}

const nameOf = (names: Map<string, string>, id: string) => names.get(id) || id.split("/").at(-1) || id;

const took = (ms: number, t: Translate, language: string) =>
  t("inbox.took", { ms: new Intl.NumberFormat(language, { maximumFractionDigits: ms < 10 ? 1 : 0 }).format(ms) });

function Operator({ told: { operator } }: { told: Told }) {
  const { t } = useWords();
  const name = operator?.username || t("inbox.somebody");
  const words: Record<string, string> = {
    paused: t("inbox.did_paused", { name }),
    resumed: t("inbox.did_resumed", { name }),
    moved: t("inbox.did_moved", { name }),
    reset: t("inbox.did_reset", { name }),
  };
  return (
    <p className={styles.operator}>
      <Hand size={14} strokeWidth={1.75} aria-hidden />
      {words[operator?.did ?? ""] ?? t("inbox.did_other", { name })}
    </p>
  );
}

interface DetailsProps {
  botId: string;
  turn: Turn;
  told: Told;
  names: Map<string, string>;
}

function Details({ botId, turn, told, names }: DetailsProps) {
  const { t } = useWords();
  const step = (id: string) =>
    names.has(id) && !id.includes("/") ? (
      <Link className={styles.step} href={`/bots/${botId}?step=${encodeURIComponent(id)}`} dir="auto">
        {nameOf(names, id)}
      </Link>
    ) : (
      <span dir="auto">{nameOf(names, id)}</span>
    );
  return (
    <div className={styles.details}>
      {told.way.length > 0 && (
        <section>
          <h4>{t("inbox.way")}</h4>
          <ol className={styles.way}>
            {told.way.map((id, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a step may be entered twice, and a record never changes
              <li key={index}>{step(id)}</li>
            ))}
          </ol>
        </section>
      )}
      {told.tried.length > 0 && (
        <section>
          <h4>{t("inbox.rules")}</h4>
          <ul className={styles.rules}>
            {told.tried.map((rule, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a record never changes
              <li key={index} data-held={rule.isHeld || undefined}>
                <Route {...ICON} />
                <span>
                  {rule.stepId === "" ? t("inbox.from_anywhere") : step(rule.stepId)}: {rule.words || t("inbox.a_rule")}{" "}
                  — <b>{t(rule.isHeld ? "inbox.held" : "inbox.not_held")}</b>
                  {rule.seen.map(({ name, value }) => (
                    <code key={name}>
                      {name.split(" ", 1)[0]} = {value}
                    </code>
                  ))}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Calls told={told} step={step} />
      <Saved turn={turn} />
      {told.remarks.length > 0 && (
        <section>
          <h4>{t("inbox.remarks")}</h4>
          <ul>
            {told.remarks.map((remark, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a record never changes
              <li key={index}>{remarkWords(t, remark, (id) => nameOf(names, id))}</li>
            ))}
          </ul>
        </section>
      )}
      <details className={styles.raw}>
        <summary>{t("inbox.raw")}</summary>
        <Scrolled as="pre" label={t("inbox.raw")}>
          {JSON.stringify(turn.record, null, 2)}
        </Scrolled>
      </details>
    </div>
  );
}

const KINDS = {
  CallHttp: "inbox.call_http",
  RunCode: "inbox.call_code",
  CallIntegration: "inbox.call_integration",
  SaveFile: "inbox.call_file",
} as const;

function Calls({ told, step }: { told: Told; step: (id: string) => React.ReactNode }) {
  const { t, language } = useWords();
  if (told.calls.length === 0) return null;
  return (
    <section>
      <h4>{t("inbox.calls")}</h4>
      {told.calls.map(({ effect, stepId, reply }, index) => {
        const kind = KINDS[effect as keyof typeof KINDS];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a record never changes
          <details key={index} className={styles.call} data-ok={reply.ok === true || undefined}>
            <summary>
              {kind ? t(kind) : effect} {stepId !== "" && step(stepId)} {reply.status ? String(reply.status) : ""}{" "}
              {typeof reply.elapsed_ms === "number" && (
                <span className={styles.took}>{took(reply.elapsed_ms, t, language)}</span>
              )}
            </summary>
            {typeof reply.error === "string" && <p className={styles.error}>{inWords(reply.error)}</p>}
            <Scrolled as="pre" label={t("inbox.calls")}>
              {JSON.stringify(reply, null, 2)}
            </Scrolled>
          </details>
        );
      })}
    </section>
  );
}

function Saved({ turn }: { turn: Turn }) {
  const { t } = useWords();
  if (!turn.changed?.length) return null;
  return (
    <section>
      <h4>{t("inbox.saved")}</h4>
      <ul className={styles.saved}>
        {turn.changed.map(({ target, before, after }) => (
          <li key={target}>
            <code>{target}</code>: {before === null || before === undefined ? t("inbox.nothing") : shown(before)} →{" "}
            <b>{after === null || after === undefined ? t("inbox.nothing") : shown(after)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

// Publish: what changed in words, what is wrong, who is where, the versions and the way back to one.
import { useCallback, useEffect, useState } from "react";
import { Link } from "wouter";
import { ApiError, dataOf } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import { Button } from "../../../ui/Button";
import { useShowStep } from "../canvas/useShowStep";
import { useEditor, useEditorState } from "../editor/context";
import type { Problem } from "../editor/editor";
import { stepName } from "../graph/cards";
import type { Draft, Id } from "../graph/model";
import { capital } from "../graph/rules";
import { sortOf } from "../marks/marks";
import { Panel } from "../panel/Panel";
import { problemWords } from "../problemWords";
import { PublishForm } from "./PublishForm";
import styles from "./PublishPanel.module.css";
import { type Doing, type Facts, type Revision, useTold } from "./telling";
import { useChangesOnCanvas } from "./useChangesOnCanvas";

const MOST_SHOWN = 100;
const MOST_PROBLEMS = 10;

export default function PublishPanel({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const [facts, reload] = useFacts();
  const [said, setSaid] = useState<{ words: string; isWrong: boolean } | null>(null);
  const live = facts?.revisions.find((revision) => revision.is_published);
  useChangesOnCanvas(facts, live);
  return (
    <Panel title={t("publish.title")} close={t("publish.close")} onClose={onClose}>
      <div className={styles.body}>
        {facts ? <Changes facts={facts} live={live} /> : <p className={styles.quiet}>{t("publish.loading")}</p>}
        <Problems />
        {facts && <People facts={facts} />}
        {facts && hasNews(facts, live) && <PublishForm facts={facts} onDone={reload} onSaid={setSaid} />}
        {said && (
          <p role="status" className={said.isWrong ? styles.error : styles.good}>
            {said.words}
          </p>
        )}
        {said && !said.isWrong && <NextPlace />}
        {facts && <Versions facts={facts} onDone={reload} onSaid={setSaid} />}
      </div>
    </Panel>
  );
}

/** A version like the one that runs would only make the list of versions longer. */
const hasNews = ({ differences, leftOut }: Facts, live: Revision | undefined) =>
  !live || differences.length > 0 || leftOut > 0;

/** A published bot is still to be met by somebody: where to give it an address. */
function NextPlace() {
  const { t } = useWords();
  const { botId } = useEditor();
  return (
    <p className={styles.quiet}>
      {t("publish.next")} <Link href={`/bots/${botId}/channels`}>{t("publish.next_link")}</Link>
    </p>
  );
}

/** What the server knows; asked again when the draft's version changes. Null till it answers, and while it is away. */
function useFacts(): [Facts | null, () => void] {
  const { language } = useWords();
  const { botId } = useEditor();
  const version = useEditorState((state) => state.version);
  const [facts, setFacts] = useState<Facts | null>(null);
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version, language or publication is to be asked for
  useEffect(() => {
    let isOver = false;
    const params = { path: { bot_id: botId } };
    Promise.all([
      dataOf(api.GET("/api/v1/bots/{bot_id}/diff", { params })),
      dataOf(api.GET("/api/v1/bots/{bot_id}/revisions", { params })),
      dataOf(api.GET("/api/v1/bots/{bot_id}/sessions/summary", { params })),
    ])
      .then(([diff, revisions, summary]) => {
        if (isOver) return;
        const { differences, left_out } = diff;
        setFacts({ differences, leftOut: left_out, revisions: revisions.items, summary });
      })
      .catch((error) => {
        if (!(error instanceof ApiError || error instanceof TypeError)) throw error;
      });
    return () => {
      isOver = true;
    };
  }, [botId, version, language, turn]);
  return [facts, useCallback(() => setTurn((old) => old + 1), [])];
}

function Changes({ facts, live }: { facts: Facts; live: Revision | undefined }) {
  const { t } = useWords();
  const { differences, leftOut } = facts;
  const steps = useEditorState((state) => state.draft.step);
  const showStep = useShowStep();
  const left = leftOut + Math.max(0, differences.length - MOST_SHOWN);
  return (
    <section>
      <h3>{t("publish.changes")}</h3>
      <p className={styles.quiet}>
        {!live && t("publish.since_nothing")}
        {live && t(differences.length ? "publish.since" : "publish.nothing", { number: live.number })}
      </p>
      <ul className={styles.changes}>
        {differences.slice(0, MOST_SHOWN).map((difference, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole
          <li key={index} data-sort={sortOf(difference)} dir="auto">
            {difference.step_id && steps.has(difference.step_id) ? (
              <button type="button" className={styles.there} onClick={() => showStep(difference.step_id as Id)}>
                {difference.sentence}
              </button>
            ) : (
              difference.sentence
            )}
          </li>
        ))}
      </ul>
      {left > 0 && <p className={styles.quiet}>{t("publish.more", { count: left })}</p>}
    </section>
  );
}

function Problems() {
  const { t } = useWords();
  const problems = useEditorState((state) => state.problems);
  const errors = problems.filter((problem) => problem.severity === "error").length;
  if (!problems.length) return null;
  const warnings = problems.length - errors;
  const worst = [...problems].sort((one, other) => Number(isWarning(one)) - Number(isWarning(other)));
  return (
    <section>
      {errors > 0 && <p className={styles.error}>{t("publish.errors", { count: errors })}</p>}
      {warnings > 0 && <p className={styles.warning}>{t("publish.warnings", { count: warnings })}</p>}
      <ul className={styles.changes}>
        {worst.slice(0, MOST_PROBLEMS).map((problem) => (
          <li key={problem.path + problem.code} data-sort={isWarning(problem) ? undefined : "removed"} dir="auto">
            <ProblemLine problem={problem} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const isWarning = ({ severity }: Problem) => severity === "warning";

/** What is wrong, and the way to the step where it is mended. */
function ProblemLine({ problem }: { problem: Problem }) {
  const { t } = useWords();
  const draft = useEditorState((state) => state.draft);
  const showStep = useShowStep();
  const { message } = problemWords(t, problem);
  const id = problem.step_id;
  if (id === null || !draft.step.has(id)) return capital(message);
  return (
    <button type="button" className={styles.there} onClick={() => showStep(id)}>
      {stepName(draft, id) || t("editor.no_name")}: {message}
    </button>
  );
}

function stepsGone(draft: Draft, summary: Facts["summary"]): { count: number; names: string[] } {
  const gone = summary.by_step.filter(
    ({ step_id }) => step_id && !step_id.includes("/") && !draft.step.has(step_id as Id),
  );
  const count = gone.reduce((sum, step) => sum + step.count, 0);
  return { count, names: gone.map(({ step_id, step_name }) => step_name || String(step_id)) };
}

function People({ facts: { summary } }: { facts: Facts }) {
  const { t } = useWords();
  const draft = useEditorState((state) => state.draft);
  if (!summary.counted) return null;
  const gone = stepsGone(draft, summary);
  return (
    <section>
      <p className={styles.quiet}>{t("publish.people", { count: summary.counted })}</p>
      {gone.count > 0 && (
        <p className={styles.warning}>{t("publish.leaving", { count: gone.count, steps: gone.names.join(", ") })}</p>
      )}
    </section>
  );
}

function Versions(doing: Doing) {
  const { t, language } = useWords();
  const { botId } = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const told = useTold(doing);
  const { revisions } = doing.facts;
  if (!revisions.length) return null;
  const restore = (number: number) => {
    const params = { path: { bot_id: botId, number } };
    const call = dataOf(api.POST("/api/v1/bots/{bot_id}/revisions/{number}/publish", { params }));
    void told(call.then(() => t("publish.restored", { number })));
  };
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return (
    <section>
      <h3>{t("publish.versions")}</h3>
      <ol className={styles.versions}>
        {revisions.map(({ number, comment, created_at, is_published, overruled }) => (
          <li key={number}>
            <div>
              <b>{t("publish.version", { number })}</b>{" "}
              {is_published && <span className={styles.good}>{t("publish.is_published")}</span>}
              <time className={styles.quiet} dateTime={created_at}>
                {when.format(new Date(created_at))}
              </time>
              {comment && <p dir="auto">{comment}</p>}
              {overruled && (
                <p className={styles.warning} dir="auto">
                  {t("publish.overruled", { reason: overruled.reason })}
                </p>
              )}
            </div>
            {!is_published && !isReadOnly && <Button onClick={() => restore(number)}>{t("publish.restore")}</Button>}
          </li>
        ))}
      </ol>
    </section>
  );
}

// A bot as a text that one can read on a phone: step after step in the order of the conversation, each opens.
import { useMemo } from "react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { EmptyCanvas } from "../canvas/EmptyCanvas";
import { useEditor, useEditorState } from "../editor/context";
import { type Card, makeCard, reachable } from "../graph/cards";
import { type Draft, type Id, MASTER } from "../graph/model";
import { inTime } from "../nodes/duration";
import { KIND_ICONS, KIND_KEYS } from "../nodes/kinds";
import styles from "./Outline.module.css";

/** Steps as the conversation meets them first, then those it never does. */
export function readingOrder(draft: Draft): Id[] {
  const found = reachable(draft);
  const rest = [...draft.step.keys()].filter((id) => !found.has(id));
  return [...walked(draft), ...rest];
}

function walked(draft: Draft): Id[] {
  const seen = new Set<Id>();
  const open = [draft.bot.first_step_id];
  const master = makeCard(draft, MASTER, "en")?.rows ?? [];
  for (
    let id = open.shift();
    id !== undefined;
    id =
      open.shift() ??
      nextOf(
        master.map((row) => row.targetId),
        seen,
      )
  ) {
    if (id === null || seen.has(id) || !draft.step.has(id)) continue;
    seen.add(id);
    open.push(...(makeCard(draft, id, "en")?.rows ?? []).map((row) => row.targetId));
  }
  return [...seen];
}

const nextOf = (targets: (Id | null)[], seen: Set<Id>) =>
  targets.find((id) => id !== null && !seen.has(id)) ?? undefined;

export function Outline() {
  const { t, language } = useWords();
  const draft = useEditorState((state) => state.draft);
  const order = useMemo(() => readingOrder(draft), [draft]);
  if (!order.length)
    return (
      <div className={styles.empty}>
        <EmptyCanvas />
      </div>
    );
  const cards = [MASTER, ...order].flatMap((id) => makeCard(draft, id, language) ?? []);
  return (
    <ol className={styles.outline} aria-label={t("editor.outline")}>
      {cards.map((card) => (
        <li key={card.id} className={styles.item}>
          <OutlineCard card={card} />
        </li>
      ))}
    </ol>
  );
}

function OutlineCard({ card }: { card: Card }) {
  const { t } = useWords();
  const editor = useEditor();
  const problems = useEditorState((state) => state.problems);
  const own = problems.filter((problem) => problem.step_id === card.id);
  const Icon = KIND_ICONS[card.kind];
  return (
    <article className={styles.card} data-kind={card.kind}>
      <button type="button" className={styles.head} onClick={() => editor.select([card.id])}>
        <Icon {...ICON} className={styles.icon} />
        <span className={styles.name} dir="auto">
          {card.id === MASTER ? t("editor.master_title") : card.name || t("editor.no_name")}
        </span>
        <span className="only-heard">{t(KIND_KEYS[card.kind])}</span>
        {own.length > 0 && <span className={styles.problem}>{t("editor.problems_count", { count: own.length })}</span>}
      </button>
      {card.preview && (
        // A thumb goes for the words; the keyboard and a screen reader have the button above.
        // biome-ignore lint/a11y/useKeyWithClickEvents: see above
        <p className={styles.text} dir="auto" onClick={() => editor.select([card.id])}>
          {card.preview.text || t("editor.says_nothing")}
        </p>
      )}
      <ul className={styles.rows}>
        {card.rows
          .filter((row) => row.type !== "missing")
          .map((row) => (
            <li key={row.handle ?? row.groupId} className={styles.row} dir="auto">
              {row.type === "timeout" ? t("editor.after_time", { time: inTime(Number(row.words), t) }) : row.words}
              {row.targetId && (
                <a className={styles.goal} href={`#step-${row.targetId}`}>
                  → {row.target}
                </a>
              )}
            </li>
          ))}
      </ul>
      <span id={`step-${card.id}`} className={styles.anchor} />
    </article>
  );
}

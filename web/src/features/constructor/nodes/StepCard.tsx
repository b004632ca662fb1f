// A step on the canvas, drawn as the person will see it. Every height here is the one of graph/cards.ts.
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { CirclePause, Clock, Flag, Maximize2, Plus } from "lucide-react";
import { memo } from "react";
import type { Translate } from "../../../i18n/types";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { createConnected, placeForNew } from "../canvas/creating";
import { toggleFold, useFolds } from "../canvas/folding";
import { useShowStep } from "../canvas/useShowStep";
import { useCanvasFacts } from "../canvas/view";
import { useEditor } from "../editor/context";
import type { Editor } from "../editor/editor";
import { bubbleHeight, type Card, type Preview, type Row } from "../graph/cards";
import { MASTER } from "../graph/model";
import { MarkBadge, MarkSign } from "../marks/MarkBadge";
import type { Mark } from "../marks/marks";
import { problemWords } from "../problemWords";
import { openTemplate } from "../templates/templates";
import { inTime } from "./duration";
import { KIND_ICONS, KIND_KEYS } from "./kinds";
import styles from "./StepCard.module.css";

export interface StepNodeData extends Record<string, unknown> {
  card: Card;
}

export const StepCard = memo(function StepCard({ id, data, selected }: NodeProps) {
  const { card } = data as StepNodeData;
  const { t } = useWords();
  const { detail, problemsOf, unreachable, glow, marks } = useCanvasFacts();
  const mark = marks.steps.get(id);
  const problems = problemsOf.get(id);
  const folded = useFolds((state) => (state.folded.has(id) ? (state.counts.get(id) ?? 0) : undefined));
  const Icon = KIND_ICONS[card.kind];
  const title = id === MASTER ? t("editor.master_title") : card.name || t("editor.no_name");
  return (
    <div
      className={styles.card}
      data-kind={card.kind}
      data-vendor={card.vendor ?? undefined}
      data-selected={selected || undefined}
      data-slim={card.isSlim || undefined}
      data-pale={unreachable.has(id) || undefined}
      data-detail={detail}
      data-walked={glow.steps.has(id) || undefined}
      data-here={glow.here === id || undefined}
      data-mark={mark}
    >
      {id !== MASTER && <Handle type="target" position={Position.Left} className={styles.target} />}
      <div className={styles.header}>
        {card.vendor ? (
          <img src={`/icons/integration-${card.vendor}`} alt="" draggable={false} className={styles.brand} />
        ) : (
          <Icon {...ICON} className={styles.icon} />
        )}
        <span className={styles.title} dir="auto">
          {title}
        </span>
        {card.isFirst && (
          <Flag {...ICON} className={styles.first} aria-label={t("editor.is_first")} aria-hidden={false} />
        )}
        {mark && <MarkBadge mark={mark} />}
        {glow.stops.has(id) && (
          <CirclePause {...ICON} className={styles.stops} aria-label={t("editor.stops_here")} aria-hidden={false} />
        )}
        {card.templateId && (
          <button
            type="button"
            tabIndex={-1}
            className={`${styles.open} nodrag`}
            aria-label={t("editor.template_open")}
            title={t("editor.template_open")}
            onClick={() => card.templateId && openTemplate(card.templateId)}
          >
            <Maximize2 {...ICON} />
          </button>
        )}
        {folded !== undefined && (
          <button
            type="button"
            tabIndex={-1}
            className={`${styles.unfold} nodrag`}
            aria-label={t("editor.unfold_count", { count: folded })}
            title={t("editor.unfold_count", { count: folded })}
            onClick={() => toggleFold(id)}
          >
            +{folded}
          </button>
        )}
        {problems?.[0] && (
          <span
            className={styles.problem}
            data-severity={problems.some((each) => each.severity === "error") ? "error" : "warning"}
            title={problemWords(t, problems[0]).message}
          >
            {problems.length}
          </span>
        )}
        <span className="only-heard">{t(KIND_KEYS[card.kind])}</span>
      </div>
      {detail === "full" && card.preview && <BubblePreview preview={card.preview} t={t} />}
      {detail === "full"
        ? card.rows.map((row) => (
            <RowLine
              key={row.handle ?? `work:${row.groupId}`}
              stepId={id}
              row={row}
              mark={marks.edges.get(row.connectionId ?? `${row.type}:${id}`)}
              t={t}
            />
          ))
        : card.rows.map(
            (row) =>
              row.handle && (
                <Handle
                  key={row.handle}
                  id={row.handle}
                  type="source"
                  position={Position.Right}
                  className={styles.hidden}
                  style={{ top: row.y + 16 }}
                />
              ),
          )}
    </div>
  );
});

function BubblePreview({ preview, t }: { preview: Preview; t: Translate }) {
  const { text, buttons, moreButtons, attachments, hasWidget } = preview;
  return (
    <div className={styles.preview}>
      <div
        className={styles.bubble}
        style={{ height: bubbleHeight(preview), WebkitLineClamp: preview.lines }}
        dir="auto"
      >
        <span className={styles.text} style={{ WebkitLineClamp: preview.lines }}>
          {text || <i className={styles.empty}>{t("editor.says_nothing")}</i>}
        </span>
      </div>
      {buttons.length > 0 && (
        <div className={styles.chips}>
          {buttons.map((button, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two buttons may say the same
            <span key={index} className={styles.chip} dir="auto">
              {button}
            </span>
          ))}
          {moreButtons > 0 && <span className={styles.chip}>+{moreButtons}</span>}
        </div>
      )}
      {(attachments > 0 || hasWidget) && (
        <div className={styles.extra}>
          {attachments > 0 && t("editor.files_count", { count: attachments })}
          {attachments > 0 && hasWidget && " · "}
          {hasWidget && t("editor.widget")}
        </div>
      )}
    </div>
  );
}

interface RowLineProps {
  stepId: string;
  row: Row;
  /** What a panel says of its connection. */
  mark: Mark | undefined;
  t: Translate;
}

function RowLine({ stepId, row, mark, t }: RowLineProps) {
  const editor = useEditor();
  const showStep = useShowStep();
  if (row.type === "work")
    return (
      <div className={styles.work} title={row.words}>
        {row.words || t("editor.work_empty")}
      </div>
    );
  const isConnection = row.type === "connection" || row.type === "otherwise";
  return (
    // The card itself is reached by keyboard; its rows are the inspector's there.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      className={styles.row}
      data-type={row.type}
      onClick={isConnection ? () => editor.select([stepId], row.connectionId) : undefined}
      onDoubleClick={() => row.targetId && showStep(row.targetId)}
    >
      {mark && <MarkSign mark={mark} />}
      {row.type === "timeout" && <Clock {...ICON} className={styles.clock} />}
      <span className={styles.words} title={row.words} dir="auto">
        {sentence(row, t)}
      </span>
      {row.target !== null && (
        <span className={styles.goal} dir="auto">
          → {row.target}
        </span>
      )}
      {row.type === "missing" && !editor.state.isReadOnly && (
        <button
          type="button"
          tabIndex={-1}
          className={`${styles.plus} nodrag`}
          aria-label={t("editor.add_next")}
          title={t("editor.add_next")}
          onClick={() => addNext(editor, stepId, row.handle ?? "", t)}
        >
          <Plus {...ICON} />
        </button>
      )}
      <Handle
        id={row.handle ?? ""}
        type="source"
        position={Position.Right}
        className={styles.handle}
        data-open={row.targetId === null || undefined}
      />
    </div>
  );
}

/** A step that "otherwise" leads to, beside this one. */
function addNext(editor: Editor, stepId: string, handle: string, t: Translate): void {
  editor.select([stepId]);
  createConnected(editor, stepId, handle, placeForNew(editor, NOWHERE), t);
}

const NOWHERE = { x: 0, y: 0, width: 0, height: 0 };

function sentence(row: Row, t: Translate): string {
  if (row.type === "timeout")
    return row.words ? t("editor.after_time", { time: inTime(Number(row.words), t) }) : t("editor.no_time");
  return row.words;
}

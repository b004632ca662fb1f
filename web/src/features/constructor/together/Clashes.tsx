// Somebody else changed the same: what stands, and the other one as an offer.
import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../ui/Button";
import { useEditor, useEditorState } from "../editor/context";
import type { ToldClash } from "../editor/editor";
import { stepName } from "../graph/cards";
import { rootOf } from "../graph/clashes";
import type { Draft } from "../graph/model";
import styles from "./Together.module.css";
import { useNameOf } from "./useOthers";
import { fieldWords } from "./words";

const SHOWN = 3;
const MOST_LETTERS = 90;

export function Clashes() {
  const { t } = useWords();
  const clashes = useEditorState((state) => state.clashes);
  const hidden = clashes.length - SHOWN;
  return (
    <section className={styles.clashes} aria-live="polite" aria-label={t("together.clashes")}>
      {hidden > 0 && <p className={styles.more}>{t("together.clashes_more", { count: hidden })}</p>}
      {clashes.slice(-SHOWN).map((clash) => (
        <ClashCard key={clash.key} clash={clash} />
      ))}
    </section>
  );
}

function ClashCard({ clash }: { clash: ToldClash }) {
  const { t } = useWords();
  const editor = useEditor();
  const name = useNameOf()(clash.authorId);
  const isMine = clash.stands === "mine";
  const isGone = !clash.path.length;
  const who = name === null ? t("together.you_elsewhere") : (name ?? t("together.somebody"));
  const other = quoted(isMine ? clash.theirs : clash.mine);
  return (
    <article className={styles.clash}>
      <p className={styles.said}>{sentence(clash, editor.draft, who, t)}</p>
      {!isGone && other !== null && (
        <blockquote className={styles.quote} dir="auto">
          {other || t("together.empty")}
        </blockquote>
      )}
      <div className={styles.choices}>
        <Button onClick={() => editor.takeOther(clash)}>
          {t(isGone ? "together.bring_back" : isMine ? "together.take_other" : "together.put_back")}
        </Button>
        <Button onClick={() => editor.dismiss(clash.key)}>
          {t(isGone ? "together.let_go" : isMine ? "together.keep_mine" : "together.keep_other")}
        </Button>
      </div>
    </article>
  );
}

function quoted(value: unknown): string | null {
  if (typeof value !== "string") return null;
  return value.length > MOST_LETTERS ? `${value.slice(0, MOST_LETTERS)}…` : value;
}

function sentence(clash: ToldClash, draft: Draft, who: string, t: ReturnType<typeof useWords>["t"]): string {
  const isMine = clash.stands === "mine";
  const place = placeOf(clash, draft);
  if (!clash.path.length) {
    const named = place ? t("together.quoted", { name: place }) : t("together.a_part");
    return t(isMine ? "together.removed_changed" : "together.removed_by_other", { who, step: named });
  }
  const field = fieldWords(t, [clash.kind, ...clash.path].join(".")) ?? t("together.a_field");
  const step = place ? t("together.quoted", { name: place }) : t("together.this_bot");
  return t(isMine ? "together.both_mine_stands" : "together.both_theirs_stands", { who, field, step });
}

/** The name of the step that it is about. */
function placeOf({ kind, id, revival }: ToldClash, draft: Draft): string {
  const [rootKind, rootId] = rootOf(draft, kind, id);
  const revived = revival.find((change) => change.kind === "step")?.fields.name;
  if (typeof revived === "string") return revived;
  return rootKind === "step" ? (stepName(draft, rootId) ?? "") : rootKind === "bot" ? draft.bot.name : "";
}

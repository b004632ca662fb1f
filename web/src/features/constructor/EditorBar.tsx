// The bar of a bot: its name, whether all is saved, problems, undo and redo, and the buttons of the panels.
import { Redo2, TriangleAlert, Undo2 } from "lucide-react";
import type { Translate } from "../../i18n/types";
import { useWords } from "../../i18n/useWords";
import { BotName } from "../../shell/place/BotName";
import { TopBar } from "../../shell/TopBar";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import styles from "./EditorBar.module.css";
import { useEditor, useEditorState } from "./editor/context";
import type { Saving } from "./graph/queue";
import { useUnfinishedCount } from "./inspector/unfinished/held";
import { PANELS, type Panel, togglePanel, useOpenPanel } from "./panels";
import { Avatars } from "./together/Avatars";

export function EditorBar({ onProblems }: { onProblems: () => void }) {
  const { t } = useWords();
  const editor = useEditor();
  const canUndo = useEditorState((state) => state.history.done.length > 0);
  const canRedo = useEditorState((state) => state.history.undone.length > 0);
  const all = useEditorState((state) => state.problems);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  // The canvas says itself that it is empty: nobody begins with a mistake.
  const problems = all.filter(({ code }) => code !== "no_steps");
  const hasErrors = problems.some((problem) => problem.severity === "error");
  return (
    <TopBar>
      <Name />
      <SavedState />
      <div className={styles.room} />
      <Avatars />
      {problems.length > 0 && (
        <button
          type="button"
          className={styles.problems}
          data-severity={hasErrors ? "error" : "warning"}
          aria-label={t("editor.problems_count", { count: problems.length })}
          onClick={onProblems}
        >
          <TriangleAlert {...ICON} />
          <span className={styles.wide}>{t("editor.problems_count", { count: problems.length })}</span>
          <span className={styles.narrow} aria-hidden>
            {problems.length}
          </span>
        </button>
      )}
      {!isReadOnly && (
        <>
          <Button
            kind="icon"
            aria-label={t("editor.undo")}
            title={t("editor.undo")}
            disabled={!canUndo}
            onClick={editor.undo}
          >
            <Undo2 {...ICON} />
          </Button>
          <Button
            kind="icon"
            className={styles.redo}
            aria-label={t("editor.redo")}
            title={t("editor.redo")}
            disabled={!canRedo}
            onClick={editor.redo}
          >
            <Redo2 {...ICON} />
          </Button>
        </>
      )}
      {PANELS.map((panel) => (
        <PanelButton key={panel.id} panel={panel} />
      ))}
    </TopBar>
  );
}

function PanelButton({ panel: { id, label, icon: Icon, isMain } }: { panel: Panel }) {
  const { t } = useWords();
  const isOpen = useOpenPanel((state) => state.id === id);
  // A panel's label has no parameters; the type of `t` asks for those of any text.
  const words = (t as (key: string) => string)(label);
  return (
    <Button
      kind={isMain ? "main" : "plain"}
      className={styles.panel}
      aria-label={words}
      aria-pressed={isOpen}
      onClick={() => togglePanel(id)}
    >
      <Icon {...ICON} />
      <span className={styles.words}>{words}</span>
    </Button>
  );
}

function Name() {
  const { botId } = useEditor();
  const name = useEditorState((state) => state.draft.bot.name);
  return <BotName botId={botId} name={name} place="" isTitle />;
}

function SavedState() {
  const { t } = useWords();
  const saving = useEditorState((state) => state.saving);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const { botId } = useEditor();
  const connections = useEditorState((state) => state.draft.connection);
  const unfinished = useUnfinishedCount(botId, (id) => connections.has(id));
  const refused = saving.refused[0];
  const state = refused ? "refused" : saving.state === "saved" && unfinished ? "unfinished" : saving.state;
  return (
    <output className={styles.saved} data-state={state} title={refused?.words}>
      {isReadOnly ? t("editor.read_only") : savedWords(saving, unfinished, t)}
    </output>
  );
}

function savedWords({ state, waiting, refused }: Saving, unfinished: number, t: Translate): string {
  if (state === "forbidden") return t("editor.forbidden", { count: waiting });
  if (state === "offline") return t("editor.offline", { count: waiting });
  if (refused.length) return t("editor.refused", { count: refused.length });
  if (state === "saved" && unfinished) return t("editor.unfinished", { count: unfinished });
  return t(state === "saving" ? "editor.saving" : "editor.saved");
}

// Where the selected step and the panel lie over each other, the way from one to the other.
import { useWords } from "../../../i18n/useWords";
import { useEditorState } from "../editor/context";
import { stepName } from "../graph/cards";
import { MASTER } from "../graph/model";
import { PANELS, showPanel, showSelected, useOpenPanel } from "../panels";
import styles from "./SideTabs.module.css";

export function SideTabs() {
  const { t } = useWords();
  const { id, isBehind } = useOpenPanel();
  const label = PANELS.find((each) => each.id === id)?.label ?? "editor.panel_talk";
  return (
    <nav className={styles.tabs} aria-label={t("editor.sides")}>
      <button type="button" className={styles.tab} aria-pressed={isBehind} onClick={showSelected}>
        <SelectedName />
      </button>
      <button type="button" className={styles.tab} aria-pressed={!isBehind} onClick={showPanel}>
        {/* A panel's label has no parameters; the type of `t` asks for those of any text. */}
        {(t as (key: string) => string)(label)}
      </button>
    </nav>
  );
}

function SelectedName() {
  const { t } = useWords();
  const selected = useEditorState((state) => state.selected);
  const draft = useEditorState((state) => state.draft);
  const [only, another] = selected;
  if (another !== undefined) return t("editor.selected_count", { count: selected.size });
  if (only === MASTER) return t("editor.master_title");
  const name = only === undefined ? null : stepName(draft, only);
  return <span dir="auto">{name ?? t("editor.inspector")}</span>;
}

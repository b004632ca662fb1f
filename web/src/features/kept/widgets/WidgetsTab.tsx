// The widgets of the bot: HTML, CSS and JavaScript of its messages, each with a live preview in its frame.
import { AppWindow } from "lucide-react";
import { useSearchParams } from "wouter";
import { useWords } from "../../../i18n/useWords";
import type { PlaceProps } from "../../../shell/places";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../../constructor/editor/context";
import styles from "../Kept.module.css";
import { OpenBot } from "../OpenBot";
import { PartHead, PartList, UsedBy } from "../Parts";
import { removeWidget, usesOfWidget } from "../uses";
import { FIRST_WIDGET } from "./first";
import WidgetEditor from "./WidgetEditor";

export default function WidgetsTab({ bot }: PlaceProps) {
  return (
    <OpenBot botId={bot.id}>
      <Widgets />
    </OpenBot>
  );
}

function Widgets() {
  const { t } = useWords();
  const editor = useEditor();
  const [search, setSearch] = useSearchParams();
  const draft = useEditorState((state) => state.draft);
  const id = search.get("id") ?? "";
  const widget = draft.widget.get(id);
  if (widget)
    return (
      <div className={styles.stack}>
        <PartHead
          title={widget.name || t("kept.unnamed")}
          uses={usesOfWidget(draft, id)}
          removal={() => removeWidget(editor.draft, id)}
        />
        <WidgetEditor key={id} id={id} />
      </div>
    );
  return (
    <PartList
      label={t("kept.tab_widgets")}
      action={t("kept.new_widget")}
      empty={{ icon: <AppWindow size={24} />, title: t("kept.no_widgets"), text: t("kept.about_widgets") }}
      addition={(made) => {
        const fields = { name: t("kept.new_widget_name"), ...FIRST_WIDGET };
        return { op: "add", kind: "widget", id: made, fields };
      }}
    >
      {[...draft.widget].map(([each, { name, description }]) => (
        <li key={each} className={styles.part}>
          <AppWindow {...ICON} className={styles.partIcon} />
          <span className={styles.partText}>
            <button type="button" className={styles.open} onClick={() => setSearch({ id: each })}>
              {name || t("kept.unnamed")}
            </button>
            {description && <span>{description}</span>}
            <UsedBy uses={usesOfWidget(draft, each)} />
          </span>
        </li>
      ))}
    </PartList>
  );
}

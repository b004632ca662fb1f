// The widget of a message as the person will see it, in its frame; variables with what is known of them.
import { useMemo } from "react";
import { WidgetFrame } from "../../../ui/WidgetFrame";
import { useEditorState } from "../editor/context";
import type { Id } from "../graph/model";
import { namedIn, textOfSample } from "./works/samples";
import { useKnownValues } from "./works/useKnownValues";

const nobodyHears = () => {};

export default function WidgetPreview({ id }: { id: Id }) {
  const widget = useEditorState((state) => state.draft.widget.get(id));
  const known = useKnownValues();
  const shown = useMemo(() => {
    if (!widget) return null;
    const filled = (text: string) =>
      namedIn(text).reduce(
        (now, path) => now.replace(placeholderOf(path), () => escaped(textOfSample(known(path)))),
        text,
      );
    return { id, name: widget.name, body: filled(widget.body), css: widget.css, js: widget.js };
  }, [id, widget, known]);
  return shown && <WidgetFrame widget={shown} onSend={nobodyHears} />;
}

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const placeholderOf = (path: string) => new RegExp(`\\{\\$\\s*${quoted(path)}\\s*(?:\\|[^$}]*)?\\$\\}`, "g");
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string) => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

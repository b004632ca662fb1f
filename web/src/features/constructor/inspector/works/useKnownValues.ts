// What is known of a variable while one draws: what the talk beside the canvas left in it, else what the bot begins with.
import { useMemo } from "react";
import { useEditor, useEditorState } from "../../editor/context";
import type { Json } from "../../graph/model";
import { useTalk } from "../../talk/talk";
import { valueAt } from "./samples";

export function useKnownValues(): (path: string) => Json {
  const { botId } = useEditor();
  const initial = useEditorState((state) => state.draft.bot.variables);
  const talked = useTalk((talk) => (talk.botId === botId ? talk.state : null));
  return useMemo(() => {
    const begin = { bot: initial };
    return (path) => valueAt(talked, path) ?? valueAt(begin, path);
  }, [initial, talked]);
}

// One bot: opens its draft, and shows the places that belong to it.
import { useEffect, useState } from "react";
import { ApiError } from "../../api/client";
import { LostPage } from "../../app/states";
import { useWords } from "../../i18n/useWords";
import { loadWords } from "../../i18n/words";
import { UnreachablePage } from "../../shell/states";
import { Build } from "./Build";
import { EditorProvider } from "./editor/context";
import { Editor } from "./editor/editor";
import { keeperOf } from "./editor/keeper";
import { openBot, serverOf } from "./editor/server";
import { Skeleton } from "./Skeleton";

type Opening = Editor | "opening" | "lost" | "unreachable";

/** A bot that was left goes on sending what waits; opened again, it hands that over. */
const left = new Map<string, Editor>();

export function ConstructorPage({ botId }: { botId: string }) {
  const { t } = useWords();
  const [editor, setEditor] = useState<Opening>("opening");
  useEffect(() => {
    let isOver = false;
    left.get(botId)?.stop();
    left.delete(botId);
    Promise.all([openBot(botId), keeperOf(botId), loadWords("together"), loadWords("problems")])
      .then(([opened, keeper]) => {
        if (isOver) return keeper.release?.();
        const made = new Editor(botId, opened, serverOf(botId), keeper);
        const wanted = new URLSearchParams(location.search).get("step");
        if (wanted && made.draft.step.has(wanted)) made.select([wanted]);
        setEditor(made);
      })
      .catch((error) => setEditor(error instanceof ApiError && error.status < 500 ? "lost" : "unreachable"));
    return () => {
      isOver = true;
    };
  }, [botId]);
  useEffect(() => {
    if (!(editor instanceof Editor)) return;
    const stop = editor.watch();
    const name = () => {
      document.title = t("editor.page_title", { name: editor.draft.bot.name });
    };
    name();
    const unsubscribe = editor.store.subscribe((now, before) => now.draft.bot !== before.draft.bot && name());
    return () => {
      stop();
      unsubscribe();
      left.set(botId, editor);
    };
  }, [editor, botId, t]);
  if (editor === "lost") return <LostPage />;
  if (editor === "unreachable") return <UnreachablePage />;
  if (editor === "opening") return <Skeleton />;
  return (
    <EditorProvider value={editor}>
      <Build />
    </EditorProvider>
  );
}

// Keeps the list of problems fresh: asks the server's check when what is stored has changed and rest has come.
import { useEffect } from "react";
import { dataOf } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import { useEditor, useEditorState } from "./context";

const REST_MS = 500;

export function useProblems(): void {
  const editor = useEditor();
  const { language } = useWords();
  const version = useEditorState((state) => state.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version or language is the reason to ask again
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const params = { path: { bot_id: editor.botId } };
        const call = api.GET("/api/v1/bots/{bot_id}/check", { params, signal: stop.signal });
        const { problems } = await dataOf(call);
        if (!stop.signal.aborted) editor.store.setState({ problems });
      } catch {
        // The next change asks again; the last list stays.
      }
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [editor, version, language]);
}

// The open draft for pages beside the canvas: the same editor, so edits are saved as they are typed, can be undone, and
// arrive from others.
import { type ReactNode, useEffect, useState } from "react";
import { useWords } from "../../i18n/useWords";
import { loadWords } from "../../i18n/words";
import { Failed, Ghosts } from "../../shell/place/states";
import { EditorProvider, useEditorState } from "../constructor/editor/context";
import { Editor } from "../constructor/editor/editor";
import { keeperOf } from "../constructor/editor/keeper";
import { openBot, serverOf } from "../constructor/editor/server";
import { useTogether } from "../constructor/together/useTogether";
import "../constructor/kinds.css";
import styles from "./Kept.module.css";

interface OpenBotProps {
  botId: string;
  children: ReactNode;
}

export function OpenBot({ botId, children }: OpenBotProps) {
  const [editor, setEditor] = useState<Editor | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` asks for one more
  useEffect(() => {
    let isOver = false;
    const words = (["editor", "together", "work"] as const).map(loadWords);
    Promise.all([openBot(botId), keeperOf(botId), ...words])
      .then(([opened, keeper]) => !isOver && setEditor(new Editor(botId, opened, serverOf(botId), keeper)))
      .catch((error) => !isOver && setFailure(error));
    return () => {
      isOver = true;
    };
  }, [botId, tries]);
  useEffect(() => editor?.watch(), [editor]);
  if (failure)
    return (
      <Failed
        error={failure}
        onAgain={() => {
          setFailure(null);
          setTries(tries + 1);
        }}
      />
    );
  if (!editor) return <Ghosts />;
  return (
    <EditorProvider value={editor}>
      <Live />
      {children}
    </EditorProvider>
  );
}

function Live() {
  const { t } = useWords();
  const saving = useEditorState((state) => state.saving);
  useTogether();
  const refused = saving.refused.length > 0;
  return (
    <p className={refused ? styles.wrong : styles.saving} role="status">
      {refused ? t("kept.refused") : t(`kept.saving_${saving.state === "saved" ? "saved" : "waits"}`)}
    </p>
  );
}

// One bot: its draft on the canvas and everything that belongs to it.
import { useEffect } from "react";
import { useWords } from "../../i18n/useWords";
import { TopBar } from "../../shell/TopBar";
import { useBot } from "../bots/data";

export function ConstructorPage({ botId }: { botId: string }) {
  const { t } = useWords();
  const { data: bot } = useBot(botId);
  const name = bot?.name ?? "";
  useEffect(() => {
    if (name) document.title = t("editor.page_title", { name });
  }, [name, t]);
  return (
    <>
      <TopBar />
      <main>
        <h1>{name}</h1>
      </main>
    </>
  );
}

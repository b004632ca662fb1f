// The start page: all bots as cards.
import { Link } from "wouter";
import { useWords } from "../../i18n/useWords";
import { TopBar } from "../../shell/TopBar";
import { useBots } from "./data";

export default function BotsPage() {
  const { t } = useWords();
  const { data } = useBots();
  return (
    <>
      <TopBar />
      <main>
        <h1>{t("bots.title")}</h1>
        {data?.items.map((bot) => (
          <Link key={bot.id} href={`/bots/${bot.id}`}>
            {bot.name}
          </Link>
        ))}
      </main>
    </>
  );
}

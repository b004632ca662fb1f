// The frame of a bot's places: top bar, rail, and the page of the place beside it.
import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect } from "react";
import { ApiError, dataOf } from "../../api/client";
import { LoadingPage, LostPage } from "../../app/states";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { PLACES } from "../places";
import { UnreachablePage } from "../states";
import { TopBar } from "../TopBar";
import { BotName } from "./BotName";
import styles from "./PlacePage.module.css";
import { placeName, Rail } from "./Rail";
import { PlaceSkeleton } from "./states";

export function PlacePage({ botId, path }: { botId: string; path: string }) {
  const { t } = useWords();
  const { data: bot, error, isPending } = useBot(botId);
  const place = PLACES.find((each) => each.path === path);
  const title = bot && place ? `${placeName(t, place)} · ${bot.name}` : null;
  useEffect(() => {
    if (title) document.title = title;
  }, [title]);
  if (!place?.Component) return <LostPage />;
  if (isPending) return <LoadingPage />;
  if (!bot) return error instanceof ApiError && error.status < 500 ? <LostPage /> : <UnreachablePage />;
  return (
    <div className={styles.page}>
      <TopBar>
        <BotName botId={bot.id} name={bot.name} place={path} />
      </TopBar>
      <div className={styles.body}>
        <Rail botId={bot.id} current={path} />
        <main className={styles.main} key={bot.id}>
          <Suspense fallback={<PlaceSkeleton />}>
            <place.Component bot={bot} />
          </Suspense>
        </main>
      </div>
    </div>
  );
}

function useBot(botId: string) {
  return useQuery({
    queryKey: ["bots", "one", botId],
    queryFn: () => dataOf(api.GET("/api/v1/bots/{bot_id}", { params: { path: { bot_id: botId } } })),
  });
}

// The start page: all bots as cards, found by words and tags, with what they are doing right now.
import { Button, Select, Skeleton, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Plus, Search } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useWords } from "../../i18n/useWords";
import { useLive } from "../../realtime/useLive";
import { errorWords } from "../../shell/errors";
import { useKey } from "../../shell/keys";
import { TopBar } from "../../shell/TopBar";
import { ICON } from "../../ui/icon";
import { BotCard } from "./BotCard";
import styles from "./BotsPage.module.css";
import { FileDrop } from "./FileDrop";
import { SORTS, type Sort, shownBots, tagsOf } from "./filter";
import { useLeaving } from "./leaving";
import { type BotCardData, useBots, useFigures } from "./queries";
import { StartHere } from "./StartHere";
import { Welcome } from "./Welcome";

const LIVE_BOTS = 50;

export default function BotsPage() {
  const { t } = useWords();
  const { data: all, error, refetch } = useBots();
  const leaving = useLeaving((state) => state.ids);
  const bots = useMemo(() => all?.filter((bot) => !leaving.has(bot.id)), [all, leaving]);
  const [, go] = useLocation();
  useKey("n", () => go("/new"));
  useLiveBots(bots);
  useEffect(() => {
    document.title = `${t("bots.title")} · DBCV`;
  }, [t]);
  return (
    <>
      <TopBar />
      <FileDrop>
        <main className={styles.main}>
          {error !== null && !all ? (
            <div className={styles.failed} role="alert">
              <p>{errorWords(t, error)}</p>
              <Button variant="default" onClick={() => void refetch()}>
                {t("shell.again")}
              </Button>
            </div>
          ) : bots?.length === 0 ? (
            <StartHere />
          ) : (
            <AllBots bots={bots} />
          )}
        </main>
      </FileDrop>
    </>
  );
}

/** Reads the list again when one of the bots on it changes. */
function useLiveBots(bots: readonly BotCardData[] | undefined) {
  const queries = useQueryClient();
  const topics = (bots ?? []).slice(0, LIVE_BOTS).map((bot) => `bot:${bot.id}`);
  useLive(topics.sort(), ({ type }) => {
    if (type === "bot.changed" || type === "bot.published") void queries.invalidateQueries({ queryKey: ["bots"] });
  });
}

function AllBots({ bots }: { bots: readonly BotCardData[] | undefined }) {
  const { t } = useWords();
  const [search, setSearch] = useState("");
  const [tag, setTag] = useState<string | null>(null);
  const [sort, setSort] = useState<Sort>("changed");
  const field = useRef<HTMLInputElement>(null);
  useKey("/", () => field.current?.focus());
  const shown = useMemo(() => shownBots(bots ?? [], search, tag, sort), [bots, search, tag, sort]);
  const tags = useMemo(() => tagsOf(bots ?? []), [bots]);
  return (
    <>
      <Welcome />
      <div className={styles.head}>
        <h1 className={styles.title}>{t("bots.title")}</h1>
        <TextInput
          ref={field}
          className={styles.search}
          leftSection={<Search {...ICON} />}
          placeholder={t("bots.search")}
          aria-label={t("bots.search")}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Escape" && setSearch("")}
        />
        <Select
          className={styles.sort}
          aria-label={t("bots.sort")}
          data={SORTS.map((value) => ({ value, label: t(`bots.sort_${value}`) }))}
          value={sort}
          onChange={(value) => setSort(value as Sort)}
        />
        <Button component={Link} href="/new" leftSection={<Plus {...ICON} />}>
          {t("bots.create")}
        </Button>
      </div>
      {tags.length > 0 && <Tags tags={tags} chosen={tag} onChoose={setTag} />}
      {bots ? <Cards bots={shown} onTag={setTag} /> : <Skeletons />}
      {bots && shown.length === 0 && (
        <div className={styles.nothing}>
          <p>{t("bots.nothing_found")}</p>
          <Button
            variant="default"
            onClick={() => {
              setSearch("");
              setTag(null);
            }}
          >
            {t("bots.show_all")}
          </Button>
        </div>
      )}
    </>
  );
}

interface TagsProps {
  tags: readonly string[];
  chosen: string | null;
  onChoose: (tag: string | null) => void;
}

function Tags({ tags, chosen, onChoose }: TagsProps) {
  const { t } = useWords();
  return (
    <fieldset className={styles.tags}>
      <legend className="only-heard">{t("bots.tags")}</legend>
      {tags.map((tag) => (
        <button
          key={tag}
          type="button"
          className={styles.tag}
          aria-pressed={tag === chosen}
          onClick={() => onChoose(tag === chosen ? null : tag)}
        >
          {tag}
        </button>
      ))}
    </fieldset>
  );
}

function Cards({ bots, onTag }: { bots: readonly BotCardData[]; onTag: (tag: string) => void }) {
  const ids = useMemo(() => bots.map(({ id }) => id).sort(), [bots]);
  const { data: figures } = useFigures(ids);
  return (
    <ul className={styles.cards}>
      {bots.map((bot) => (
        <BotCard key={bot.id} bot={bot} figures={figures?.get(bot.id)} onTag={onTag} />
      ))}
    </ul>
  );
}

function Skeletons() {
  return (
    <div className={styles.cards} aria-busy="true">
      {[1, 2, 3, 4, 5, 6].map((place) => (
        <Skeleton key={place} height={180} radius="lg" />
      ))}
    </div>
  );
}

// The page /credentials: the keys of all bots, where they go and whether they work. No secret is ever shown.
import { Select, TextInput } from "@mantine/core";
import { KeyRound, Plus, Search } from "lucide-react";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { useWords } from "../../i18n/useWords";
import { ListEnd } from "../../shell/place/ListEnd";
import { Empty, Place } from "../../shell/place/Place";
import { Failed, Ghosts } from "../../shell/place/states";
import { TopBar } from "../../shell/TopBar";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import { type BotCardData, useBots } from "../bots/queries";
import { CredentialRow } from "./CredentialRow";
import styles from "./credentials.module.css";
import { NewCredential } from "./NewCredential";
import { useAllCredentials } from "./queries";

export default function CredentialsPage() {
  const { t } = useWords();
  useEffect(() => {
    document.title = `${t("credentials.title")} · DBCV`;
  }, [t]);
  return (
    <>
      <TopBar />
      <main>
        <Listed />
      </main>
    </>
  );
}

function Listed() {
  const { t } = useWords();
  const [search, setSearch] = useSearchParams();
  const botId = search.get("bot");
  const { data: bots = [] } = useBots();
  const [words, setWords] = useState("");
  const [isAdding, setIsAdding] = useState(false);
  const all = useAllCredentials(botId);
  const found = all.items.filter((each) => `${each.name} ${each.provider}`.toLowerCase().includes(words.toLowerCase()));
  const isEmpty = all.isSuccess && all.items.length === 0;
  const mine = bots.filter((each) => each.access !== "viewer");
  const add = (
    <Button kind="main" onClick={() => setIsAdding(true)} disabled={mine.length === 0}>
      <Plus {...ICON} />
      {t("credentials.add")}
    </Button>
  );
  const isFiltered = botId !== null;
  return (
    <Place title={t("credentials.title")} way={<WayBack />} hint={t("credentials.hint")} actions={!isEmpty && add}>
      {(!isEmpty || isFiltered) && (
        <div className={styles.filters}>
          <TextInput
            className={styles.choice ?? ""}
            aria-label={t("credentials.search")}
            placeholder={t("credentials.search")}
            leftSection={<Search {...ICON} />}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <BotFilter bots={bots} value={botId} onChange={(id) => setSearch(id ? { bot: id } : {}, { replace: true })} />
        </div>
      )}
      {all.isPending && <Ghosts />}
      {all.isError && <Failed error={all.error} onAgain={() => all.refetch()} />}
      {isEmpty && (
        <Empty icon={<KeyRound size={26} />} title={t("credentials.empty_title")} text={t("credentials.empty_text")}>
          {add}
        </Empty>
      )}
      {!isEmpty && all.isSuccess && found.length === 0 && (
        <p className={styles.none}>{t("credentials.nothing_found")}</p>
      )}
      <ul className={styles.list}>
        {found.map((each) => (
          <CredentialRow key={each.id} credential={each} bot={bots.find((bot) => bot.id === each.bot_id)} />
        ))}
      </ul>
      <ListEnd {...all} />
      {isAdding && <NewCredential bots={mine} botId={botId} onClose={() => setIsAdding(false)} />}
    </Place>
  );
}

function WayBack() {
  const { t } = useWords();
  return (
    <nav aria-label={t("app.where")}>
      <Link href="/">{t("app.all_bots")}</Link>
    </nav>
  );
}

interface BotFilterProps {
  bots: readonly BotCardData[];
  value: string | null;
  onChange: (botId: string | null) => void;
}

function BotFilter({ bots, value, onChange }: BotFilterProps) {
  const { t } = useWords();
  return (
    <Select
      aria-label={t("credentials.bot")}
      placeholder={t("credentials.all_bots")}
      data={bots.map((bot) => ({ value: bot.id, label: bot.name }))}
      value={value}
      onChange={onChange}
      clearable
      searchable
    />
  );
}

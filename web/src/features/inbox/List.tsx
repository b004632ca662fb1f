// The conversations of a bot, the latest first, or the messages with the words that are looked for.
import { Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Inbox, Search, SearchX } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Link } from "wouter";
import { told } from "../../i18n/told";
import { useWords } from "../../i18n/useWords";
import { ListEnd } from "../../shell/place/ListEnd";
import { Empty } from "../../shell/place/Place";
import { Failed, Ghosts } from "../../shell/place/states";
import { ICON } from "../../ui/icon";
import { exactTime, relativeTime } from "../../ui/time";
import { useBotChannels } from "../channels/queries";
import styles from "./List.module.css";
import { personName } from "./names";
import { type Filter, type InboxItem, type Standing, useFound, useInbox, useInboxCounts } from "./queries";

const SEARCH_AFTER_MS = 250;

interface ListProps {
  botId: string;
  /** The address of the inbox. */
  base: string;
  openId: string | null;
  filter: Filter;
  onFilter: (filter: Filter) => void;
}

export function List({ botId, base, openId, filter, onFilter }: ListProps) {
  const { t } = useWords();
  const [words, setWords] = useState("");
  const [wanted] = useDebouncedValue(words.trim(), SEARCH_AFTER_MS);
  return (
    <>
      <div className={styles.tools}>
        <TextInput
          type="search"
          aria-label={t("inbox.search")}
          placeholder={t("inbox.search")}
          leftSection={<Search {...ICON} />}
          maxLength={200}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        {wanted === "" && <Filters botId={botId} filter={filter} onFilter={onFilter} />}
      </div>
      <nav className={styles.scroll} aria-label={t("inbox.conversations")} onKeyDown={walkRows}>
        {wanted === "" ? (
          <Conversations botId={botId} base={base} openId={openId} filter={filter} />
        ) : (
          <Found botId={botId} base={base} words={wanted} />
        )}
      </nav>
    </>
  );
}

/** Arrows go from row to row, as in any list of mail. */
function walkRows(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("a[data-row]")];
  const next = rows[rows.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function Filters({ botId, filter, onFilter }: Pick<ListProps, "botId" | "filter" | "onFilter">) {
  const { t } = useWords();
  const { data: counts } = useInboxCounts(botId);
  const { items: channels } = useBotChannels(botId);
  const standings: { value: Standing; label: string }[] = [
    { value: "all", label: t("inbox.all") },
    { value: "waiting", label: t("inbox.waiting", { count: counts?.waiting ?? 0 }) },
    { value: "person", label: t("inbox.person", { count: counts?.person ?? 0 }) },
    { value: "failed", label: t("inbox.failed") },
  ];
  return (
    <div className={styles.filters}>
      <Select
        aria-label={t("inbox.show")}
        data={standings}
        value={filter.standing}
        allowDeselect={false}
        onChange={(value) => onFilter({ ...filter, standing: (value ?? "all") as Standing })}
      />
      {channels.length > 1 && (
        <Select
          aria-label={t("inbox.channel")}
          placeholder={t("inbox.any_channel")}
          data={channels.map((channel) => ({ value: channel.id, label: channel.name }))}
          value={filter.channelId}
          clearable
          onChange={(channelId) => onFilter({ ...filter, channelId })}
        />
      )}
      <button
        type="button"
        className={styles.toggle}
        aria-pressed={filter.isToday}
        onClick={() => onFilter({ ...filter, isToday: !filter.isToday })}
      >
        {t("inbox.today")}
      </button>
    </div>
  );
}

function Conversations({ botId, base, openId, filter }: Pick<ListProps, "botId" | "base" | "openId" | "filter">) {
  const { t } = useWords();
  const pages = useInbox(botId, filter);
  if (pages.isPending) return <Ghosts />;
  if (pages.error && pages.items.length === 0) return <Failed error={pages.error} onAgain={() => pages.refetch()} />;
  const isFiltered = filter.standing !== "all" || filter.channelId !== null || filter.isToday;
  // A conversation that moved up between two pages stands in both.
  const items = [...new Map(pages.items.map((item) => [item.id, item])).values()];
  if (items.length === 0)
    return isFiltered ? (
      <Empty icon={<SearchX size={24} />} title={t("inbox.none_such")} text={t("inbox.none_such_text")} />
    ) : (
      <Empty icon={<Inbox size={24} />} title={t("inbox.empty")} text={t("inbox.empty_text")} />
    );
  return (
    <>
      <ul>
        {items.map((item) => (
          <Row key={item.id} item={item} href={`${base}?session=${item.id}`} isOpen={item.id === openId} />
        ))}
      </ul>
      <div className={styles.end}>
        <ListEnd {...pages} />
      </div>
    </>
  );
}

function Row({ item, href, isOpen }: { item: InboxItem; href: string; isOpen: boolean }) {
  const { t, language } = useWords();
  return (
    <li>
      <Link href={href} className={styles.row} data-row aria-current={isOpen ? "true" : undefined}>
        <span className={styles.line}>
          <b className={styles.who} dir="auto">
            {personName(t, item)}
          </b>
          <time dateTime={item.updated_at} title={exactTime(item.updated_at, language)}>
            {relativeTime(item.updated_at, language)}
          </time>
        </span>
        <span className={styles.last} dir="auto">
          {item.last ? <LastWords last={item.last} /> : t("inbox.nothing_said")}
        </span>
        <span className={styles.line}>
          <span className={styles.quiet}>{item.channel_name ?? t("inbox.channel_gone")}</span>
          <span className={styles.badges}>
            {item.error !== null && (
              <span className={styles.badge} data-kind="failed" title={told(item.error ?? "")}>
                {t("inbox.badge_failed")}
              </span>
            )}
            {item.standing !== "bot" && (
              <span className={styles.badge} data-kind={item.standing}>
                {t(item.standing === "waiting" ? "inbox.badge_waiting" : "inbox.badge_person")}
              </span>
            )}
          </span>
        </span>
      </Link>
    </li>
  );
}

function LastWords({ last }: { last: NonNullable<InboxItem["last"]> }) {
  const { t } = useWords();
  const files = last.attachments > 0 ? t("inbox.files", { count: last.attachments }) : "";
  const said = last.text || files || (last.has_widget ? t("inbox.a_widget") : t("inbox.no_words"));
  if (last.author === "subscriber") return said;
  return t(last.author === "bot" ? "inbox.said_bot" : "inbox.said_operator", { words: said });
}

function Found({ botId, base, words }: { botId: string; base: string; words: string }) {
  const { t, language } = useWords();
  const pages = useFound(botId, words);
  if (pages.isPending) return <Ghosts />;
  if (pages.error) return <Failed error={pages.error} onAgain={() => pages.refetch()} />;
  if (pages.items.length === 0)
    return <Empty icon={<SearchX size={24} />} title={t("inbox.not_found")} text={t("inbox.not_found_text")} />;
  return (
    <>
      <ul>
        {pages.items.map((message) => (
          <li key={message.id}>
            <Link href={`${base}?session=${message.session_id}&message=${message.id}`} className={styles.row} data-row>
              <span className={styles.line}>
                <b className={styles.who}>{t(message.sender_id === botId ? "inbox.by_bot" : "inbox.by_person")}</b>
                <time dateTime={message.created_at} title={exactTime(message.created_at, language)}>
                  {relativeTime(message.created_at, language)}
                </time>
              </span>
              <span className={styles.found} dir="auto">
                {message.text}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <div className={styles.end}>
        <ListEnd {...pages} />
      </div>
    </>
  );
}

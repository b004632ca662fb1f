import { Alert } from "@mantine/core";
import { DoorOpen, Globe, KeyRound, Lock, MessagesSquare, Plus } from "lucide-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { useWords } from "../../i18n/useWords";
import { ListEnd } from "../../shell/place/ListEnd";
import { Empty, Place } from "../../shell/place/Place";
import { Failed, Ghosts } from "../../shell/place/states";
import type { PlaceBot } from "../../shell/places";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import { CopyAddress } from "./CopyAddress";
import styles from "./channels.module.css";
import { NewChannel } from "./NewChannel";
import { type BotChannel, chatAddress, LOOK_AGAIN_MS, useBotChannels, useTransports } from "./queries";
import { StateBadge } from "./StateBadge";
import { sessionWords, stateOf, waitingWords } from "./state";

export function ChannelList({ bot }: { bot: PlaceBot }) {
  const { t } = useWords();
  const channels = useBotChannels(bot.id);
  const [isAdding, setIsAdding] = useState(false);
  const { refetch } = channels;
  useEffect(() => {
    const look = () => void refetch({ cancelRefetch: false }); // a slow answer is waited for
    look();
    const timer = setInterval(look, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [refetch]);
  const mayMake = bot.access !== "viewer";
  const add = (
    <Button kind="main" onClick={() => setIsAdding(true)}>
      <Plus {...ICON} />
      {t("channels.new")}
    </Button>
  );
  const isEmpty = channels.isSuccess && channels.items.length === 0;
  return (
    <Place
      title={t("channels.title")}
      hint={t("channels.hint")}
      actions={
        <>
          <Link href={`/credentials?bot=${bot.id}`} className={styles.action}>
            <KeyRound {...ICON} />
            {t("channels.credentials")}
          </Link>
          {mayMake && !isEmpty && add}
        </>
      }
    >
      {bot.published_revision === null && (
        <Alert color="yellow" role="note" mt="md">
          {t("channels.unpublished")}
        </Alert>
      )}
      {channels.isPending && <Ghosts />}
      {channels.isError && <Failed error={channels.error} onAgain={() => channels.refetch()} />}
      {isEmpty && (
        <Empty
          icon={<DoorOpen size={26} />}
          title={t("channels.empty_title")}
          text={t(mayMake ? "channels.empty_text" : "channels.empty_viewer")}
        >
          {mayMake && add}
        </Empty>
      )}
      <ul className={styles.list}>
        {channels.items.map((channel) => (
          <ChannelCard key={channel.id} bot={bot} channel={channel} />
        ))}
      </ul>
      <ListEnd {...channels} />
      {isAdding && <NewChannel bot={bot} onClose={() => setIsAdding(false)} />}
    </Place>
  );
}

function ChannelCard({ bot, channel }: { bot: PlaceBot; channel: BotChannel }) {
  const { t, language } = useWords();
  const { data: transports } = useTransports();
  const transport = transports?.find((each) => each.id === channel.binding?.transport);
  const state = stateOf(t, language, channel);
  const Access = channel.is_public ? Globe : Lock;
  return (
    <li className={styles.card}>
      <div className={styles.cardTop}>
        <TransportIcon url={transport?.icon_url ?? null} />
        <Link href={`/bots/${bot.id}/channels/${channel.id}`} className={styles.cardName} dir="auto">
          {channel.name}
        </Link>
        <StateBadge state={state} />
      </div>
      <div className={styles.facts}>
        <span>
          <Access {...ICON} />
          {t(channel.is_public ? "channels.public" : "channels.private")}
        </span>
        {channel.binding && (
          <span dir="auto">
            {transport?.name ?? channel.binding.transport}
            {channel.binding.account && ` ${t("channels.as", { account: channel.binding.account })}`}
          </span>
        )}
        <span>
          <MessagesSquare {...ICON} />
          {sessionWords(t, channel.sessions)}
        </span>
        {channel.waiting > 0 && <b>{waitingWords(t, channel.waiting)}</b>}
      </div>
      {state.error && (
        <p className={styles.error} dir="auto">
          {state.error}
        </p>
      )}
      <div className={styles.cardActions}>
        <CopyAddress value={chatAddress(channel.id)} />
        <a className={styles.action} href={`/chat/${channel.id}`} target="_blank" rel="noreferrer">
          {t("channels.open_chat")}
        </a>
      </div>
    </li>
  );
}

export function TransportIcon({ url }: { url: string | null }) {
  if (!url) return <Globe size={20} strokeWidth={1.75} aria-hidden />;
  return <img className={styles.icon} src={url} alt="" width="20" height="20" />;
}

// One channel: what it is, the ways in, and its end.
import { Alert } from "@mantine/core";
import { ArrowLeft } from "lucide-react";
import { Link } from "wouter";
import { ApiError } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { Empty, Place } from "../../shell/place/Place";
import { Failed, PlaceSkeleton } from "../../shell/place/states";
import type { PlaceBot } from "../../shell/places";
import { ICON } from "../../ui/icon";
import { About } from "./About";
import { ChatLink } from "./ChatLink";
import styles from "./channels.module.css";
import { DeleteChannel } from "./DeleteChannel";
import { Embed } from "./Embed";
import { type BotChannel, useBotChannel } from "./queries";
import { Ways } from "./Ways";
import { Webhook } from "./Webhook";

export function ChannelPage({ bot, channelId }: { bot: PlaceBot; channelId: string }) {
  const { t } = useWords();
  const { data: channel, error, isPending, refetch } = useBotChannel(bot.id, channelId);
  if (isPending) return <PlaceSkeleton />;
  if (!channel)
    return (
      <Place title={t("channels.title")}>
        {error instanceof ApiError && error.status < 500 ? (
          <Empty icon="?" title={t("channels.lost_title")} text={t("channels.lost_text")}>
            <Link href={`/bots/${bot.id}/channels`}>{t("channels.all")}</Link>
          </Empty>
        ) : (
          <Failed error={error} onAgain={refetch} />
        )}
      </Place>
    );
  return <Shown bot={bot} channel={channel} />;
}

function Shown({ bot, channel }: { bot: PlaceBot; channel: BotChannel }) {
  const { t } = useWords();
  return (
    <Place
      title={channel.name}
      actions={
        <Link href={`/bots/${bot.id}/channels`} className={styles.action}>
          <ArrowLeft {...ICON} />
          {t("channels.all")}
        </Link>
      }
    >
      {!channel.is_own && (
        <Alert color="gray" role="note" mt="md">
          {t("channels.others")}
        </Alert>
      )}
      <ChatLink channel={channel} />
      {channel.is_own && <Embed bot={bot} channel={channel} />}
      <Ways bot={bot} channel={channel} />
      {channel.is_own && (
        <>
          <Webhook bot={bot} channel={channel} />
          <About bot={bot} channel={channel} />
          <DeleteChannel bot={bot} channel={channel} />
        </>
      )}
    </Place>
  );
}

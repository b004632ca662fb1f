// The place /bots/{id}/channels: where people meet the bot. A channel has a page of its own below it.
import { useRoute } from "wouter";
import type { PlaceProps } from "../../shell/places";
import { ChannelList } from "./ChannelList";
import { ChannelPage } from "./ChannelPage";

export default function ChannelsPage({ bot }: PlaceProps) {
  const [, found] = useRoute("/bots/:botId/channels/:channelId");
  if (found?.channelId) return <ChannelPage key={found.channelId} bot={bot} channelId={found.channelId} />;
  return <ChannelList bot={bot} />;
}

// Messengers and mail: what the channel is bound to and how that goes, else what there is to be bound to.
import { useState } from "react";
import { useWords } from "../../i18n/useWords";
import { PlaceSection } from "../../shell/place/Place";
import { Ghosts } from "../../shell/place/states";
import type { PlaceBot } from "../../shell/places";
import { Button } from "../../ui/Button";
import { BoundWay } from "./BoundWay";
import { TransportIcon } from "./ChannelList";
import styles from "./channels.module.css";
import { type BotChannel, type Transport, useTransports } from "./queries";
import { Setup } from "./Setup";

export function Ways({ bot, channel }: { bot: PlaceBot; channel: BotChannel }) {
  const { t } = useWords();
  const { data: transports } = useTransports();
  const [chosen, setChosen] = useState<string | null>(null);
  const { binding } = channel;
  const transport = transports?.find((each) => each.id === (binding?.transport ?? chosen));
  if (!channel.is_own && !binding) return null;
  return (
    <PlaceSection title={t("channels.ways")} hint={t("channels.ways_hint")}>
      {!transports && <Ghosts />}
      {binding && <BoundWay bot={bot} channel={channel} binding={binding} transport={transport} />}
      {!binding && transport && (
        <Setup bot={bot} channel={channel} transport={transport} onEnd={() => setChosen(null)} />
      )}
      {!binding && !transport && transports && <Choice transports={transports} onChoose={setChosen} />}
    </PlaceSection>
  );
}

function Choice({ transports, onChoose }: { transports: readonly Transport[]; onChoose: (id: string) => void }) {
  const { t } = useWords();
  return (
    <ul className={styles.ways}>
      {transports.map((each) => (
        <li key={each.id} className={styles.way}>
          <span className={styles.wayName}>
            <TransportIcon url={each.icon_url ?? null} />
            {each.name}
          </span>
          <p>{each.description}</p>
          <Button onClick={() => onChoose(each.id)} aria-label={t("channels.connect_to", { name: each.name })}>
            {t("channels.connect")}
          </Button>
        </li>
      ))}
    </ul>
  );
}

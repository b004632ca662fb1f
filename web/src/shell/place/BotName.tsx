// The name of the bot in the top bar, and the way to the same place of another bot.
import { Menu } from "@mantine/core";
import { ChevronDown } from "lucide-react";
import { Link } from "wouter";
import { useBots } from "../../features/bots/queries";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import { addressOf } from "../places";
import styles from "./BotName.module.css";

const MOST_BOTS = 20;

interface BotNameProps {
  botId: string;
  name: string;
  /** The place that another bot is opened in. */
  place: string;
  /** The page has no other title. */
  isTitle?: boolean;
}

export function BotName({ botId, name, place, isTitle = false }: BotNameProps) {
  const Name = isTitle ? "h1" : "p";
  const { t } = useWords();
  const { data: bots } = useBots();
  const others = (bots ?? []).filter((bot) => bot.id !== botId);
  return (
    <>
      <Name className={styles.name} dir="auto">
        {name}
      </Name>
      {others.length > 0 && (
        <Menu position="bottom-start" width={280}>
          <Menu.Target>
            <Button
              kind="icon"
              className={isTitle ? styles.switch : ""}
              aria-label={t("app.switch_bot")}
              title={t("app.switch_bot")}
            >
              <ChevronDown {...ICON} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown className={styles.bots}>
            {others.slice(0, MOST_BOTS).map((bot) => (
              <Menu.Item key={bot.id} component={Link} href={addressOf(bot.id, place)}>
                {bot.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

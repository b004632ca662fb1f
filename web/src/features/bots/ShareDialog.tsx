// Who works on a bot, over the list of bots.
import { Modal } from "@mantine/core";
import { useWords } from "../../i18n/useWords";
import { Members } from "./Members";
import type { BotCardData } from "./queries";

export function ShareDialog({ bot, onClose }: { bot: BotCardData; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Modal opened onClose={onClose} title={t("bots.share_title", { name: bot.name })} size="lg">
      <Members botId={bot.id} />
    </Modal>
  );
}

// Says what goes with a bot, and deletes it with a way back.
import { Button, Group, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useWords } from "../../i18n/useWords";
import { tellError } from "../../shell/errors";
import { leaveSoon, stayAfterAll, UNDO_MS } from "./leaving";
import type { BotCardData } from "./queries";

interface DeleteDialogProps {
  bot: Pick<BotCardData, "id" | "name" | "published_revision">;
  onClose: () => void;
  /** It is on its way out: a page of the bot is left. */
  onDeleted?: () => void;
}

export function DeleteDialog({ bot, onClose, onDeleted }: DeleteDialogProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const remove = () => {
    onClose();
    leaveSoon(bot.id, async (error) => {
      if (error !== null) tellError(t, error);
      await queries.invalidateQueries({ queryKey: ["bots", "all"] });
    });
    notifications.show({
      id: `leaving ${bot.id}`,
      autoClose: UNDO_MS,
      withCloseButton: false,
      message: (
        <Group justify="space-between" wrap="nowrap">
          <span>{t("bots.deleted", { name: bot.name })}</span>
          <Button size="compact-sm" variant="light" onClick={() => stayAfterAll(bot.id)}>
            {t("bots.undo")}
          </Button>
        </Group>
      ),
    });
    onDeleted?.();
  };
  const isPublished = bot.published_revision !== null;
  return (
    <Modal opened onClose={onClose} title={t("bots.delete_title", { name: bot.name })}>
      <p>{t(isPublished ? "bots.delete_text_published" : "bots.delete_text")}</p>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("app.cancel")}
        </Button>
        <Button color="red.8" onClick={remove}>
          {t("bots.delete")}
        </Button>
      </Group>
    </Modal>
  );
}

import { Button, Group, Modal, TagsInput } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../../i18n/useWords";
import { tagsOf } from "./filter";
import { type BotCardData, setTags, useBotAction, useBots } from "./queries";

/** The words a bot is found by; those of other bots are offered. */
export function TagsDialog({ bot, onClose }: { bot: BotCardData; onClose: () => void }) {
  const { t } = useWords();
  const { data: all } = useBots();
  const [tags, change] = useState(bot.tags);
  const save = useBotAction(setTags);
  return (
    <Modal opened onClose={onClose} title={t("bots.edit_tags")}>
      <TagsInput
        label={t("bots.tags")}
        description={t("bots.tags_hint")}
        data={tagsOf(all ?? [])}
        value={tags}
        onChange={change}
        maxTags={20}
        maxLength={40}
        data-autofocus
      />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t("app.cancel")}
        </Button>
        <Button loading={save.isPending} onClick={() => save.mutate({ id: bot.id, tags }, { onSuccess: onClose })}>
          {t("app.save")}
        </Button>
      </Group>
    </Modal>
  );
}

// What can be done with a whole bot, behind the dots of its card.
import { ActionIcon, Menu } from "@mantine/core";
import { Copy, Download, Ellipsis, Tags, Trash2, UserPlus } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { useWords } from "../../i18n/useWords";
import { tellError } from "../../shell/errors";
import { ICON } from "../../ui/icon";
import { DeleteDialog } from "./DeleteDialog";
import { type BotCardData, copyBot, exportBot, useBotAction } from "./queries";
import { ShareDialog } from "./ShareDialog";
import { TagsDialog } from "./TagsDialog";

export function BotMenu({ bot }: { bot: BotCardData }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const [dialog, setDialog] = useState<"share" | "tags" | "delete" | null>(null);
  const copy = useBotAction(copyBot);
  const close = () => setDialog(null);
  const exportAs = (format: "json" | "yaml") => void exportBot(bot, format).catch((error) => tellError(t, error));
  const copyNow = () => {
    const name = t("bots.copy_name", { name: bot.name });
    copy.mutate({ id: bot.id, name }, { onSuccess: (made) => go(`/bots/${made.id}`) });
  };
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={32}
            aria-label={t("bots.menu_of", { name: bot.name })}
            loading={copy.isPending}
          >
            <Ellipsis {...ICON} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {bot.access === "owner" && (
            <Menu.Item leftSection={<UserPlus {...ICON} />} onClick={() => setDialog("share")}>
              {t("bots.share")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<Copy {...ICON} />} onClick={copyNow}>
            {t("bots.copy")}
          </Menu.Item>
          {bot.access !== "viewer" && (
            <Menu.Item leftSection={<Tags {...ICON} />} onClick={() => setDialog("tags")}>
              {t("bots.edit_tags")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<Download {...ICON} />} onClick={() => exportAs("yaml")}>
            {t("bots.export_as", { format: "YAML" })}
          </Menu.Item>
          <Menu.Item leftSection={<Download {...ICON} />} onClick={() => exportAs("json")}>
            {t("bots.export_as", { format: "JSON" })}
          </Menu.Item>
          {bot.access === "owner" && (
            <>
              <Menu.Divider />
              <Menu.Item color="red" leftSection={<Trash2 {...ICON} />} onClick={() => setDialog("delete")}>
                {t("bots.delete")}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog === "share" && <ShareDialog bot={bot} onClose={close} />}
      {dialog === "tags" && <TagsDialog bot={bot} onClose={close} />}
      {dialog === "delete" && <DeleteDialog bot={bot} onClose={close} />}
    </>
  );
}

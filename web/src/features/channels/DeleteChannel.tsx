import { Button } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import { useWords } from "../../i18n/useWords";
import { ConfirmDialog } from "../../shell/place/ConfirmDialog";
import { PlaceSection } from "../../shell/place/Place";
import type { PlaceBot } from "../../shell/places";
import { type BotChannel, useDeletion, useTransports } from "./queries";
import { sessionWords } from "./state";

export function DeleteChannel({ bot, channel }: { bot: PlaceBot; channel: BotChannel }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const { data: transports } = useTransports();
  const [isAsking, setIsAsking] = useState(false);
  const deleting = useDeletion(bot.id, channel.id, () => go(`/bots/${bot.id}/channels`)); // the list reads itself anew
  const transport = transports?.find((each) => each.id === channel.binding?.transport)?.name ?? channel.transport;
  return (
    <PlaceSection
      title={t("channels.danger")}
      hint={t("channels.danger_hint")}
      actions={
        <Button variant="outline" color="red" onClick={() => setIsAsking(true)}>
          {t("channels.delete")}
        </Button>
      }
    >
      {isAsking && (
        <ConfirmDialog
          title={t("channels.delete_title", { name: channel.name })}
          action={t("channels.delete")}
          isBusy={deleting.isPending}
          onConfirm={() => deleting.mutate()}
          onClose={() => setIsAsking(false)}
        >
          <p>{t("channels.delete_text")}</p>
          <p>{sessionWords(t, channel.sessions)}.</p>
          {channel.binding && <p>{t("channels.delete_bound", { transport })}</p>}
        </ConfirmDialog>
      )}
    </PlaceSection>
  );
}

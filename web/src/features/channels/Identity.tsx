// The secret with which somebody's server signs who a visitor is: made here, shown once.
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { dataOf } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { ShownOnce } from "../../shell/CopyLine";
import { tellError } from "../../shell/errors";
import { ConfirmDialog } from "../../shell/place/ConfirmDialog";
import type { PlaceBot } from "../../shell/places";
import styles from "./channels.module.css";
import { type BotChannel, useAgain } from "./queries";

export function Identity({ bot, channel }: { bot: PlaceBot; channel: BotChannel }) {
  const { t } = useWords();
  const again = useAgain(bot.id);
  const [isAsking, setIsAsking] = useState(false);
  const hasSecret = channel.config?.embed?.has_secret ?? false;
  const making = useMutation({
    mutationFn: () =>
      dataOf(api.POST("/api/v1/channels/{channel_id}/embed_secret", { params: { path: { channel_id: channel.id } } })),
    onSuccess: again,
    onError: (error) => tellError(t, error),
    onSettled: () => setIsAsking(false),
  });
  return (
    <div className={styles.answer}>
      <b>{t("channels.identity")}</b>
      <p className={styles.quiet}>{t("channels.identity_hint")}</p>
      {hasSecret && !making.data && <p className={styles.quiet}>{t("channels.identity_has")}</p>}
      {making.data && (
        <ShownOnce title={t("channels.identity_ready")} text={t("channels.identity_once")} value={making.data.secret} />
      )}
      <Button
        mt="sm"
        variant="default"
        loading={making.isPending}
        onClick={() => (hasSecret ? setIsAsking(true) : making.mutate())}
      >
        {t(hasSecret ? "channels.identity_again" : "channels.identity_make")}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t("channels.identity_title")}
          action={t("channels.identity_again")}
          isBusy={making.isPending}
          onConfirm={() => making.mutate()}
          onClose={() => setIsAsking(false)}
        >
          {t("channels.identity_text")}
        </ConfirmDialog>
      )}
    </div>
  );
}

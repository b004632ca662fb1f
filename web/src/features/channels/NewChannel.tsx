import { Alert, Button, Modal, Switch, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { dataOf } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { errorWords } from "../../shell/errors";
import type { PlaceBot } from "../../shell/places";
import styles from "./channels.module.css";
import { useAgain } from "./queries";

export function NewChannel({ bot, onClose }: { bot: PlaceBot; onClose: () => void }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const again = useAgain(bot.id);
  const [name, setName] = useState(bot.name);
  const [isPublic, setIsPublic] = useState(true);
  const making = useMutation({
    mutationFn: () => {
      const body = { name, is_public: isPublic, default_bot_id: bot.id };
      return dataOf(api.POST("/api/v1/channels", { body }));
    },
    onSuccess: async ({ id }) => {
      await again();
      go(`/bots/${bot.id}/channels/${id}`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t("channels.new_title")}>
      <form className={styles.form} onSubmit={submit}>
        {making.error && (
          <Alert color="red" role="alert">
            {errorWords(t, making.error)}
          </Alert>
        )}
        <TextInput
          label={t("channels.name")}
          description={t("channels.name_hint")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={255}
          required
          data-autofocus
        />
        <Switch
          label={t("channels.is_public")}
          description={t("channels.is_public_hint")}
          checked={isPublic}
          onChange={(event) => setIsPublic(event.currentTarget.checked)}
        />
        <Button type="submit" loading={making.isPending}>
          {t("channels.create")}
        </Button>
      </form>
    </Modal>
  );
}

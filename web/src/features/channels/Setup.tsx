// Binding a channel to a way to people: what to do step by step, and beside it the form and the credential.
import { Alert, Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, dataOf } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { errorWords } from "../../shell/errors";
import type { PlaceBot } from "../../shell/places";
import { CredentialPicker } from "../credentials/CredentialPicker";
import { ConfigForm } from "./ConfigForm";
import styles from "./channels.module.css";
import { type Config, placesOf, startOf, tidy } from "./config";
import { type BotChannel, type Transport, useAgain } from "./queries";

interface SetupProps {
  bot: PlaceBot;
  channel: BotChannel;
  transport: Transport;
  onEnd: () => void;
}

export function Setup({ bot, channel, transport, onEnd }: SetupProps) {
  const { t } = useWords();
  const { binding } = channel;
  const [config, setConfig] = useState<Config>(() => startOf(transport, binding?.config));
  const [credentialId, setCredentialId] = useState<string | null>(binding?.credential_id ?? null);
  const [isAsked, setIsAsked] = useState(false);
  const again = useAgain(bot.id);
  const binder = useMutation({
    mutationFn: () => {
      const body = { transport: transport.id, credential_id: credentialId, config: tidy(config) };
      const params = { path: { channel_id: channel.id } };
      return dataOf(api.PUT("/api/v1/channels/{channel_id}/transport", { params, body }));
    },
    onSuccess: async () => {
      await again();
      onEnd();
    },
  });
  const needsCredential = transport.providers.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsAsked(true);
    if (credentialId || !needsCredential) binder.mutate();
  };
  const isCalled = transport.public_modes.includes(String(config.mode ?? ""));
  const faults = binder.error instanceof ApiError ? binder.error.faults : [];
  const places = placesOf(config);
  return (
    <form className={transport.steps.length > 0 ? styles.setup : styles.form} onSubmit={submit}>
      {transport.steps.length > 0 && (
        <ol className={styles.steps} aria-label={t("channels.steps")}>
          {transport.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      <div className={styles.form}>
        {binder.error && (
          <Alert color="red" role="alert">
            {errorWords(t, binder.error)}
          </Alert>
        )}
        <ConfigForm schema={transport.config} value={config} faults={faults} onChange={setConfig} />
        {isCalled && !transport.has_public_url && (
          <Alert color="yellow" role="note">
            {t("channels.needs_url")}
          </Alert>
        )}
        {needsCredential && (
          <CredentialPicker
            botId={bot.id}
            providers={transport.providers}
            hosts={places}
            value={credentialId}
            onChange={setCredentialId}
            {...(isAsked && !credentialId && { error: t("channels.needs_credential") })}
          />
        )}
        <div className={styles.buttons}>
          <Button type="submit" loading={binder.isPending}>
            {t(binding ? "channels.reconnect" : "channels.connect")}
          </Button>
          <Button variant="default" onClick={onEnd}>
            {t("app.cancel")}
          </Button>
        </div>
      </div>
    </form>
  );
}

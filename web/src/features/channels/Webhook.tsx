// The channel's webhook: any program posts JSON to an address of ours.
import { Alert, Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Schemas } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { CopyLine, ShownOnce } from "../../shell/CopyLine";
import { errorWords } from "../../shell/errors";
import { ConfirmDialog } from "../../shell/place/ConfirmDialog";
import { PlaceSection } from "../../shell/place/Place";
import type { PlaceBot } from "../../shell/places";
import styles from "./channels.module.css";
import { type BotChannel, useChange } from "./queries";

type WebhookConfig = Schemas["WebhookConfig"];
const FIRST: WebhookConfig = { sender: "from.id", text: "text", id: "id", secret_header: "X-Webhook-Secret" };

/** 256 bits that only this page and the server have seen. */
function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function Webhook({ bot, channel }: { bot: PlaceBot; channel: BotChannel }) {
  const { t } = useWords();
  const change = useChange(channel, bot.id, true);
  const [made, setMade] = useState<string | null>(null);
  const [isEnding, setIsEnding] = useState(false);
  const webhook = channel.config?.webhook ?? null;
  const keep = (fields: WebhookConfig, secret: string | null) => {
    const config = { webhook: secret ? { ...fields, secret } : fields };
    change.mutate({ config }, { onSuccess: () => setMade(secret) });
  };
  const end = () => {
    setMade(null);
    change.mutate({ config: { webhook: null } }, { onSettled: () => setIsEnding(false) });
  };
  return (
    <PlaceSection
      title={t("channels.webhook")}
      hint={t("channels.webhook_hint")}
      actions={
        webhook ? (
          <Button variant="default" onClick={() => setIsEnding(true)}>
            {t("channels.webhook_turn_off")}
          </Button>
        ) : (
          <Button variant="default" loading={change.isPending} onClick={() => keep(FIRST, newSecret())}>
            {t("channels.webhook_turn_on")}
          </Button>
        )
      }
    >
      {change.error && (
        <Alert color="red" mt="md" role="alert">
          {errorWords(t, change.error)}
        </Alert>
      )}
      {webhook && made && (
        <ShownOnce
          title={t("channels.webhook_secret")}
          text={t("channels.webhook_secret_text", { header: webhook.secret_header })}
          value={made}
        />
      )}
      {webhook && (
        <Fields
          channelId={channel.id}
          webhook={webhook}
          isBusy={change.isPending}
          onKeep={(fields) => keep(fields, null)}
          onSecret={(fields) => keep(fields, newSecret())}
        />
      )}
      {isEnding && (
        <ConfirmDialog
          title={t("channels.webhook_off_title")}
          action={t("channels.webhook_turn_off")}
          isBusy={change.isPending}
          onConfirm={end}
          onClose={() => setIsEnding(false)}
        >
          {t("channels.webhook_off_text")}
        </ConfirmDialog>
      )}
    </PlaceSection>
  );
}

interface FieldsProps {
  channelId: string;
  webhook: Schemas["WebhookOut"];
  isBusy: boolean;
  onKeep: (fields: WebhookConfig) => void;
  onSecret: (fields: WebhookConfig) => void;
}

function Fields({ channelId, webhook, isBusy, onKeep, onSecret }: FieldsProps) {
  const { t } = useWords();
  const [fields, setFields] = useState({
    sender: webhook.sender ?? "",
    text: webhook.text ?? "",
    id: webhook.id ?? "",
    secret_header: webhook.secret_header,
  });
  const address = `${location.origin}/api/v1/channels/${channelId}/message`;
  const wish = (): WebhookConfig => ({
    sender: fields.sender.trim() || null,
    text: fields.text.trim() || null,
    id: fields.id.trim() || null,
    secret_header: fields.secret_header.trim(),
  });
  const input = (name: keyof typeof fields, label: string, hint?: string) => (
    <TextInput
      label={label}
      description={hint}
      value={fields[name]}
      spellCheck={false}
      onChange={(event) => setFields({ ...fields, [name]: event.currentTarget.value })}
    />
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onKeep(wish());
  };
  return (
    <>
      <div className={styles.answer}>
        <b>{t("channels.webhook_address")}</b>
        <CopyLine value={address} />
      </div>
      <form className={styles.form} onSubmit={submit}>
        {input("sender", t("channels.webhook_sender"), t("channels.webhook_sender_hint"))}
        {input("text", t("channels.webhook_text"))}
        {input("id", t("channels.webhook_id"), t("channels.webhook_id_hint"))}
        {input("secret_header", t("channels.webhook_header"))}
        <div className={styles.buttons}>
          <Button type="submit" loading={isBusy}>
            {t("channels.keep")}
          </Button>
          <Button variant="default" onClick={() => onSecret(wish())} disabled={isBusy}>
            {t("channels.webhook_new_secret")}
          </Button>
        </div>
      </form>
      <div className={styles.answer}>
        <b>{t("channels.webhook_example")}</b>
        <CopyLine value={exampleOf(address, wish())} />
      </div>
    </>
  );
}

/** A call that fits the paths. */
function exampleOf(address: string, { sender, text, id, secret_header }: WebhookConfig): string {
  const body: Record<string, unknown> = {};
  const put = (path: string | null | undefined, value: unknown) => {
    const names = path?.split(".") ?? [];
    const last = names.pop();
    let place = body;
    for (const name of names) {
      place[name] = typeof place[name] === "object" ? place[name] : {};
      place = place[name] as Record<string, unknown>;
    }
    if (last) place[last] = value;
  };
  put(sender, 7);
  put(text, "Hello");
  put(id, 1);
  const json = JSON.stringify(body).replaceAll("'", "’");
  return `curl ${address} \\\n  -H '${secret_header}: …' -H 'Content-Type: application/json' \\\n  -d '${json}'`;
}

// A test message to a real chat: to somebody who has written there.
import { Alert, Button, Select, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { dataOf } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { errorWords } from "../../shell/errors";
import styles from "./channels.module.css";
import { useSenders } from "./queries";

export function SendTest({ channelId }: { channelId: string }) {
  const { t } = useWords();
  const { data: senders } = useSenders(channelId, true);
  const [wish, setWish] = useState<string | null>(null);
  const [text, setText] = useState(() => t("channels.send_default"));
  const whom = senders?.find((each) => each.external_id === wish) ?? senders?.[0];
  const sending = useMutation({
    mutationFn: (external_id: string) => {
      const params = { path: { channel_id: channelId } };
      return dataOf(api.POST("/api/v1/channels/{channel_id}/transport/test", { params, body: { external_id, text } }));
    },
  });
  if (!senders) return null;
  if (!whom) return <p className={styles.quiet}>{t("channels.send_nobody")}</p>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sending.mutate(whom.external_id);
  };
  const nameOf = (each: (typeof senders)[number]) =>
    each.is_blocked ? `${each.name} (${t("channels.blocked")})` : each.name;
  return (
    <>
      <form className={styles.send} onSubmit={submit}>
        <Select
          label={t("channels.send_to")}
          data={senders.map((each) => ({ value: each.external_id, label: nameOf(each) }))}
          value={whom.external_id}
          onChange={setWish}
          allowDeselect={false}
          searchable={senders.length > 8}
        />
        <TextInput
          label={t("channels.send_text")}
          value={text}
          maxLength={1_000}
          required
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" loading={sending.isPending}>
          {t("channels.send_now")}
        </Button>
      </form>
      {sending.error && (
        <Alert color="red" mt="sm" role="alert">
          {errorWords(t, sending.error)}
        </Alert>
      )}
      {sending.data && (
        <Alert color={sending.data.is_sent ? "green" : "red"} mt="sm" role="status">
          {sending.data.is_sent
            ? t("channels.sent", { name: whom.name })
            : t("channels.test_failed", { error: sending.data.error ?? "" })}
        </Alert>
      )}
    </>
  );
}

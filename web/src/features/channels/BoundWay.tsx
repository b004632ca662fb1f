// What a channel is bound to: whether it works, tests of it, and changing or ending it.
import { Alert } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { dataOf, done } from "../../api/client";
import { told } from "../../i18n/told";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { errorWords, tellError } from "../../shell/errors";
import { ConfirmDialog } from "../../shell/place/ConfirmDialog";
import type { PlaceBot } from "../../shell/places";
import { Button } from "../../ui/Button";
import { exactTime, relativeTime } from "../../ui/time";
import { TransportIcon } from "./ChannelList";
import styles from "./channels.module.css";
import { type Binding, type BotChannel, type Transport, useAgain } from "./queries";
import { SendTest } from "./SendTest";
import { Setup } from "./Setup";
import { StateBadge } from "./StateBadge";
import { stateOf, waitingWords } from "./state";

interface BoundWayProps {
  bot: PlaceBot;
  channel: BotChannel;
  binding: Binding;
  transport: Transport | undefined;
}

export function BoundWay({ bot, channel, binding, transport }: BoundWayProps) {
  const { t } = useWords();
  const [part, setPart] = useState<"send" | "change" | "end" | null>(null);
  const test = useTest(channel.id);
  const name = transport?.name ?? binding.transport;
  const close = () => setPart(null);
  return (
    <div className={styles.answer}>
      <Facts channel={channel} binding={binding} transport={transport} />
      {channel.is_own && (
        <div className={`${styles.buttons} ${styles.answer}`}>
          <Button onClick={() => test.mutate()} disabled={test.isPending}>
            {t("channels.test")}
          </Button>
          <Button onClick={() => setPart(part === "send" ? null : "send")} aria-expanded={part === "send"}>
            {t("channels.send")}
          </Button>
          <Button onClick={() => setPart(part === "change" ? null : "change")} aria-expanded={part === "change"}>
            {t("channels.change")}
          </Button>
          <Button onClick={() => setPart("end")}>{t("channels.disconnect")}</Button>
        </div>
      )}
      <TestAnswer test={test} />
      {part === "send" && <SendTest channelId={channel.id} />}
      {part === "change" && transport && <Setup bot={bot} channel={channel} transport={transport} onEnd={close} />}
      {part === "end" && <Disconnect bot={bot} channel={channel} name={name} onClose={close} />}
    </div>
  );
}

function Facts({ channel, binding, transport }: Omit<BoundWayProps, "bot">) {
  const { t, language } = useWords();
  const state = stateOf(t, language, channel);
  const { last_inbound_at: came, last_outbound_at: went } = binding;
  return (
    <>
      <div className={styles.cardTop}>
        <TransportIcon url={transport?.icon_url ?? null} />
        <b dir="auto">
          {transport?.name ?? binding.transport}
          {binding.account && ` ${t("channels.as", { account: binding.account })}`}
        </b>
        <StateBadge state={state} />
      </div>
      {state.error && (
        <Alert color="red" mt="sm" role="note">
          <p dir="auto">{state.error}</p>
          <p>{t("channels.failed_hint")}</p>
        </Alert>
      )}
      <p className={styles.facts}>
        <span title={came ? exactTime(came, language) : undefined}>
          {came ? t("channels.came", { when: relativeTime(came, language) }) : t("channels.nothing_came")}
        </span>
        <span title={went ? exactTime(went, language) : undefined}>
          {went ? t("channels.went", { when: relativeTime(went, language) }) : t("channels.nothing_went")}
        </span>
        {channel.waiting > 0 && <b>{waitingWords(t, channel.waiting)}</b>}
      </p>
    </>
  );
}

function useTest(channelId: string) {
  const params = { path: { channel_id: channelId } };
  return useMutation({
    mutationFn: () => dataOf(api.POST("/api/v1/channels/{channel_id}/transport/test", { params })),
  });
}

function TestAnswer({ test }: { test: ReturnType<typeof useTest> }) {
  const { t } = useWords();
  if (test.isIdle || test.isPending) return null;
  const words = test.error
    ? errorWords(t, test.error)
    : test.data?.is_ok
      ? t("channels.test_ok", { account: test.data.account ?? "" })
      : t("channels.test_failed", { error: told(test.data?.error ?? "") });
  return (
    <Alert color={test.data?.is_ok ? "green" : "red"} mt="sm" role="status">
      {words}
    </Alert>
  );
}

interface DisconnectProps {
  bot: PlaceBot;
  channel: BotChannel;
  name: string;
  onClose: () => void;
}

function Disconnect({ bot, channel, name, onClose }: DisconnectProps) {
  const { t } = useWords();
  const again = useAgain(bot.id);
  const ending = useMutation({
    mutationFn: () =>
      done(api.DELETE("/api/v1/channels/{channel_id}/transport", { params: { path: { channel_id: channel.id } } })),
    onSuccess: async () => {
      onClose();
      await again();
    },
    onError: (error) => tellError(t, error),
  });
  return (
    <ConfirmDialog
      title={t("channels.disconnect_title", { name })}
      action={t("channels.disconnect")}
      isBusy={ending.isPending}
      onConfirm={() => ending.mutate()}
      onClose={onClose}
    >
      {t("channels.disconnect_text")}
    </ConfirmDialog>
  );
}

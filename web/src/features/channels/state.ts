// Whether a channel works right now, in words.
import { told } from "../../i18n/told";
import type { Language, Translate } from "../../i18n/types";
import { exactTime } from "../../ui/time";
import type { BotChannel } from "./queries";

export interface State {
  readonly tone: "good" | "bad" | "wait" | "quiet";
  readonly words: string;
  /** What went wrong, as the service said it. */
  readonly error?: string;
}

export function stateOf(t: Translate, language: Language, channel: BotChannel, now = Date.now()): State {
  const { binding } = channel;
  if (!binding) return { tone: "quiet", words: t("channels.on_pages") };
  if (binding.state === "failed")
    return { tone: "bad", words: t("channels.state_failed"), ...(binding.error && { error: told(binding.error) }) };
  if (binding.resume_at && Date.parse(binding.resume_at) > now)
    return { tone: "wait", words: t("channels.state_paused", { when: exactTime(binding.resume_at, language) }) };
  if (binding.state === "connecting") return { tone: "wait", words: t("channels.state_connecting") };
  return { tone: "good", words: t("channels.state_connected") };
}

const MOST_COUNTED = 1_000;

export const sessionWords = (t: Translate, count: number) =>
  count >= MOST_COUNTED ? t("channels.sessions_many") : t("channels.sessions", { count });

export const waitingWords = (t: Translate, count: number) =>
  count >= MOST_COUNTED ? t("channels.waiting_many") : t("channels.waiting", { count });

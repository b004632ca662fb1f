// What the page draws of one open chat.
import type { ChatMessage } from "./messages";

export type Phase = "opening" | "ready" | "gone" | "private" | "failed";

export interface ChatView {
  readonly phase: Phase;
  readonly name: string;
  readonly messages: readonly ChatMessage[];
  readonly isOffline: boolean;
  readonly isTyping: boolean;
  /** Somebody answers instead of the bot. */
  readonly isPersonAnswering: boolean;
  readonly isStarting: boolean;
  readonly hasOlder: boolean;
  readonly older: "idle" | "loading" | "failed";
  /** The first message the person has not seen, and how many there are. */
  readonly unreadFromId: string | null;
  readonly unreadCount: number;
}

/** What the page becomes where the server refuses it. */
export function refusedPhase(status: number): Phase {
  if (status === 404 || status === 410 || status === 422) return "gone";
  return status === 401 || status === 403 ? "private" : "failed";
}

// An answer that is under way: whether dots are shown for it, and the part of it that is already written.
import type { Frame } from "../../realtime/socket";
import type { ChatMessage } from "./messages";
import { Parts, readPart } from "./parts";

const TYPING_AFTER_MS = 400;
const TYPING_UNTIL_MS = 20_000;
const SERVER_TYPING_MS = 125_000;
const PART_UNTIL_MS = 60_000;

type Later = (name: string, delayMs: number, act: () => void) => void;

export class UnderWay {
  private readonly parts = new Parts();
  private readonly later: Later;
  private readonly show: () => void;
  private askedAt: number | null = null;
  private serverTypingUntil = 0;

  constructor(later: Later, show: () => void) {
    this.later = later;
    this.show = show;
  }

  /** The person has said something; from now on an answer is due. */
  asked(): void {
    this.askedAt = Date.now();
    this.later("typing", TYPING_AFTER_MS, this.show);
    this.later("typing-end", TYPING_UNTIL_MS, this.show);
  }

  /** From here on the server tells over the same socket whether the turn takes long. */
  accepted(): void {
    this.askedAt = null;
  }

  /** Nobody tells any more. */
  lost(): void {
    this.serverTypingUntil = 0;
    this.parts.clear();
  }

  typing(frame: Frame): void {
    const isTyping = frame.is_typing === true;
    if (!isTyping) this.parts.end(String(frame.reply_to));
    this.serverTypingUntil = isTyping ? Date.now() + SERVER_TYPING_MS : 0;
    if (isTyping) this.later("typing-end", SERVER_TYPING_MS, this.show);
    this.show();
  }

  /** A reply grows; a turn that never ends leaves nothing behind. */
  write(frame: Frame): void {
    const part = readPart(frame);
    if (!part) return;
    this.parts.put(part, Date.now());
    this.later("part-end", PART_UNTIL_MS, () => {
      this.parts.clear();
      this.show();
    });
    this.show();
  }

  /** Messages have come: each in the place of its part. */
  settle(messages: readonly ChatMessage[]): ChatMessage[] {
    return this.parts.settle(messages);
  }

  answered(fresh: readonly ChatMessage[]): void {
    if (fresh.some(({ author }) => author !== "me")) this.serverTypingUntil = 0;
    for (const { replyTo } of fresh) if (replyTo !== null) this.parts.end(replyTo);
  }

  messages(): ChatMessage[] {
    return this.parts.messages();
  }

  /** Whether dots are shown. `isWaiting`: the last word is the person's. */
  isTyping(isWaiting: boolean): boolean {
    const now = Date.now();
    if (!this.parts.isEmpty) return false;
    if (now < this.serverTypingUntil) return true;
    const waited = this.askedAt === null ? 0 : now - this.askedAt;
    return isWaiting && waited >= TYPING_AFTER_MS && waited < TYPING_UNTIL_MS;
  }
}

// What the person has not seen yet: where it begins, how much it is, and up to where they have read on this device.
import type { ChatMessage } from "./messages";

interface ReadMark {
  lastRead: () => string | null;
  keepRead: (messageId: string) => void;
}

function idOf(message: ChatMessage): string {
  return message.id ?? "";
}

export class Unread {
  /** The first unseen message; stays after it was seen, so that the line above it does not vanish while one reads. */
  fromId: string | null = null;
  count = 0;
  /** False while the chat is in a closed bubble: what comes then is seen by nobody. */
  isShown = true;
  isAtEnd = true;
  private isAttentive = true;
  private readonly mark: ReadMark;

  constructor(mark: ReadMark) {
    this.mark = mark;
  }

  /** After the page was opened: what came since the person last read here. */
  opened(messages: readonly ChatMessage[]): void {
    const lastRead = this.mark.lastRead();
    const isUnread = (message: ChatMessage) => message.author !== "me" && idOf(message) > (lastRead ?? "");
    if (lastRead !== null && !this.fromId) this.fromId = messages.find(isUnread)?.id ?? null;
    if (this.isAttentive) this.read(messages);
  }

  arrived(fresh: readonly ChatMessage[]): void {
    if (this.isAttentive) {
      this.read(fresh);
      return;
    }
    const fromOthers = fresh.filter((message) => message.author !== "me");
    if (fromOthers[0] && this.count === 0) this.fromId = fromOthers[0].id;
    this.count += fromOthers.length;
  }

  /** True if that changed anything. */
  setAttentive(isAtEnd: boolean, messages: readonly ChatMessage[]): boolean {
    this.isAtEnd = isAtEnd;
    const isAttentive = isAtEnd && this.isShown;
    if (isAttentive === this.isAttentive) return false;
    this.isAttentive = isAttentive;
    if (isAttentive) this.read(messages);
    else if (this.count === 0) this.fromId = null;
    return true;
  }

  forget(): void {
    this.fromId = null;
    this.count = 0;
  }

  private read(messages: readonly ChatMessage[]): void {
    this.count = 0;
    const newest = messages.at(-1)?.id;
    if (newest) this.mark.keepRead(newest);
  }
}

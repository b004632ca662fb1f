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
  private isAttentive = true;
  private readonly mark: ReadMark;

  constructor(mark: ReadMark) {
    this.mark = mark;
  }

  /** After the page was opened: what came since the person last read here. */
  opened(messages: readonly ChatMessage[]): void {
    const lastRead = this.mark.lastRead();
    const isUnread = (message: ChatMessage) => message.author === "bot" && idOf(message) > (lastRead ?? "");
    if (lastRead !== null && !this.fromId) this.fromId = messages.find(isUnread)?.id ?? null;
    if (this.isAttentive) this.read(messages);
  }

  arrived(fresh: readonly ChatMessage[]): void {
    if (this.isAttentive) {
      this.read(fresh);
      return;
    }
    const fromBot = fresh.filter((message) => message.author === "bot");
    if (fromBot[0] && this.count === 0) this.fromId = fromBot[0].id;
    this.count += fromBot.length;
  }

  /** True if that changed anything. */
  setAttentive(isAttentive: boolean, messages: readonly ChatMessage[]): boolean {
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

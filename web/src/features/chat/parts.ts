// Replies that are still being written: the server sends the whole text so far, again and again, until the message itself.
import type { Frame } from "../../realtime/socket";
import { type ChatMessage, draftMessage } from "./messages";

export interface MessagePart {
  readonly turnId: string;
  readonly index: number;
  readonly text: string;
}

const MOST_PARTS = 20;

/** A part, if the frame is one. */
export function readPart(frame: Frame): MessagePart | null {
  const { turn_id: turnId, index, text } = frame;
  const isPart = typeof turnId === "string" && Number.isInteger(index) && typeof text === "string";
  return isPart ? { turnId, index: Number(index), text } : null;
}

/** The key that a reply has on the page from its first part to the end: it does not jump when it is complete. */
function keyOfPart(turnId: string, index: number): string {
  return `part ${turnId} ${index}`;
}

export class Parts {
  private readonly writing = new Map<string, { turnId: string; message: ChatMessage }>();

  get isEmpty(): boolean {
    return this.writing.size === 0;
  }

  put({ turnId, index, text }: MessagePart, now: number): void {
    const key = keyOfPart(turnId, index);
    const sentAt = this.writing.get(key)?.message.sentAt ?? now;
    if (this.writing.size >= MOST_PARTS && !this.writing.has(key)) return;
    this.writing.set(key, {
      turnId,
      message: { ...draftMessage(text, key, sentAt), author: "bot", status: "writing" },
    });
  }

  messages(): ChatMessage[] {
    return [...this.writing.values()].map(({ message }) => message).filter(({ text }) => text !== "");
  }

  /** The messages of a turn have come: its parts go, and each message takes the place its part had. */
  settle(messages: readonly ChatMessage[]): ChatMessage[] {
    const counts = new Map<string, number>();
    const settled = messages.map((message) => {
      const turnId = message.replyTo;
      if (turnId === null || message.author !== "bot") return message;
      const index = counts.get(turnId) ?? 0;
      counts.set(turnId, index + 1);
      const key = keyOfPart(turnId, index);
      return this.writing.has(key) ? { ...message, externalId: key } : message;
    });
    return settled;
  }

  /** The turn is over, however it went. True if that changed anything. */
  end(turnId: string): boolean {
    const keys = [...this.writing].filter(([, part]) => part.turnId === turnId).map(([key]) => key);
    for (const key of keys) this.writing.delete(key);
    return keys.length > 0;
  }

  clear(): void {
    this.writing.clear();
  }
}

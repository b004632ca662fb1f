// What the pieces of a conversation need of whoever keeps it: the chat of a visitor, or the inbox of those who answer.
import type { ChatFiles } from "./files";
import type { Attachment } from "./messages";

export interface ChatDesk {
  send(text: string, attachments?: readonly Attachment[]): void;
  sendAgain(externalId: string): void;
  discard(externalId: string): void;
  readonly files: Pick<ChatFiles, "upload" | "linkTo">;
}

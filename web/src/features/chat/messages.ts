// What a conversation is made of, and the reading of messages as the server sends them. Pure.
import type { Schemas } from "../../api/client";
import { readWidget, type Widget } from "../../ui/widgetNotes";

export type WireMessage = Schemas["MessageOut"];

export interface QuickReply {
  readonly text: string;
  readonly value: string;
}

export interface Attachment {
  /** Of a file that is kept here; null for an address elsewhere. */
  readonly id: string | null;
  readonly url: string;
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly isImage: boolean;
}

export interface ChatMessage {
  /** The server's id, a UUIDv7: comparing ids as text gives the order of the conversation. Null until accepted. */
  readonly id: string | null;
  readonly externalId: string | null;
  /** "person": somebody who answers instead of the bot. */
  readonly author: "me" | "bot" | "person";
  readonly text: string;
  readonly quickReplies: readonly QuickReply[];
  readonly attachments: readonly Attachment[];
  readonly widget: Widget | null;
  /** The message (or other event) that a bot answers with it. */
  readonly replyTo: string | null;
  readonly sentAt: number;
  /** "writing": a reply of which more is to come. */
  readonly status: "sent" | "sending" | "failed" | "writing";
  readonly failure: string | null;
}

/** The visitor's own message id of the first "/start": the same for every try, so the server keeps one only. */
export const START_ID = "start";
export const START_TEXT = "/start";

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

/** `params.buttons` of any shape; what is no button is left out. */
export function readQuickReplies(params: unknown): QuickReply[] {
  const { buttons } = asRecord(params);
  if (!Array.isArray(buttons)) return [];
  const replies = buttons.flatMap((button: unknown) => {
    const { text, value } = asRecord(button);
    const label = textOf(text) || textOf(value) || textOf(button);
    return label ? [{ text: label, value: textOf(value) || label }] : [];
  });
  return uniqueBy(replies, ({ text, value }) => `${value} ${text}`);
}

const IMAGE_NAME = /\.(png|jpe?g|gif|webp|avif|svg)$/i;

function nameFromUrl(url: string): string {
  const last = url.split(/[?#]/)[0]?.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

export function readAttachments(attachments: unknown): Attachment[] {
  if (!Array.isArray(attachments)) return [];
  const files = attachments.flatMap((item: unknown) => {
    const fields = asRecord(item);
    const url = textOf(item) || textOf(fields.url) || textOf(fields.href);
    const name = textOf(fields.name) || textOf(fields.file_name) || nameFromUrl(url);
    const type = textOf(fields.content_type) || textOf(fields.mime_type);
    const size = fields.size;
    const isImage = type.startsWith("image/") || IMAGE_NAME.test(name);
    const id = textOf(fields.id) || null;
    return id || url || name ? [{ id, url, name, sizeBytes: typeof size === "number" ? size : null, isImage }] : [];
  });
  return uniqueBy(files, ({ id, url, name }) => `${id} ${url} ${name}`);
}

/** Who takes part: the visitor, and the bots that answer; anybody else who writes to them is a person. */
export interface Cast {
  readonly ownId: string;
  readonly botIds: ReadonlySet<string>;
}

function authorOf({ sender_id: senderId, reply_to: replyTo }: WireMessage, { ownId, botIds }: Cast) {
  if (senderId === ownId) return "me";
  // Only bots answer events: also one that joined the channel after it was opened here.
  return botIds.has(senderId) || replyTo !== null ? "bot" : "person";
}

/** A message of the server as this visitor sees it. */
export function readMessage(wire: WireMessage, cast: Cast): ChatMessage {
  const author = authorOf(wire, cast);
  const isMine = author === "me";
  return {
    id: wire.id,
    externalId: isMine ? (wire.external_id ?? null) : null,
    author,
    text: wire.text,
    quickReplies: isMine ? [] : readQuickReplies(wire.params),
    attachments: readAttachments(wire.attachments),
    widget: isMine ? null : readWidget(wire.widget),
    replyTo: wire.reply_to ?? null,
    sentAt: Date.parse(wire.created_at),
    status: "sent",
    failure: null,
  };
}

export function draftMessage(
  text: string,
  externalId: string,
  sentAt: number,
  attachments: readonly Attachment[] = [],
): ChatMessage {
  return {
    id: null,
    externalId,
    author: "me",
    text,
    quickReplies: [],
    attachments,
    widget: null,
    replyTo: null,
    sentAt,
    status: "sending",
    failure: null,
  };
}

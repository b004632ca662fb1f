// The messages of one conversation: what the server has confirmed, in its order, and what is still on its way there.
// Pure functions over immutable values; session.ts decides when to call them.
import { type ChatMessage, START_ID } from "./messages";

export interface Conversation {
  /** Accepted by the server, each once, by id. */
  readonly confirmed: readonly ChatMessage[];
  /** Written here and not yet confirmed, in the order of writing. */
  readonly outbox: readonly ChatMessage[];
}

export const EMPTY_CONVERSATION: Conversation = { confirmed: [], outbox: [] };

function byId(one: ChatMessage, other: ChatMessage): number {
  return (one.id ?? "") < (other.id ?? "") ? -1 : 1;
}

/** Adds messages of the server, whatever way and however often they came; a confirmed one leaves the outbox. */
export function receive(conversation: Conversation, messages: readonly ChatMessage[]): Conversation {
  const known = new Map(conversation.confirmed.map((message) => [message.id, message]));
  const fresh = messages.filter((message) => message.id !== null && !known.has(message.id));
  if (fresh.length === 0) return conversation;
  for (const message of fresh) known.set(message.id, message);
  const arrived = new Set(fresh.map((message) => message.externalId).filter((id) => id !== null));
  return {
    confirmed: [...known.values()].sort(byId),
    outbox: conversation.outbox.filter(({ externalId }) => externalId === null || !arrived.has(externalId)),
  };
}

export function enqueue(conversation: Conversation, message: ChatMessage): Conversation {
  return { ...conversation, outbox: [...conversation.outbox, message] };
}

/** Before all that was written while the chat was still opening: the start comes first. */
export function enqueueFirst(conversation: Conversation, message: ChatMessage): Conversation {
  return { ...conversation, outbox: [message, ...conversation.outbox] };
}

export function markFailed(conversation: Conversation, externalId: string, failure: string): Conversation {
  return {
    ...conversation,
    outbox: conversation.outbox.map((message) =>
      message.externalId === externalId ? { ...message, status: "failed", failure } : message,
    ),
  };
}

/** Tries again what failed: it goes to the end, after whatever was written since. */
export function retry(conversation: Conversation, externalId: string, sentAt: number): Conversation {
  const again = conversation.outbox.filter((message) => message.externalId === externalId);
  const others = conversation.outbox.filter((message) => message.externalId !== externalId);
  return {
    ...conversation,
    outbox: [...others, ...again.map((message) => ({ ...message, sentAt, status: "sending" as const, failure: null }))],
  };
}

export function discard(conversation: Conversation, externalId: string): Conversation {
  return { ...conversation, outbox: conversation.outbox.filter((message) => message.externalId !== externalId) };
}

export function nextToSend(conversation: Conversation): ChatMessage | undefined {
  return conversation.outbox.find((message) => message.status === "sending");
}

/** What the person sees: all but the "/start" that opened the conversation for them. */
export function visibleMessages({ confirmed, outbox }: Conversation): ChatMessage[] {
  return [...confirmed, ...outbox].filter((message) => message.externalId !== START_ID);
}

/** When the person's last message has no answer yet, the time it was sent; else null. */
export function waitingSince({ confirmed, outbox }: Conversation): number | null {
  const last = nextToSend({ confirmed, outbox }) ?? confirmed.at(-1);
  return last?.author === "me" ? last.sentAt : null;
}

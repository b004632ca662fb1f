// The calls a chat makes, and what it keeps on this device. session.ts uses both and is tested with others in their place.
import { bearer, client, dataOf, type Schemas } from "../../api/client";
import type { Facts } from "../../embed/protocol";
import { device } from "./device";
import type { ChatMessage, WireMessage } from "./messages";

/** Who this browser is in a channel. The token is the only key to the conversation. */
export interface Identity {
  readonly token: string;
  readonly subscriberId: string;
  /** From when on the token should be exchanged for a fresh one: half its life is over. */
  readonly renewAt: number;
}

export interface HistoryPage {
  readonly messages: readonly WireMessage[];
  /** Where older messages go on, null at the beginning of the conversation. */
  readonly olderCursor: string | null;
}

/** A message on its way, as HTTP and the socket carry it. */
export interface Outgoing {
  readonly text: string;
  readonly external_id: string;
  readonly attachments: { id: string }[];
}

/** What a draft is on its way: files by their ids. */
export function outgoing({ text, externalId, attachments }: ChatMessage): Outgoing {
  const ids = attachments.flatMap(({ id }) => (id === null ? [] : [{ id }]));
  return { text, external_id: externalId ?? "", attachments: ids };
}

/** The channel as the visitor needs it. */
export interface Visit {
  readonly name: string;
  readonly botIds: readonly string[];
  readonly isPersonAnswering: boolean;
}

export interface ChatGateway {
  enter(channelId: string): Promise<Identity>;
  /** The same visitor with a fresh token. */
  renew(identity: Identity): Promise<Identity>;
  visit(channelId: string, identity: Identity): Promise<Visit>;
  /** Tells the bots what the page around the chat knows of the visitor. */
  introduce(channelId: string, identity: Identity, facts: Facts): Promise<unknown>;
  history(channelId: string, identity: Identity, cursor: string | null): Promise<HistoryPage>;
  post(channelId: string, identity: Identity, message: Outgoing): Promise<WireMessage>;
}

const PAGE_SIZE = 50;

function identityOf({ access_token, subscriber_id, expires_in }: Schemas["TokenOut"]): Identity {
  return { token: access_token, subscriberId: subscriber_id, renewAt: Date.now() + expires_in * 500 };
}

export const httpGateway: ChatGateway = {
  async enter(channelId) {
    const body = { channel_id: channelId };
    return identityOf(await dataOf(client.POST("/api/v1/login/anonymous-access-token", { body })));
  },

  async renew({ token }) {
    return identityOf(await dataOf(client.POST("/api/v1/login/renew", { headers: bearer(token) })));
  },

  async visit(channelId, { token }) {
    const params = { path: { channel_id: channelId } };
    const call = client.GET("/api/v1/channels/{channel_id}/me", { params, headers: bearer(token) });
    const { name, bot_ids: botIds, is_person_answering: isPersonAnswering } = await dataOf(call);
    return { name, botIds, isPersonAnswering };
  },

  async introduce(channelId, { token }, facts) {
    const params = { path: { channel_id: channelId } };
    const body = "variables" in facts ? { variables: { ...facts.variables } } : facts;
    return dataOf(client.PUT("/api/v1/channels/{channel_id}/me", { params, body, headers: bearer(token) }));
  },

  async history(channelId, { token }, cursor) {
    const params = { path: { channel_id: channelId }, query: { limit: PAGE_SIZE, ...(cursor && { cursor }) } };
    const call = client.GET("/api/v1/channels/{channel_id}/messages", { params, headers: bearer(token) });
    const page = await dataOf(call);
    return { messages: page.items, olderCursor: page.next_cursor ?? null };
  },

  async post(channelId, { token }, message) {
    const body = { channel_id: channelId, ...message };
    return (await dataOf(client.POST("/api/v1/messages", { body, headers: bearer(token) }))).message;
  },
};

/** What is kept on this device for one channel. Where storage is blocked, nothing is kept and all else works. */
export class ChatStorage {
  private readonly prefix: string;

  constructor(channelId: string) {
    this.prefix = `dbcv.chat.${channelId}.`;
  }

  identity(): Identity | null {
    const kept = this.read("identity") as Partial<Identity> | null;
    if (typeof kept?.token !== "string" || typeof kept.subscriberId !== "string") return null;
    return { token: kept.token, subscriberId: kept.subscriberId, renewAt: kept.renewAt ?? 0 };
  }

  outbox(): ChatMessage[] {
    const kept = this.read("outbox");
    return Array.isArray(kept) ? kept.filter((item) => typeof item?.externalId === "string") : [];
  }

  lastRead(): string | null {
    const kept = this.read("read");
    return typeof kept === "string" ? kept : null;
  }

  keep(name: "identity" | "outbox" | "read", value: unknown): void {
    try {
      device.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      // Full or blocked: the conversation goes on without being remembered here.
    }
  }

  forget(): void {
    try {
      for (const name of ["identity", "outbox", "read"]) device.removeItem(this.prefix + name);
    } catch {
      // Nothing was kept.
    }
  }

  private read(name: string): unknown {
    try {
      return JSON.parse(device.getItem(this.prefix + name) ?? "null");
    } catch {
      return null;
    }
  }
}

const entering = new Map<string, Promise<Identity>>();

async function enterOnce(gateway: ChatGateway, channelId: string, storage: ChatStorage): Promise<Identity> {
  const kept = storage.identity();
  if (kept && Date.now() < kept.renewAt) return kept;
  const identity = kept ? await renewed(gateway, kept) : await gateway.enter(channelId);
  if (identity !== kept) storage.keep("identity", identity);
  return identity;
}

/** A fresh token; the old one where that does not work, for it may still be good, and if not, the next call says so. */
async function renewed(gateway: ChatGateway, kept: Identity): Promise<Identity> {
  try {
    return await gateway.renew(kept);
  } catch {
    return kept;
  }
}

/** Where locks are refused, as in a frame without storage, there is no other tab to agree with. */
async function alone<T>(locks: LockManager, name: string, act: () => Promise<T>): Promise<T> {
  let isBegun = false;
  const begin = () => {
    isBegun = true;
    return act();
  };
  try {
    return await locks.request(name, begin);
  } catch (error) {
    if (isBegun) throw error;
    return act();
  }
}

/** The identity kept for the channel, or a new one; one only, also when two tabs or two mounts ask at once. */
export function identify(gateway: ChatGateway, channelId: string, storage: ChatStorage): Promise<Identity> {
  const running = entering.get(channelId);
  if (running) return running;
  const enter = () => enterOnce(gateway, channelId, storage);
  // `locks` exists in secure contexts only (https or localhost).
  const locks = navigator.locks as LockManager | undefined;
  const entered = locks ? alone(locks, `dbcv.chat.${channelId}`, enter) : enter();
  const result = Promise.resolve(entered).finally(() => entering.delete(channelId));
  entering.set(channelId, result);
  return result;
}

/** An id no other message of this visitor has; works outside secure contexts too, where `randomUUID` does not exist. */
export function newExternalId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

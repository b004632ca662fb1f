// What session.test.ts talks to instead of a server: a chat that keeps messages, answers them, and can break.
import type { ApiError } from "../../api/client";
import type { ChatGateway, Identity, Outgoing } from "./gateway";
import type { WireMessage } from "./messages";

export const CHANNEL = "01940000-0000-7000-8000-000000000001";
export const ME = "me";
export const RENEW_AFTER_MS = 15 * 24 * 3_600_000;

/** A server in memory: keeps each external id once, answers every message with "re: text". */
export class FakeServer implements ChatGateway {
  messages: WireMessage[] = [];
  visitors = 0;
  renewals = 0;
  isReachable = true;
  refusal: ApiError | null = null;
  losesAnswers = false;
  isPersonAnswering = false;
  /** What was told of the visitor, each with the number of messages there were. */
  facts: [unknown, number][] = [];
  sockets: FakeSocket[] = [];
  pageSize = 50;

  private check() {
    if (!this.isReachable) throw new TypeError("network");
    if (this.refusal) throw this.refusal;
  }

  async enter() {
    this.check();
    this.visitors += 1;
    return { token: `token-${this.visitors}`, subscriberId: ME, renewAt: Date.now() + RENEW_AFTER_MS };
  }

  async renew(identity: Identity) {
    this.check();
    this.renewals += 1;
    return { ...identity, token: `renewed-${this.renewals}`, renewAt: Date.now() + RENEW_AFTER_MS };
  }

  async visit() {
    this.check();
    return { name: "Demo", botIds: ["bot"], isPersonAnswering: this.isPersonAnswering };
  }

  async introduce(_channelId: string, _identity: unknown, facts: unknown) {
    this.check();
    this.facts.push([facts, this.messages.length]);
  }

  async history(_channelId: string, _identity: unknown, cursor: string | null) {
    this.check();
    const older = this.messages.filter(({ id }) => cursor === null || id < cursor).reverse();
    const page = older.slice(0, this.pageSize);
    return { messages: page, olderCursor: older.length > page.length ? (page.at(-1)?.id ?? null) : null };
  }

  async post(_channelId: string, _identity: unknown, { text, external_id, attachments }: Outgoing) {
    this.check();
    const kept = this.keep(text, external_id, attachments);
    if (this.losesAnswers) throw new TypeError("connection lost after the message was kept");
    return kept;
  }

  keep(text: string, externalId: string, attachments: { id: string }[] = []): WireMessage {
    const known = this.messages.find(({ external_id }) => external_id === externalId);
    if (known) return known;
    const message = this.add(ME, text, externalId);
    message.attachments = attachments;
    const reply = this.add("bot", `re: ${text}`, null);
    for (const socket of this.sockets) if (socket.isUp) socket.answer({ type: "message", message: reply });
    return message;
  }

  add(sender: string, text: string, externalId: string | null): WireMessage {
    const message: WireMessage = {
      id: String(this.messages.length).padStart(6, "0"),
      channel_id: CHANNEL,
      session_id: "s",
      sender_id: sender,
      recipient_id: null,
      reply_to: null,
      text,
      params: {},
      attachments: [],
      widget: null,
      external_id: externalId,
      created_at: "2026-01-01T00:00:00Z",
    };
    this.messages.push(message);
    return message;
  }

  connect = () => {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    return socket as unknown as WebSocket;
  };
}

class FakeSocket {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  isUp = false;
  isDeaf = false;
  private readonly server: FakeServer;

  constructor(server: FakeServer) {
    this.server = server;
    queueMicrotask(() => {
      this.isUp = server.isReachable;
      if (this.isUp) this.onopen?.();
      else this.onclose?.();
    });
  }

  send(data: string) {
    const frame = JSON.parse(data);
    if (this.isDeaf) return;
    if (frame.type === "subscribe") this.answer({ type: "subscribed", topic: frame.topic });
    if (frame.type === "message" && this.server.refusal)
      this.answer({
        type: "error",
        status: this.server.refusal.status,
        title: "Refused",
        external_id: frame.external_id,
      });
    else if (frame.type === "message")
      this.answer({
        type: "accepted",
        external_id: frame.external_id,
        message: this.server.keep(frame.text, frame.external_id, frame.attachments),
      });
  }

  answer(frame: unknown) {
    queueMicrotask(() => this.tell(frame));
  }

  tell(frame: unknown) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  close() {
    this.isUp = false;
  }

  die() {
    this.isUp = false;
    this.onclose?.();
  }
}

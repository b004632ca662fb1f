// One conversation as those see it who answer people: what was said, what the turns did, what is on its way out.
// The page draws `view()`; frames of the live line are handed in with `hear`.
import { ApiError, dataOf, type Schemas } from "../../api/client";
import type { Frame } from "../../realtime/socket";
import { api } from "../../session/api";
import { accessToken } from "../../session/session";
import {
  type Conversation,
  discard,
  EMPTY_CONVERSATION,
  enqueue,
  markFailed,
  nextToSend,
  receive,
  retry,
  visibleMessages,
} from "../chat/conversation";
import type { ChatDesk } from "../chat/desk";
import { ChatFiles } from "../chat/files";
import { isWireMessage } from "../chat/frames";
import { newExternalId } from "../chat/gateway";
import { type Attachment, type ChatMessage, draftMessage, readMessage, type WireMessage } from "../chat/messages";
import { Parts, readPart } from "../chat/parts";

type Session = Schemas["SessionOut"];
type Turn = Schemas["TurnOut"];

export interface DeskView {
  phase: "opening" | "ready" | "failed";
  messages: readonly ChatMessage[];
  turns: readonly Turn[];
  hasOlder: boolean;
  isLoadingOlder: boolean;
}

const PAGE = 100;
const MOST_PAGES = 20;
const TURNS_SOON_MS = 300;

export class Desk implements ChatDesk {
  readonly files: ChatFiles;
  private readonly session: Session;
  private readonly listeners = new Set<() => void>();
  private readonly parts = new Parts();
  private conversation: Conversation = EMPTY_CONVERSATION;
  private turns = new Map<string, Turn>();
  private olderCursor: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isSending = false;
  private phase: DeskView["phase"] = "opening";
  private isLoadingOlder = false;
  private current: DeskView;

  constructor(session: Session) {
    this.session = session;
    this.files = new ChatFiles(session.channel_id, async () => (await accessToken()) ?? "");
    this.current = this.draw();
  }

  view = (): DeskView => this.current;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Reads the newest messages and turns, also after the line was down; on to the message wanted, if one is. */
  async open(wantedId: string | null = null): Promise<void> {
    try {
      const isFirst = this.phase !== "ready";
      const newest = this.conversation.confirmed.at(-1)?.id ?? "";
      let cursor = await this.readMessages(null);
      if (isFirst) this.olderCursor = cursor;
      // Ids rise with time: back to what was known before the line was down.
      for (let pages = 1; !isFirst && cursor !== null && cursor > newest && pages < MOST_PAGES; pages += 1)
        cursor = await this.readMessages(cursor);
      await this.readTurns();
      this.phase = "ready";
      for (let pages = 0; wantedId && !this.has(wantedId) && this.olderCursor && pages < MOST_PAGES; pages += 1)
        this.olderCursor = await this.readMessages(this.olderCursor);
    } catch (error) {
      this.refuse(error);
    }
    this.show();
  }

  async loadOlder(): Promise<void> {
    if (this.isLoadingOlder || !this.olderCursor) return;
    this.isLoadingOlder = true;
    this.show();
    try {
      this.olderCursor = await this.readMessages(this.olderCursor);
      await this.readTurns(this.oldestTurn());
    } catch (error) {
      this.refuse(error);
    }
    this.isLoadingOlder = false;
    this.show();
  }

  close(): void {
    clearTimeout(this.timer);
    this.listeners.clear();
  }

  hear(frame: Frame): void {
    const part = frame.type === "message.part" && frame.session_id === this.session.id ? readPart(frame) : null;
    if (part) this.parts.put(part, Date.now());
    else if (frame.type === "message" && isWireMessage(frame.message)) this.take([frame.message]);
    else if (frame.session_id !== this.session.id || frame.type === "typing") return;
    else if (frame.type === "turn" && typeof frame.id === "string") this.parts.end(frame.id);
    if (!part) this.turnsSoon();
    this.show();
  }

  send(text: string, attachments: readonly Attachment[] = []): void {
    const draft = { ...draftMessage(text, newExternalId(), Date.now(), attachments), author: "person" as const };
    this.conversation = enqueue(this.conversation, draft);
    this.show();
    void this.deliver();
  }

  sendAgain(externalId: string): void {
    this.conversation = retry(this.conversation, externalId, Date.now());
    this.show();
    void this.deliver();
  }

  discard(externalId: string): void {
    this.conversation = discard(this.conversation, externalId);
    this.show();
  }

  private async deliver(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    for (let next = nextToSend(this.conversation); next; next = nextToSend(this.conversation)) await this.post(next);
    this.isSending = false;
  }

  private async post(message: ChatMessage): Promise<void> {
    const id = message.externalId ?? "";
    const attachments = message.attachments.map((file) => ({ id: file.id, name: file.name }));
    const body = { text: message.text, external_id: id, attachments };
    const params = { path: { session_id: this.session.id } };
    try {
      this.take([await dataOf(api.POST("/api/v1/sessions/{session_id}/messages", { params, body }))]);
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof TypeError)) throw error;
      this.conversation = markFailed(this.conversation, id, error instanceof ApiError ? error.message : "");
    }
    this.show();
  }

  private has(messageId: string): boolean {
    return this.conversation.confirmed.some((message) => message.id === messageId);
  }

  private take(wires: readonly WireMessage[]): void {
    const cast = { ownId: this.session.user_id, botIds: new Set([this.session.bot_id]) };
    const mine = wires.filter((wire) => wire.session_id === this.session.id);
    const read = mine.map((wire) => ({ ...readMessage(wire, cast), externalId: wire.external_id ?? null }));
    const settled = this.parts.settle(read);
    for (const message of settled) if (message.replyTo) this.parts.end(message.replyTo);
    this.conversation = receive(this.conversation, settled);
  }

  private async readMessages(cursor: string | null): Promise<string | null> {
    const params = { path: { session_id: this.session.id }, query: { limit: PAGE, ...(cursor && { cursor }) } };
    const page = await dataOf(api.GET("/api/v1/sessions/{session_id}/messages", { params }));
    this.take(page.items);
    return page.next_cursor ?? null;
  }

  private async readTurns(cursor: string | null = null): Promise<void> {
    const params = { path: { session_id: this.session.id }, query: { limit: PAGE, ...(cursor && { cursor }) } };
    const page = await dataOf(api.GET("/api/v1/sessions/{session_id}/turns", { params }));
    const known = new Map(this.turns);
    for (const turn of page.items) known.set(turn.id, turn);
    this.turns = known;
  }

  private oldestTurn(): string | null {
    return [...this.turns.keys()].reduce<string | null>((oldest, id) => (oldest && oldest < id ? oldest : id), null);
  }

  private turnsSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.readTurns().then(
        () => this.show(),
        () => undefined, // What the turns did is read again with the next one.
      );
    }, TURNS_SOON_MS);
  }

  private refuse(error: unknown): void {
    if (!(error instanceof ApiError || error instanceof TypeError)) throw error;
    if (this.phase !== "ready") this.phase = "failed";
  }

  private draw(): DeskView {
    return {
      phase: this.phase,
      messages: [...visibleMessages(this.conversation), ...this.parts.messages()],
      turns: [...this.turns.values()],
      hasOlder: this.olderCursor !== null,
      isLoadingOlder: this.isLoadingOlder,
    };
  }

  private show(): void {
    this.current = this.draw();
    for (const listener of this.listeners) listener();
  }
}

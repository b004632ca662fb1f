// One open chat: who the visitor is, what was said, what is on its way. The page draws `view()` and calls the methods.
// Every message has its sender's own id, so whatever is sent again after a doubt (socket, HTTP, another tab) is kept once.
import { ApiError } from "../../api/client";
import type { Facts } from "../../embed/protocol";
import { type Frame, LiveSocket } from "../../realtime/socket";
import { Answering } from "./answering";
import {
  type Conversation,
  discard,
  EMPTY_CONVERSATION,
  enqueue,
  enqueueFirst,
  markFailed,
  nextToSend,
  receive,
  retry,
  visibleMessages,
  waitingSince,
} from "./conversation";
import { Delivery, isTemporary } from "./delivery";
import { ChatFiles } from "./files";
import { errorOf, externalIdOf, isWireMessage } from "./frames";
import {
  type ChatGateway,
  ChatStorage,
  type HistoryPage,
  type Identity,
  identify,
  newExternalId,
  outgoing,
} from "./gateway";
import { type Attachment, type ChatMessage, draftMessage, START_ID, START_TEXT, type WireMessage } from "./messages";
import { UnderWay } from "./underway";
import { Unread } from "./unread";
import { type ChatView, type Phase, refusedPhase } from "./view";

interface SessionOptions {
  channelId: string;
  gateway: ChatGateway;
  connect?: (url: string) => WebSocket;
  /** What the page around the chat knows of the visitor: told before anything is said. */
  facts?: Facts | null;
}

const POLL_SOON_MS = 700;
const POLL_MS = 3_000;
const REOPEN_MS = 3_000;
const RESYNC_PAGES = 10;

export class ChatSession {
  private readonly options: SessionOptions;
  private readonly storage: ChatStorage;
  readonly files: ChatFiles;
  private readonly listeners = new Set<() => void>();
  private identity: Identity | null = null;
  private socket: LiveSocket | null = null;
  private delivery: Delivery | null = null;
  private conversation: Conversation = EMPTY_CONVERSATION;
  private phase: Phase = "opening";
  private readonly answering: Answering;
  private readonly underWay: UnderWay;
  private olderCursor: string | null = null;
  private older: ChatView["older"] = "idle";
  private isOffline = false;
  private readonly unread: Unread;
  private run = 0;
  private timers = new Map<string, ReturnType<typeof setTimeout>>();
  private current: ChatView;

  constructor(options: SessionOptions) {
    this.options = options;
    this.answering = new Answering(options.gateway, options.channelId, options.facts ?? null);
    this.underWay = new UnderWay(this.later.bind(this), () => this.show());
    this.storage = new ChatStorage(options.channelId);
    this.files = new ChatFiles(options.channelId, async () => {
      return (this.identity ?? (await identify(options.gateway, options.channelId, this.storage))).token;
    });
    this.unread = new Unread({
      lastRead: () => this.storage.lastRead(),
      keepRead: (messageId) => this.storage.keep("read", messageId),
    });
    this.conversation = { confirmed: [], outbox: this.storage.outbox() };
    this.current = this.draw();
  }

  view = (): ChatView => this.current;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Opens the chat, or opens it again after `stop`. */
  start(): void {
    this.run += 1;
    addEventListener("online", this.wake);
    addEventListener("offline", this.lose);
    void this.open(this.run);
  }

  stop(): void {
    this.run += 1;
    removeEventListener("online", this.wake);
    removeEventListener("offline", this.lose);
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.delivery?.stop();
    this.delivery = null;
    this.socket?.stop();
    this.socket = null;
  }

  send(text: string, attachments: readonly Attachment[] = []): void {
    if (text.trim() === "" && attachments.length === 0) return;
    this.unread.fromId = null;
    this.post(text, newExternalId(), attachments);
  }

  sendAgain(externalId: string): void {
    this.change(retry(this.conversation, externalId, Date.now()));
    this.delivery?.wake();
  }

  discard(externalId: string): void {
    this.change(discard(this.conversation, externalId));
  }

  /** Tells the bots what the page around the chat knows of the visitor. */
  introduce(facts: Facts): void {
    this.answering.facts = facts;
    if (this.identity) void this.answering.tell(this.identity);
  }

  /** Whether the page around shows the chat at all; a chat in a closed bubble is seen by nobody. */
  setShown(isShown: boolean): void {
    this.unread.isShown = isShown;
    this.setAttentive(this.unread.isAtEnd);
  }

  /** Whether the person sees the newest message now; what arrives while they do not is unread. */
  setAttentive(isAttentive: boolean): void {
    if (this.unread.setAttentive(isAttentive, this.conversation.confirmed)) this.show();
  }

  /** Leaves this conversation for good and begins another one as a new visitor. */
  startOver(): void {
    this.stop();
    this.storage.forget();
    this.identity = null;
    this.conversation = EMPTY_CONVERSATION;
    this.olderCursor = null;
    this.unread.forget();
    this.underWay.accepted();
    this.phase = "opening";
    this.show();
    this.start();
  }

  async loadOlder(): Promise<void> {
    if (!this.identity || this.olderCursor === null || this.older === "loading") return;
    const run = this.run;
    this.older = "loading";
    this.show();
    try {
      const page = await this.options.gateway.history(this.options.channelId, this.identity, this.olderCursor);
      if (run !== this.run) return;
      this.olderCursor = page.olderCursor;
      this.older = "idle";
      this.change(receive(this.conversation, this.answering.read(page.messages, this.identity)));
    } catch {
      this.older = "failed";
      this.show();
    }
  }

  private async open(run: number): Promise<void> {
    const { channelId, gateway } = this.options;
    try {
      const identity = await identify(gateway, channelId, this.storage);
      const page = gateway.history(channelId, identity, null);
      await Promise.all([page, this.answering.look(identity), this.answering.tell(identity)]);
      if (run === this.run) this.opened(identity, await page);
    } catch (error) {
      if (run === this.run) this.refused(error, run);
    }
  }

  private opened(identity: Identity, page: HistoryPage): void {
    this.identity = identity;
    this.isOffline = false;
    // A second start (React's strict mode, a page shown again) must not forget how far back the person has read.
    if (this.conversation.confirmed.length === 0) this.olderCursor = page.olderCursor;
    this.conversation = receive(this.conversation, this.answering.read(page.messages, identity));
    this.phase = "ready";
    this.unread.opened(this.conversation.confirmed);
    this.change(this.conversation);
    this.delivery?.stop();
    this.delivery = this.deliveryFor(identity);
    this.connect(identity);
    if (page.messages.length === 0) this.greet();
    this.delivery?.wake();
  }

  private refused(error: unknown, run: number): void {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 401 && this.storage.identity()) {
      // The token is no longer good for anything: whoever opens the page now is a new visitor.
      this.storage.forget();
      void this.open(run);
      return;
    }
    this.phase = refusedPhase(status);
    this.show();
    if (this.phase === "failed") this.later("open", REOPEN_MS, () => void this.open(run));
  }

  private connect(identity: Identity): void {
    this.socket?.stop();
    this.socket = new LiveSocket({
      url: `${location.origin.replace(/^http/, "ws")}/ws`,
      token: identity.token,
      topics: [`channel:${this.options.channelId}`],
      onFrame: (frame) => this.readFrame(frame),
      onLive: (isLive) => this.onLive(isLive),
      ...(this.options.connect && { connect: this.options.connect }),
    });
    this.socket.start();
  }

  private onLive(isLive: boolean): void {
    if (!isLive) {
      this.underWay.lost();
      this.show();
    } else void this.lookAgain();
    this.later("poll", isLive ? 0 : POLL_SOON_MS, () => void this.resync());
  }

  /** The first "/start", once the person can see the page. Its id is fixed, so a second one is no second start. */
  private greet(): void {
    if (document.visibilityState === "visible") {
      this.post(START_TEXT, START_ID);
      return;
    }
    const run = this.run;
    const whenSeen = () => run === this.run && this.conversation.confirmed.length === 0 && this.greet();
    document.addEventListener("visibilitychange", whenSeen, { once: true });
  }

  private post(text: string, externalId: string, attachments: readonly Attachment[] = []): void {
    if (this.conversation.outbox.some((message) => message.externalId === externalId)) return;
    this.underWay.asked();
    const put = externalId === START_ID ? enqueueFirst : enqueue;
    this.change(put(this.conversation, draftMessage(text, externalId, Date.now(), attachments)));
    this.delivery?.wake();
  }

  private deliveryFor(identity: Identity): Delivery {
    const { channelId, gateway } = this.options;
    return new Delivery({
      next: () => nextToSend(this.conversation),
      sendLive: (message) =>
        this.socket?.send({ type: "message", channel_id: channelId, ...outgoing(message) }) ?? false,
      sendByHttp: (message) => gateway.post(channelId, identity, outgoing(message)),
      onSilentSocket: () => this.socket?.reconnectNow(),
      onKept: (wire) => this.take([wire]),
      onRefused: ({ externalId }, reason) => this.change(markFailed(this.conversation, externalId ?? "", reason)),
      onReachable: (isReachable) => this.setOffline(!isReachable),
    });
  }

  private readFrame(frame: Frame): void {
    this.setOffline(false);
    if (frame.type === "message" && isWireMessage(frame.message)) this.take([frame.message]);
    else if (frame.type === "accepted" && isWireMessage(frame.message)) {
      this.underWay.accepted();
      this.take([frame.message]);
    } else if (frame.type === "message.part") this.underWay.write(frame);
    else if (frame.type === "typing") this.underWay.typing(frame);
    else if (this.answering.hear(frame)) this.show();
    else if (frame.type === "error" && !frame.topic) {
      this.delivery?.acknowledge(errorOf(frame), externalIdOf(frame));
    } else if (frame.type === "missed" || frame.type === "unsubscribed") void this.resync();
  }

  /** Who answers may have changed while nobody was listening; the next connection asks again if this one does not. */
  private async lookAgain(): Promise<void> {
    if (this.identity)
      await this.answering.look(this.identity).then(
        () => this.show(),
        () => {},
      );
  }

  /** Fetches what was missed, back to what is known; while there is no socket it goes on asking. */
  private async resync(): Promise<void> {
    const { run, identity } = this;
    if (!identity || this.phase !== "ready") return;
    try {
      await this.fetchMissed(identity, run);
      if (run === this.run) this.setOffline(false);
      this.delivery?.wake();
    } catch (error) {
      if (run !== this.run) return;
      if (error instanceof ApiError && !isTemporary(error.status)) {
        this.refused(error, run);
        return;
      }
      this.setOffline(true);
    }
    if (this.socket?.isLive) return;
    const isAnswerDue = !this.isOffline && waitingSince(this.conversation) !== null;
    this.later("poll", isAnswerDue ? POLL_SOON_MS : POLL_MS, () => void this.resync());
  }

  private async fetchMissed(identity: Identity, run: number): Promise<void> {
    const newestKnown = this.conversation.confirmed.at(-1)?.id ?? "";
    const missed: ChatMessage[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < RESYNC_PAGES; pages += 1) {
      const page = await this.options.gateway.history(this.options.channelId, identity, cursor);
      missed.push(...this.answering.read(page.messages, identity));
      cursor = page.olderCursor;
      if (cursor === null || page.messages.some(({ id }) => id <= newestKnown)) break;
    }
    if (run === this.run) this.accept(missed);
  }

  private take(wires: readonly WireMessage[]): void {
    this.accept(this.underWay.settle(this.answering.read(wires, this.identity)));
  }

  private accept(messages: readonly ChatMessage[]): void {
    const newestKnown = this.conversation.confirmed.at(-1)?.id ?? "";
    const before = new Set(this.conversation.outbox.map((message) => message.externalId));
    this.change(receive(this.conversation, messages));
    const fresh = this.conversation.confirmed.filter((message) => (message.id ?? "") > newestKnown);
    this.unread.arrived(fresh);
    this.underWay.answered(fresh);
    for (const { externalId } of messages) {
      if (externalId && before.has(externalId)) this.delivery?.acknowledge("kept", externalId);
    }
    this.show();
  }

  private wake = (): void => {
    if (this.phase === "failed") void this.open(this.run);
    else void this.resync();
  };

  /** The device says so long before the socket or a call does. */
  private lose = (): void => {
    if (this.phase === "ready") this.setOffline(true);
  };

  private setOffline(isOffline: boolean): void {
    if (this.isOffline === isOffline) return;
    this.isOffline = isOffline;
    this.show();
  }

  private change(conversation: Conversation): void {
    if (conversation.outbox !== this.conversation.outbox) this.storage.keep("outbox", conversation.outbox);
    this.conversation = conversation;
    this.show();
  }

  private later(name: string, delayMs: number, act: () => void): void {
    clearTimeout(this.timers.get(name));
    this.timers.set(name, setTimeout(act, delayMs));
  }

  private draw(): ChatView {
    const messages = [...visibleMessages(this.conversation), ...this.underWay.messages()];
    const isWaiting = waitingSince(this.conversation) !== null;
    return {
      phase: this.phase,
      name: this.answering.name,
      isPersonAnswering: this.answering.isPerson,
      messages,
      isOffline: this.isOffline,
      isTyping: !this.isOffline && this.underWay.isTyping(isWaiting),
      isStarting: messages.length === 0 && isWaiting,
      hasOlder: this.olderCursor !== null,
      older: this.older,
      unreadFromId: this.unread.fromId,
      unreadCount: this.unread.count,
    };
  }

  private show(): void {
    this.current = this.draw();
    for (const listener of this.listeners) listener();
  }
}

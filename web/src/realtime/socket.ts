// One WebSocket to the server that comes back by itself: authenticates, subscribes, waits longer after each failure.
// It knows nothing of chats; whoever uses it reads the frames.

export interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface LiveSocketOptions {
  url: string;
  /** A function is asked at every connection, for tokens that are renewed. */
  token: string | (() => Promise<string>);
  topics: readonly string[];
  onFrame: (frame: Frame) => void;
  /** True once subscribed to all topics, false as soon as that is over. */
  onLive: (isLive: boolean) => void;
  connect?: (url: string) => WebSocket;
}

const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 10_000;
const HANDSHAKE_LIMIT_MS = 8_000;
const PING_EVERY_MS = 25_000;
const ANSWER_LIMIT_MS = 8_000;

/** Waiting time before the n-th try (0 first), spread so that a thousand browsers do not return at once. */
export function reconnectDelayMs(failures: number, random = Math.random()): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures) * (0.5 + random / 2);
}

export function readFrame(data: unknown): Frame | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === "object" && frame !== null && "type" in frame && typeof frame.type === "string"
      ? (frame as Frame)
      : null;
  } catch {
    return null; // Not ours: a proxy's page or a cut frame.
  }
}

export class LiveSocket {
  private readonly options: LiveSocketOptions;
  private socket: WebSocket | null = null;
  private pending = new Set<string>();
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isStopped = true;
  isLive = false;

  constructor(options: LiveSocketOptions) {
    this.options = options;
  }

  start(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    addEventListener("online", this.reconnectNow);
    this.open();
  }

  stop(): void {
    this.isStopped = true;
    removeEventListener("online", this.reconnectNow);
    clearTimeout(this.timer);
    this.drop();
  }

  /** True if the frame was handed to a live connection; that says nothing about its arrival. */
  send(frame: Frame): boolean {
    if (!this.isLive || !this.socket) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Gives up a connection that seems dead, or the waiting time, and connects at once. */
  reconnectNow = (): void => {
    if (this.isStopped) return;
    this.failures = 0;
    this.drop();
    this.open();
  };

  private open(): void {
    clearTimeout(this.timer);
    const connect = this.options.connect ?? ((url: string) => new WebSocket(url));
    const socket = connect(this.options.url);
    this.socket = socket;
    this.pending = new Set(this.options.topics);
    this.timer = setTimeout(() => this.lose(socket), HANDSHAKE_LIMIT_MS);
    socket.onopen = () => {
      const { token } = this.options;
      if (typeof token === "string") this.greet(socket, token);
      else
        token().then(
          (fresh) => this.greet(socket, fresh),
          () => this.lose(socket),
        );
    };
    socket.onmessage = (event) => this.read(socket, event.data);
    socket.onclose = () => this.lose(socket);
  }

  private greet(socket: WebSocket, token: string): void {
    if (socket !== this.socket) return;
    socket.send(JSON.stringify({ type: "auth", token }));
    for (const topic of this.options.topics) socket.send(JSON.stringify({ type: "subscribe", topic }));
  }

  private read(socket: WebSocket, data: unknown): void {
    const frame = readFrame(data);
    if (!frame || socket !== this.socket) return;
    if (this.isLive) this.watch(socket);
    if (frame.type === "subscribed" && this.pending.delete(String(frame.topic)) && this.pending.size === 0) {
      this.failures = 0;
      this.setLive(true);
      this.watch(socket);
    }
    this.options.onFrame(frame);
  }

  /** A connection can die without a word (a phone that changes networks): after a silence it has to answer. */
  private watch(socket: WebSocket): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      socket.send(JSON.stringify({ type: "ping" }));
      this.timer = setTimeout(() => this.lose(socket), ANSWER_LIMIT_MS);
    }, PING_EVERY_MS);
  }

  private lose(socket: WebSocket): void {
    if (socket !== this.socket || this.isStopped) return;
    this.drop();
    this.timer = setTimeout(() => this.open(), reconnectDelayMs(this.failures));
    this.failures += 1;
  }

  private drop(): void {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.setLive(false);
  }

  private setLive(isLive: boolean): void {
    if (this.isLive === isLive) return;
    this.isLive = isLive;
    this.options.onLive(isLive);
  }
}

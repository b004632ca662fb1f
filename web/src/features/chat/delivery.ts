// Brings the outbox to the server, one message after the other, so that order is kept whatever way each one takes:
// the socket if it lives, else HTTP. A message that may have arrived is sent again under the same id and kept once.
import { ApiError } from "../../api/client";
import type { ChatMessage, WireMessage } from "./messages";

interface DeliveryPorts {
  next: () => ChatMessage | undefined;
  /** Hands the message to the live connection; false if there is none. */
  sendLive: (message: ChatMessage) => boolean;
  sendByHttp: (message: ChatMessage) => Promise<WireMessage>;
  onSilentSocket: () => void;
  onKept: (message: WireMessage) => void;
  onRefused: (message: ChatMessage, reason: string) => void;
  onReachable: (isReachable: boolean) => void;
}

const ACKNOWLEDGED_WITHIN_MS = 4_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 8_000;
const TRIES = 5;

type Answer = "kept" | "silent" | ApiError;

/** Whether the same message may get through later: no connection, a busy or failing server. */
export function isTemporary(status: number): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

export class Delivery {
  private readonly ports: DeliveryPorts;
  private isRunning = false;
  private isStopped = false;
  private inFlight: string | null = null;
  private settle: ((answer: Answer) => void) | null = null;
  private endPause: (() => void) | null = null;

  constructor(ports: DeliveryPorts) {
    this.ports = ports;
  }

  /** Something to send, or a connection that is back: goes on at once. */
  wake(): void {
    this.endPause?.();
    if (!this.isRunning && !this.isStopped) void this.run();
  }

  stop(): void {
    this.isStopped = true;
    this.endPause?.();
    this.settle?.("silent");
  }

  /** The server has told over the socket what became of a message; without an id it means the one under way. */
  acknowledge(answer: "kept" | ApiError, externalId: string | null = null): void {
    if (externalId === null || externalId === this.inFlight) this.settle?.(answer);
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    let tries = 0;
    for (let message = this.ports.next(); message && !this.isStopped; message = this.ports.next()) {
      tries = (await this.sendOne(message, tries)) ? 0 : tries + 1;
      if (tries > 0) await this.pause(Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** tries));
    }
    this.isRunning = false;
  }

  /** True once the message is settled, kept or refused; false when it has to be tried again. */
  private async sendOne(message: ChatMessage, tries: number): Promise<boolean> {
    try {
      const answer = await this.live(message);
      if (answer instanceof ApiError) throw answer;
      if (this.isStopped) return true;
      if (answer === "silent") this.ports.onKept(await this.ports.sendByHttp(message));
      this.ports.onReachable(true);
      return true;
    } catch (error) {
      return this.isStopped || this.failed(message, error, tries);
    }
  }

  private failed(message: ChatMessage, error: unknown, tries: number): boolean {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 0) this.ports.onReachable(false);
    if (status === 0 || (isTemporary(status) && tries < TRIES)) return false;
    this.ports.onRefused(message, error instanceof Error ? error.message : "");
    return true;
  }

  private live(message: ChatMessage): Promise<Answer> {
    if (!this.ports.sendLive(message)) return Promise.resolve("silent");
    this.inFlight = message.externalId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.settle?.("silent");
        if (!this.isStopped) this.ports.onSilentSocket();
      }, ACKNOWLEDGED_WITHIN_MS);
      this.settle = (answer) => {
        clearTimeout(timer);
        this.settle = null;
        this.inFlight = null;
        resolve(answer);
      };
    });
  }

  private pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.endPause?.(), delayMs);
      this.endPause = () => {
        clearTimeout(timer);
        this.endPause = null;
        resolve();
      };
    });
  }
}

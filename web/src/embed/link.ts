// The line to the chat in the frame. Only what this frame's window says from this installation's origin is heard.
import { type Facts, readNote, type Theme, type ToFrame, type ToldMessage } from "./protocol";

interface LinkPorts {
  readonly hello: () => {
    theme: Theme;
    scheme: "light" | "dark" | null;
    facts: Facts | null;
    isOpen: boolean;
    canClose: boolean;
    kept: Record<string, string>;
  };
  readonly onReady: () => void;
  readonly onClose: () => void;
  readonly onUnread: (count: number) => void;
  readonly onMessage: (message: ToldMessage) => void;
  readonly onKeep: (key: unknown, value: unknown) => void;
}

export class FrameLink {
  private readonly frame: HTMLIFrameElement;
  private readonly origin: string;
  private readonly ports: LinkPorts;
  isReady = false;

  constructor(frame: HTMLIFrameElement, base: string, ports: LinkPorts) {
    this.frame = frame;
    this.origin = new URL(base, location.href).origin;
    this.ports = ports;
    addEventListener("message", this.hear);
  }

  stop(): void {
    removeEventListener("message", this.hear);
  }

  shown(isOpen: boolean): void {
    this.say({ dbcv: "shown", isOpen });
    if (isOpen) this.frame.focus();
  }

  send(text: string): void {
    this.say({ dbcv: "send", text });
  }

  user(facts: Facts): void {
    this.say({ dbcv: "user", facts });
  }

  private say(note: ToFrame): void {
    if (this.isReady) this.frame.contentWindow?.postMessage(note, this.origin);
  }

  private hear = (event: MessageEvent): void => {
    if (event.source !== this.frame.contentWindow || event.origin !== this.origin) return;
    const note = readNote(event.data);
    if (note?.dbcv === "ready") {
      this.isReady = true;
      this.say({ dbcv: "hello", ...this.ports.hello() });
      this.ports.onReady();
    } else if (note?.dbcv === "close") this.ports.onClose();
    else if (note?.dbcv === "unread" && typeof note.count === "number") this.ports.onUnread(note.count);
    else if (note?.dbcv === "keep") this.ports.onKeep(note.key, note.value);
    else if (note?.dbcv === "message") this.ports.onMessage(note.message as ToldMessage);
  };
}

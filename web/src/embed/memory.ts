// What the page around the chat remembers on this device: open or closed, greeted, talked before. The conversation's own
// key is in the frame's storage; only where the browser refuses a frame of another site any storage, it is kept here.
const LONGEST = 200_000;
const MOST_KEPT = 8;

export class Memory {
  private readonly prefix: string;

  constructor(channel: string) {
    this.prefix = `dbcv.embed.${channel}.`;
  }

  get(name: string): string | null {
    try {
      return localStorage.getItem(this.prefix + name);
    } catch {
      return null;
    }
  }

  /** What the frame has asked to be kept, by its keys. */
  allOfFrame(): Record<string, string> {
    try {
      return JSON.parse(this.get("frame") ?? "{}");
    } catch {
      return {};
    }
  }

  keepForFrame(key: unknown, value: unknown): void {
    if (typeof key !== "string") return;
    const { [key]: _old, ...others } = this.allOfFrame();
    const all = typeof value === "string" ? { ...others, [key]: value } : others;
    const text = JSON.stringify(all);
    if (text.length <= LONGEST && Object.keys(all).length <= MOST_KEPT) this.keep("frame", text);
  }

  keep(name: string, value: string): void {
    try {
      localStorage.setItem(this.prefix + name, value);
    } catch {
      // Blocked: it is forgotten with the page.
    }
  }
}

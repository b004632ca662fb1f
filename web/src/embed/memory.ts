// What the page around the chat remembers on this device: open or closed, greeted, talked before. Never a word of the
// conversation, and no token: those are in the frame.
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

  keep(name: string, value: string): void {
    try {
      localStorage.setItem(this.prefix + name, value);
    } catch {
      // Blocked: it is forgotten with the page.
    }
  }
}

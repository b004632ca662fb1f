// @vitest-environment jsdom
// Files of a chat: what is sent, how far it is, what the server says against it, and links that are asked for once.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../api/client";
import { Links, uploadFile } from "./files";

const FILE = new File(["hello"], "привет.png", { type: "image/png" });

class FakeRequest {
  static last: FakeRequest;
  headers: Record<string, string> = {};
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload = () => {};
  onerror = () => {};
  onabort = () => {};
  status = 0;
  responseText = "";
  opened = "";
  body: unknown;

  constructor() {
    FakeRequest.last = this;
  }
  open(method: string, url: string) {
    this.opened = `${method} ${url}`;
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  send(body: unknown) {
    this.body = body;
  }
  abort() {
    this.onabort();
  }
  answer(status: number, content: unknown) {
    this.status = status;
    this.responseText = typeof content === "string" ? content : JSON.stringify(content);
    this.onload();
  }
}

beforeEach(() => vi.stubGlobal("XMLHttpRequest", FakeRequest));
afterEach(() => vi.unstubAllGlobals());

function send(onProgress: (part: number) => void = () => {}, signal = new AbortController().signal) {
  return uploadFile({ channelId: "c", token: "t", file: FILE, onProgress, signal });
}

describe("sending a file", () => {
  it("sends the bytes as they are, with the name, the channel and the token", async () => {
    const sending = send();
    const { last } = FakeRequest;
    expect(last.opened).toBe(`PUT /api/v1/attachments?name=${encodeURIComponent("привет.png")}&channel_id=c`);
    expect(last.headers).toEqual({ Authorization: "Bearer t", "Content-Type": "image/png" });
    expect(last.body).toBe(FILE);
    last.answer(201, { id: "7", name: "привет.png", size: 5, content_type: "image/png" });
    expect(await sending).toEqual({
      id: "7",
      url: "/api/v1/attachments/7/content",
      name: "привет.png",
      sizeBytes: 5,
      isImage: true,
    });
  });

  it("tells how far it is", () => {
    const parts: number[] = [];
    void send((part) => parts.push(part));
    FakeRequest.last.upload.onprogress?.({ loaded: 1, total: 4 });
    FakeRequest.last.upload.onprogress?.({ loaded: 0, total: 0 });
    expect(parts).toEqual([0.25, 0]);
  });

  it("says what the server says against it, also when that is no JSON", async () => {
    for (const [content, words] of [
      [{ errors: [{ message: "too large" }] }, "too large"],
      ["<html>", ""],
    ] as const) {
      const sending = send();
      FakeRequest.last.answer(413, content);
      await expect(sending).rejects.toEqual(new ApiError(413, words));
    }
  });

  it("stops when it is taken back or the connection is lost", async () => {
    const control = new AbortController();
    const cancelled = send(undefined, control.signal);
    control.abort();
    await expect(cancelled).rejects.toThrow("cancelled");
    const lost = send();
    FakeRequest.last.onerror();
    await expect(lost).rejects.toThrow("network");
  });
});

describe("links to files", () => {
  const linkUntil = (endsAt: number) => ({ url: "/u", endsAt, isInline: true });

  it("are asked for once while they last, and again before they end", async () => {
    const load = vi.fn(async () => linkUntil(Date.now() + 3_600_000));
    const links = new Links(load);
    await Promise.all([links.get("a", "t"), links.get("a", "t")]);
    await links.get("a", "t");
    expect(load).toHaveBeenCalledTimes(1);
    load.mockImplementation(async () => linkUntil(Date.now() + 1_000));
    await links.get("b", "t");
    await links.get("b", "t");
    expect(load).toHaveBeenCalledTimes(3);
  });

  it("are asked for again after a failure", async () => {
    const load = vi.fn(async () => linkUntil(Date.now() + 3_600_000));
    load.mockRejectedValueOnce(new TypeError("network"));
    const links = new Links(load);
    await expect(links.get("a", "t")).rejects.toThrow("network");
    expect((await links.get("a", "t")).url).toBe("/u");
  });
});

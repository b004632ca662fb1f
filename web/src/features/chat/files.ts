// Files of a chat: sending one with its progress, and fetching the link that opens one without a token.
import { ApiError, bearer, problemWords } from "../../api/client";
import type { Attachment } from "./messages";

export interface Link {
  /** Opens the file for whoever has it, until `endsAt`. */
  readonly url: string;
  readonly endsAt: number;
  /** Whether the browser may show it in the page. */
  readonly isInline: boolean;
}

interface Upload {
  readonly channelId: string;
  readonly token: string;
  readonly file: File;
  readonly onProgress: (part: number) => void;
  readonly signal: AbortSignal;
}

const FILES = "/api/v1/attachments";
const RENEW_BEFORE_MS = 60_000;

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Sends one file. `fetch` does not tell how much has gone out, so this is an XMLHttpRequest. */
export function uploadFile({ channelId, token, file, onProgress, signal }: Upload): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ name: file.name || "file", channel_id: channelId });
    request.open("PUT", `${FILES}?${query}`);
    request.setRequestHeader("Authorization", bearer(token).Authorization);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status === 201) resolve(attachmentOf(answer));
      else reject(new ApiError(request.status, problemWords(answer)));
    };
    request.onerror = () => reject(new TypeError("network"));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

function attachmentOf(answer: Record<string, unknown>): Attachment {
  const type = String(answer.content_type);
  return {
    id: String(answer.id),
    url: `${FILES}/${answer.id}/content`,
    name: String(answer.name),
    sizeBytes: Number(answer.size),
    isImage: type.startsWith("image/"),
  };
}

async function fetchLink(id: string, token: string): Promise<Link> {
  const response = await fetch(`${FILES}/${encodeURIComponent(id)}`, { headers: bearer(token) });
  const answer = parsed(await response.text());
  if (!response.ok) throw new ApiError(response.status, problemWords(answer));
  return {
    url: String(answer.url),
    endsAt: Date.parse(String(answer.url_expires_at)),
    isInline: answer.is_inline === true,
  };
}

/** Links that were fetched, each until shortly before it ends; who asks twice at once waits for one answer. */
export class Links {
  private readonly known = new Map<string, Promise<Link>>();
  private readonly load: typeof fetchLink;

  constructor(load = fetchLink) {
    this.load = load;
  }

  async get(id: string, token: string): Promise<Link> {
    const known = this.known.get(id);
    if (known) {
      const link = await known;
      if (link.endsAt - RENEW_BEFORE_MS > Date.now()) return link;
    }
    const loading = this.load(id, token);
    this.known.set(id, loading);
    loading.catch(() => this.known.delete(id));
    return loading;
  }
}

/** The files of one chat; `token` says in whose name, also while the chat is still opening. */
export class ChatFiles {
  private readonly links = new Links();
  private readonly channelId: string;
  private readonly token: () => Promise<string>;

  constructor(channelId: string, token: () => Promise<string>) {
    this.channelId = channelId;
    this.token = token;
  }

  /** Sends a file ahead of the message that will hold it. */
  async upload(file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<Attachment> {
    return uploadFile({ channelId: this.channelId, token: await this.token(), file, onProgress, signal });
  }

  /** A link that opens a kept file. */
  async linkTo(id: string): Promise<Link> {
    return this.links.get(id, await this.token());
  }
}

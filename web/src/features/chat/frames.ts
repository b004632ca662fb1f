// Reads what the socket says to a chat. Everything that comes in is checked before it is believed.
import { ApiError, problemWords } from "../../api/client";
import type { Frame } from "../../realtime/socket";
import type { WireMessage } from "./messages";

export function isWireMessage(value: unknown): value is WireMessage {
  return typeof value === "object" && value !== null && "id" in value && "sender_id" in value;
}

/** Whether a person answers from now on, where the frame tells so; null for any other frame. */
export function takeOverOf(frame: Frame): boolean | null {
  return frame.type === "session" && typeof frame.is_paused === "boolean" ? frame.is_paused : null;
}

export function externalIdOf(frame: Frame): string | null {
  return typeof frame.external_id === "string" ? frame.external_id : null;
}

export function errorOf(frame: Frame): ApiError {
  return new ApiError(Number(frame.status) || 400, problemWords(frame));
}

// What the page around an embedded chat and the chat in its frame say to each other, by postMessage.
// Both sides check who speaks (source and origin) and read only what has one of these shapes.

/** Five variables, as CSS values; what is missing stays as the chat is by itself. */
export interface Theme {
  readonly accent?: string;
  readonly onAccent?: string;
  readonly surface?: string;
  readonly text?: string;
  readonly radius?: string;
}

export type Fact = string | number | boolean | null;
/** Facts about the visitor: anybody's claim, or signed by the owner's server. */
export type Facts =
  | { readonly variables: Readonly<Record<string, Fact>> }
  | { readonly signed: string; readonly signature: string };

/** A message as the page around the chat is told of it. */
export interface ToldMessage {
  readonly id: string;
  readonly author: "me" | "bot" | "person";
  readonly text: string;
  readonly sentAt: number;
}

export type ToFrame =
  | {
      readonly dbcv: "hello";
      readonly theme: Theme;
      readonly scheme: "light" | "dark" | null;
      readonly facts: Facts | null;
      readonly isOpen: boolean;
      readonly canClose: boolean;
      /** What the frame asked to be remembered, because its own storage is refused. */
      readonly kept: Readonly<Record<string, string>>;
    }
  | { readonly dbcv: "shown"; readonly isOpen: boolean }
  | { readonly dbcv: "send"; readonly text: string }
  | { readonly dbcv: "user"; readonly facts: Facts };

export type ToHost =
  | { readonly dbcv: "ready" }
  | { readonly dbcv: "close" }
  | { readonly dbcv: "unread"; readonly count: number }
  | { readonly dbcv: "keep"; readonly key: string; readonly value: string | null }
  | { readonly dbcv: "message"; readonly message: ToldMessage };

export const LONGEST_TEXT = 20_000;

/** A message of the other side, if it is one: the fields behind `dbcv` are still to be checked. */
export function readNote(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && "dbcv" in value && typeof value.dbcv === "string"
    ? (value as Record<string, unknown>)
    : null;
}

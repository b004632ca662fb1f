// Undo and redo without end. A command that continues the one before it (typing on in the same field) joins it. Pure.
import type { Change } from "./model";

export interface Done {
  changes: Change[];
  back: Change[];
  /** What the command is about, "step.name 1a2b": the same within a moment is one step back. */
  about: string;
  at: number;
}

const JOIN_WITHIN_MS = 1_200;

export interface History {
  readonly done: readonly Done[];
  readonly undone: readonly Done[];
}

export const NO_HISTORY: History = { done: [], undone: [] };

export function remembered(history: History, command: Done): History {
  const last = history.done.at(-1);
  const joins = last && command.about && last.about === command.about && command.at - last.at < JOIN_WITHIN_MS;
  if (!joins || !last) return { done: [...history.done, command], undone: [] };
  const joined: Done = {
    changes: [...last.changes, ...command.changes],
    back: [...command.back, ...last.back],
    about: command.about,
    at: command.at,
  };
  return { done: [...history.done.slice(0, -1), joined], undone: [] };
}

export function steppedBack({ done, undone }: History): { history: History; command: Done } | null {
  const command = done.at(-1);
  return command ? { command, history: { done: done.slice(0, -1), undone: [...undone, command] } } : null;
}

export function steppedForth({ done, undone }: History): { history: History; command: Done } | null {
  const command = undone.at(-1);
  return command ? { command, history: { done: [...done, command], undone: undone.slice(0, -1) } } : null;
}

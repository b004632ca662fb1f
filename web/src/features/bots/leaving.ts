// Bots that were deleted a moment ago: hidden at once, deleted at the server when the time to undo is over.
import { notifications } from "@mantine/notifications";
import { create } from "zustand";
import { deleteBot } from "./queries";

export const UNDO_MS = 8_000;

export const useLeaving = create<{ ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));

const timers = new Map<string, ReturnType<typeof setTimeout>>();

function setLeaving(id: string, isLeaving: boolean): void {
  const ids = new Set(useLeaving.getState().ids);
  if (isLeaving) ids.add(id);
  else ids.delete(id);
  useLeaving.setState({ ids });
}

/** Deletes the bot in a while, unless `stayAfterAll` is called before. `onEnd` hears how it went. */
export function leaveSoon(id: string, onEnd: (error: unknown) => Promise<void> | void): void {
  setLeaving(id, true);
  const end = async () => {
    timers.delete(id);
    const error = await deleteBot(id).then(
      () => null,
      (raised: unknown) => raised ?? new Error("refused"),
    );
    await onEnd(error);
    setLeaving(id, false);
  };
  timers.set(
    id,
    setTimeout(() => void end(), UNDO_MS),
  );
}

export function stayAfterAll(id: string): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  setLeaving(id, false);
  notifications.hide(`leaving ${id}`);
}

// Who leaves the page has decided: what waits is deleted now.
addEventListener("pagehide", () => {
  for (const [id, timer] of timers) {
    clearTimeout(timer);
    void deleteBot(id, true).catch(() => undefined);
  }
  timers.clear();
});

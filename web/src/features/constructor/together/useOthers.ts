import { useMemo } from "react";
import { useSession } from "../../../session/session";
import type { Id } from "../graph/model";
import { type Shown, shown, usePeople } from "./people";

/** The others who have this bot open. */
export function useOthers(): Shown[] {
  const people = usePeople((state) => state.people);
  const me = useSession((state) => state.access?.userId ?? null);
  return useMemo(() => shown(people, me), [people, me]);
}

/** How to call whoever changed something: by name while he is there, else "somebody"; null for oneself. */
export function useNameOf(): (id: Id | null) => string | null | undefined {
  const people = usePeople((state) => state.people);
  const me = useSession((state) => state.access?.userId ?? null);
  return (id) => (id === me && id !== null ? null : people.find((each) => each.subscriberId === id)?.name);
}

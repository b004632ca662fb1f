// A value of a reply that is to be kept: a row more in the group's savings. Pure but for the hook below.
import { useCallback, useMemo } from "react";
import { useEditor, useEditorState } from "../../editor/context";
import { update } from "../../graph/commands";
import type { Id, Saving } from "../../graph/model";

/** The variable a value is kept in at first: "response.result.deals.0.id" → "session.id"; a free one. */
export function targetFor(path: string, taken: ReadonlySet<string>): string {
  const name = path
    .split(".")
    .slice(1)
    .findLast((key) => !/^\d+$/.test(key));
  const wanted = `session.${name ?? "value"}`;
  for (let number = 1; ; number++) {
    const target = number === 1 ? wanted : `${wanted}_${number}`;
    if (!taken.has(target)) return target;
  }
}

/** What a group keeps already, {source: target}, and the way to keep or no longer keep one more value. */
export function useKeeping(groupId: Id): { kept: ReadonlyMap<string, string>; keep: ((path: string) => void) | null } {
  const editor = useEditor();
  const rows = useEditorState((state) => state.draft.connection_group.get(groupId)?.variables);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const kept = useMemo(() => new Map((rows ?? []).map((row) => [String(row.source), row.target])), [rows]);
  const keep = useCallback(
    (path: string) => {
      const now = editor.draft.connection_group.get(groupId)?.variables ?? [];
      const others = now.filter((row) => row.source !== path);
      const target = targetFor(path, new Set(now.map((row) => row.target)));
      const row: Saving = { target, source: path, mode: "set", ext: null };
      const variables = others.length < now.length ? others : [...now, row];
      editor.run([update("connection_group", groupId, { variables })]);
    },
    [editor, groupId],
  );
  return { kept, keep: isReadOnly || !groupId ? null : keep };
}

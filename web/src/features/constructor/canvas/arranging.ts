import type { EditorState } from "../editor/editor";
import { move } from "../graph/commands";
import type { Change, Id } from "../graph/model";

/** Selected cards to the left edge of the leftmost, or up to the top one where they stand side by side. */
export function alignLeft({ draft, selected }: EditorState): Change[] {
  const places = [...selected].flatMap((id): [Id, [number, number]][] => {
    const part = draft.step.get(id) ?? draft.note.get(id);
    return part ? [[id, part.position]] : [];
  });
  if (places.length < 2) return [];
  const [xs, ys] = [places.map(([, [x]]) => x), places.map(([, [, y]]) => y)];
  const isRow = Math.max(...xs) - Math.min(...xs) > Math.max(...ys) - Math.min(...ys);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return move(draft, new Map(places.map(([id, [x, y]]) => [id, isRow ? [x, top] : [left, y]])));
}

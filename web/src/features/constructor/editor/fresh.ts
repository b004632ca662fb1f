// What a person did in the last moments here: somebody else's edit of the same is worth a word then.
import { type Clash, goneRoots, type Named, QUIET, revivalOf } from "../graph/clashes";
import { differing, equal, type Path, valueAt } from "../graph/merging";
import { type Change, type Draft, type Fields, type Id, type Json, type Kind, partOf } from "../graph/model";

interface Edit {
  kind: Kind;
  id: Id;
  path: Path;
  value: Json;
  at: number;
}

const FRESH_MS = 20_000;
const MOST_KEPT = 300;

export class FreshEdits {
  private readonly edits = new Map<string, Edit>();

  /** `before` is the draft that the changes were made on. */
  note(before: Draft, changes: readonly Change[], at: number): void {
    for (const { op, kind, id, fields } of changes) {
      if (op === "remove") continue;
      const part = (partOf(before, kind, id) ?? {}) as Fields;
      const paths = Object.keys(fields)
        .filter((name) => !QUIET.has(name))
        .flatMap((name) => differing(part[name], fields[name], [name]));
      for (const path of op === "add" ? [[]] : paths) this.keep({ kind, id, path, value: valueAt(fields, path), at });
    }
  }

  private keep(edit: Edit): void {
    const key = [edit.kind, edit.id, ...edit.path].join(" ");
    this.edits.delete(key);
    this.edits.set(key, edit);
    if (this.edits.size > MOST_KEPT) for (const oldest of this.edits.keys()) return void this.edits.delete(oldest);
  }

  /** Fresh edits that stood in `before` and do not stand in `now`. */
  overruled(before: Draft, now: Draft, at: number): Clash[] {
    for (const [key, edit] of this.edits) if (at - edit.at > FRESH_MS) this.edits.delete(key);
    const named = [...this.edits.values()].map(({ kind, id }): Named => [kind, id]);
    const gone = goneRoots(before, now, named).map(
      ([kind, id]): Clash => ({
        ...NOTHING,
        kind,
        id,
        path: [],
        stands: "theirs",
        revival: revivalOf(before, kind, id),
      }),
    );
    return [...gone, ...[...this.edits.values()].flatMap((edit) => this.changed(before, now, edit))];
  }

  private changed(before: Draft, now: Draft, { kind, id, path, value }: Edit): Clash[] {
    const [was, is] = [partOf(before, kind, id), partOf(now, kind, id)];
    if (!path.length || !was || !is || was === is) return [];
    const theirs = valueAt(is, path);
    if (!equal(valueAt(was, path), value) || equal(theirs, value)) return [];
    return [{ ...NOTHING, kind, id, path, stands: "theirs", mine: value, theirs }];
  }
}

const NOTHING = { mine: null, theirs: null, revival: [] };

// New steps: dropped from the palette, pulled out of a handle, or asked for by keyboard.
import type { DragEvent } from "react";
import type { Translate } from "../../../i18n/types";
import { tellError } from "../../../shell/errors";
import type { Editor } from "../editor/editor";
import { addGroup, addNote, addStep, addTemplateStep, connect, type StepSort } from "../graph/commands";
import { type Change, groupsOf, type Id, MASTER, newId } from "../graph/model";
import { freeName } from "../graph/names";
import { type OpenWay, openWay } from "../graph/ways";
import { KIND_KEYS } from "../nodes/kinds";
import { openPresetForm } from "../palette/choice";
import { placeFromLibrary } from "../templates/templates";

export const DRAG_TYPE = "application/x-dbcv-step";
export type Piece =
  | { sort: StepSort | "note" | "master" }
  | { presetId: string }
  | { integrationId: string; name: string }
  | { templateId: Id; name: string; isLibrary: boolean };

const WORDLESS: ReadonlySet<StepSort> = new Set(["request", "code", "integration", "timer"]);
const CARD_STEP_X = 400;
const CARD_STEP_Y = 40;

const freshName = ({ draft }: Editor, name: string) =>
  freeName(name, new Set([...draft.step.values()].map((step) => step.name)));

/** What a step does is its name until it has a better one; what it says, nobody knows yet. */
const firstName = (sort: StepSort, t: Translate) => (WORDLESS.has(sort) ? t(KIND_KEYS[sort]) : t("editor.new_step"));

/** A step that the handle leads to, as one command. */
export function createConnected(
  editor: Editor,
  stepId: Id | null,
  handle: string,
  at: [number, number],
  t: Translate,
  sort: StepSort = "message",
): Id {
  const id = newId();
  const made = addStep(
    editor.draft,
    sort,
    [Math.round(at[0]), Math.round(at[1])],
    freshName(editor, firstName(sort, t)),
    id,
  );
  editor.run([...made, ...connect(editor.draft, stepId, handle, id)]);
  editor.select([id]);
  return id;
}

/** The way that stands open at the one selected step, for what is added next. */
export function wayFromSelected(editor: Editor): OpenWay | null {
  const [only, another] = editor.state.selected;
  return only !== undefined && another === undefined ? openWay(editor.draft, only) : null;
}

export function leadOn(editor: Editor, way: OpenWay | null, id: Id): Change[] {
  return way ? connect(editor.draft, way.stepId, way.handle, id) : [];
}

/** `way` is what leads to the new step; a preset finds its own once its form is filled in. */
export function create(
  editor: Editor,
  piece: Piece,
  at: [number, number],
  t: Translate,
  way: OpenWay | null = null,
): void {
  const place: [number, number] = [Math.round(at[0]), Math.round(at[1])];
  if ("presetId" in piece) {
    openPresetForm(piece.presetId, place);
    return;
  }
  if ("templateId" in piece) {
    if (piece.isLibrary) {
      placeFromLibrary(editor, piece.templateId, place).catch((error) => tellError(t, error));
      return;
    }
    const stepId = newId();
    const made = addTemplateStep(editor.draft, piece.templateId, place, piece.name, stepId);
    editor.run([...made, ...leadOn(editor, way, stepId)]);
    editor.select([stepId]);
    return;
  }
  if ("integrationId" in piece) {
    const stepId = newId();
    const name = freshName(editor, piece.name);
    const made = addStep(editor.draft, "integration", place, name, stepId, piece.integrationId);
    editor.run([...made, ...leadOn(editor, way, stepId)]);
    editor.select([stepId]);
    return;
  }
  if (piece.sort === "master") {
    if (!groupsOf(editor.draft, null).length) editor.run(addGroup(editor.draft, null, { search_type: "message" }));
    editor.select([MASTER]);
    return;
  }
  const id = newId();
  if (piece.sort === "note") editor.run(addNote(place, "", id));
  else
    editor.run([
      ...addStep(editor.draft, piece.sort, place, freshName(editor, firstName(piece.sort, t)), id),
      ...leadOn(editor, way, id),
    ]);
  editor.select([id]);
}

export function dropPreset(editor: Editor, event: DragEvent, at: { x: number; y: number }, t: Translate): void {
  const text = event.dataTransfer.getData(DRAG_TYPE);
  if (!text || editor.state.isReadOnly) return;
  event.preventDefault();
  create(editor, JSON.parse(text) as Piece, [at.x - 140, at.y - 22], t);
}

/** Where a step that follows the selected one, or the end of its preset, has room; in sight if nothing is selected. */
export function placeForNew(
  editor: Editor,
  visible: { x: number; y: number; width: number; height: number },
): [number, number] {
  const { draft, selected } = editor.state;
  const after = [...selected].find((id) => draft.step.has(id));
  const from = after === undefined ? undefined : draft.step.get(openWay(draft, after)?.stepId ?? after);
  const begin: [number, number] = from
    ? [from.position[0] + CARD_STEP_X, from.position[1]]
    : [visible.x + visible.width / 2 - 140, visible.y + visible.height / 3];
  const taken = [...draft.step.values()].map((step) => step.position);
  const isTaken = ([x, y]: [number, number]) =>
    taken.some(([left, top]) => Math.abs(left - x) < 300 && Math.abs(top - y) < 190);
  let place = begin;
  for (let tries = 0; isTaken(place) && tries < 200; tries++) place = [place[0], place[1] + CARD_STEP_Y];
  return place;
}

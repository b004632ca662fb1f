// Templates of the open bot and of the libraries: listed, opened, placed, brought up to date, made of steps.
import { useQuery } from "@tanstack/react-query";
import { create } from "zustand";
import { dataOf, type Schemas } from "../../../api/client";
import { api } from "../../../session/api";
import { queryClient } from "../../../shell/queries";
import { useEditor } from "../editor/context";
import type { Editor } from "../editor/editor";
import { changesBetween } from "../graph/difference";
import { remembered } from "../graph/history";
import type { Draft, Id } from "../graph/model";
import { whenSaved } from "../talk/talk";

export type Template = Schemas["TemplateOut"];
export type TemplateLine = Schemas["TemplateSummary"];

const PATIENCE_MS = 5_000;
const listKey = (botId: Id) => ["templates of the bot", botId];

/** Own ones first, then those of libraries that are not copied into this bot yet. */
export function useTemplates() {
  const { botId } = useEditor();
  return useQuery({
    queryKey: listKey(botId),
    queryFn: async () => {
      const [own, all] = await Promise.all([
        dataOf(api.GET("/api/v1/templates", { params: { query: { bot_id: botId, limit: 200 } } })),
        dataOf(api.GET("/api/v1/templates", { params: { query: { limit: 200 } } })),
      ]);
      const copied = new Set(own.items.map((each) => each.source?.template_id));
      return { own: own.items, library: all.items.filter((each) => !copied.has(each.id)) };
    },
  });
}

export function useTemplate(id: Id) {
  return useQuery({
    queryKey: ["template", id],
    queryFn: () => dataOf(api.GET("/api/v1/templates/{template_id}", { params: { path: { template_id: id } } })),
    retry: false,
  });
}

/** What an update of a step's template would bring; asked for only where there is one. */
export function useUpdate(stepId: Id, isThere: boolean) {
  return useQuery({
    queryKey: ["template update", stepId],
    queryFn: () =>
      dataOf(api.GET("/api/v1/template_instances/{step_id}/update", { params: { path: { step_id: stepId } } })),
    enabled: isThere,
    retry: false,
  });
}

/** What the server does to the draft in one go: waits until edits are stored, takes the result in, and lets it be
 * undone as one command. Raises ApiError; TypeError without a connection. */
async function atOnce<T extends { bot_version: number }>(
  editor: Editor,
  work: (ifMatch: string) => Promise<T>,
): Promise<T> {
  await whenSaved(editor);
  const before = editor.draft;
  const answer = await work(`"${editor.state.version}"`);
  editor.heardVersion(answer.bot_version);
  const after = await whenAt(editor, answer.bot_version);
  const command = {
    changes: changesBetween(before, after),
    back: changesBetween(after, before),
    about: "",
    at: Date.now(),
  };
  if (command.changes.length) editor.store.setState({ history: remembered(editor.state.history, command) });
  return answer;
}

/** The draft once it has come that far, or as it is when it takes too long. */
function whenAt(editor: Editor, version: number): Promise<Draft> {
  return new Promise((resolve) => {
    const look = () => {
      if (editor.state.version < version) return;
      clearTimeout(timer);
      stop();
      resolve(editor.draft);
    };
    const stop = editor.store.subscribe(look);
    const timer = setTimeout(() => {
      stop();
      resolve(editor.draft);
    }, PATIENCE_MS);
    look();
  });
}

function refresh(botId: Id): void {
  void queryClient.invalidateQueries({ queryKey: listKey(botId) });
  void queryClient.invalidateQueries({ queryKey: ["template"] });
  void queryClient.invalidateQueries({ queryKey: ["template update"] });
}

const header = (version: string) => ({ "if-match": version });

/** A step that runs a library's template, which is copied into the bot. Raises as `atOnce`. */
export async function placeFromLibrary(editor: Editor, templateId: Id, position: [number, number]): Promise<void> {
  const body = { bot_id: editor.botId, template_id: templateId, position: [...position] };
  const placed = await atOnce(editor, (version) =>
    dataOf(api.POST("/api/v1/template_instances", { params: { header: header(version) }, body })),
  );
  refresh(editor.botId);
  editor.select([placed.step_id]);
}

/** The library's present version for a step's template; `all`: for the other steps that run the same copy too. */
export async function updateTemplate(editor: Editor, stepId: Id, all: boolean): Promise<void> {
  await atOnce(editor, (version) => {
    const params = { path: { step_id: stepId }, header: header(version) };
    return dataOf(api.POST("/api/v1/template_instances/{step_id}/update", { params, body: { all } }));
  });
  refresh(editor.botId);
}

interface Making {
  name: string;
  stepIds: Id[];
  groupId: Id | null;
  replace: boolean;
}

/** A template made of steps. Raises as `atOnce`. */
export async function makeTemplate(editor: Editor, { name, stepIds, groupId, replace }: Making) {
  const body = { bot_id: editor.botId, name, description: "", step_ids: stepIds, group_id: groupId, replace };
  const made = await atOnce(editor, (version) =>
    dataOf(api.POST("/api/v1/templates/from_steps", { params: { header: header(version) }, body })),
  );
  refresh(editor.botId);
  return made;
}

interface Inside {
  /** The opened templates, the outermost first. */
  path: readonly Id[];
  /** The editor that shows the last of them; keys go to it. */
  editor: Editor | null;
}

export const useInside = create<Inside>(() => ({ path: [], editor: null }));

export function openTemplate(id: Id): void {
  useInside.setState(({ path }) => ({ path: [...path, id] }));
}

/** Back to the template at this depth; 0 is the bot. */
export function leaveTemplate(depth: number): void {
  useInside.setState(({ path }) => ({ path: path.slice(0, Math.max(0, depth)), editor: null }));
}

/** Whether a template lies over this editor's canvas: the keyboard is the template's then. */
export function isCovered(editor: Editor): boolean {
  const inside = useInside.getState();
  return inside.path.length > 0 && inside.editor !== editor;
}

/** What was found out about a template just made, for the step that took the place of its steps. */
export const useMade = create<{ stepId: Id | null; lines: readonly string[] }>(() => ({ stepId: null, lines: [] }));

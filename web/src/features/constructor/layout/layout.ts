// Tidies a bot up: elkjs places the cards in layers, in a worker, so that the page stays awake.
import type { Scene } from "../canvas/scene";
import { move } from "../graph/commands";
import type { Change, Draft, Id } from "../graph/model";
import type { Placed, Task } from "./layout.worker";

/** Changes that move the steps (the selected ones if there are several); empty if there is nothing to place. */
export async function tidied(draft: Draft, scene: Scene, selected: ReadonlySet<Id>): Promise<Change[]> {
  const some = [...selected].filter((id) => draft.step.has(id));
  const chosen = new Set(some.length > 1 ? some : draft.step.keys());
  const boxes = [...scene.boxes.values()].filter((box) => chosen.has(box.id));
  if (!boxes.length) return [];
  const edges = scene.edges.filter((edge) => chosen.has(edge.sourceId) && chosen.has(edge.targetId));
  const placed = await inWorker({
    boxes: boxes.map(({ id, width, height }) => ({ id, width, height })),
    edges: edges.map(({ id, sourceId, targetId }) => ({ id, sourceId, targetId })),
    firstId: draft.bot.first_step_id,
  });
  const [left, top] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const places = placed
    .map(({ id, x, y }): [Id, [number, number]] => [id, [Math.round(left + x), Math.round(top + y)]])
    .filter(([id, [x, y]]) => draft.step.get(id)?.position[0] !== x || draft.step.get(id)?.position[1] !== y);
  return move(draft, new Map(places));
}

function inWorker(task: Task): Promise<Placed[]> {
  const worker = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
  return new Promise<Placed[]>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Placed[]>) => resolve(data);
    worker.onerror = () => reject(new Error("the layout failed"));
    worker.postMessage(task);
  }).finally(() => worker.terminate());
}

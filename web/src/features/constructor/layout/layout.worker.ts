// Runs elkjs beside the page.
import ELK from "elkjs/lib/elk.bundled.js";

export interface Task {
  boxes: { id: string; width: number; height: number }[];
  edges: { id: string; sourceId: string; targetId: string }[];
  firstId: string | null;
}

export interface Placed {
  id: string;
  x: number;
  y: number;
}

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.layered.spacing.nodeNodeBetweenLayers": "120",
  "elk.spacing.nodeNode": "48",
  "elk.spacing.componentComponent": "96",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
};

self.onmessage = async ({ data }: MessageEvent<Task>) => {
  const graph = await new ELK().layout({
    id: "root",
    layoutOptions: OPTIONS,
    children: data.boxes.map((box) => ({
      ...box,
      ...(box.id === data.firstId && { layoutOptions: { "elk.layered.layering.layerConstraint": "FIRST" } }),
    })),
    edges: data.edges.map(({ id, sourceId, targetId }) => ({ id, sources: [sourceId], targets: [targetId] })),
  });
  const placed: Placed[] = (graph.children ?? []).map(({ id, x = 0, y = 0 }) => ({ id, x, y }));
  self.postMessage(placed);
};

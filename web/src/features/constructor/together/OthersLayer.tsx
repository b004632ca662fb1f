// On the canvas: what others have selected, outlined in their colour and with their name.
import { useStore, ViewportPortal } from "@xyflow/react";
import type { Box } from "../canvas/scene";
import type { Id } from "../graph/model";
import styles from "./Together.module.css";
import { useOthers } from "./useOthers";

const REACH = 4;

export function OthersLayer({ boxes }: { boxes: ReadonlyMap<Id, Box> }) {
  const others = useOthers();
  if (!others.some((person) => person.selected.length)) return null;
  return <Outlines boxes={boxes} />;
}

function Outlines({ boxes }: { boxes: ReadonlyMap<Id, Box> }) {
  const others = useOthers();
  // Names stay readable from afar.
  const scale = useStore((state) => Math.min(4, Math.max(1, 0.9 / state.transform[2])));
  return (
    <ViewportPortal>
      {others.flatMap((person) =>
        person.selected.flatMap((id) => {
          const box = boxes.get(id);
          if (!box) return [];
          return [
            <div
              key={`${person.subscriberId} ${id}`}
              className={styles.outline}
              data-person={person.colour}
              style={{
                transform: `translate(${box.x - REACH}px, ${box.y - REACH}px)`,
                width: box.width + 2 * REACH,
                height: Math.max(box.height, 40) + 2 * REACH,
              }}
            >
              <span className={styles.flag} style={{ transform: `scale(${scale})` }} dir="auto">
                {person.name}
              </span>
            </div>,
          ];
        }),
      )}
    </ViewportPortal>
  );
}

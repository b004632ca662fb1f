// How people went, over the canvas. It follows pan and zoom without React, as the lines do. Nothing can be pressed in it;
// the same numbers are a table on the page of analytics.
import { useStoreApi } from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import { useWords } from "../../../i18n/useWords";
import { count, share } from "../../analytics/numbers";
import { periodOf, spanOf } from "../../analytics/period";
import { useFunnel } from "../../analytics/queries";
import { useTraffic } from "../../analytics/traffic";
import type { Scene } from "../canvas/scene";
import { useEditorState } from "../editor/context";
import { drawTraffic, type Paint, paintOf, type Wording } from "./drawing";
import { trafficOf } from "./numbers";
import styles from "./Traffic.module.css";

interface TrafficLayerProps {
  scene: Scene;
  /** Changes whenever the scene was updated. */
  revision: unknown;
}

export default function TrafficLayer(props: TrafficLayerProps) {
  const preset = useTraffic((state) => state.preset);
  return preset && <Layer key={preset} preset={preset} {...props} />;
}

function Layer({ preset, scene, revision }: TrafficLayerProps & { preset: string }) {
  const { t, language } = useWords();
  const draft = useEditorState((state) => state.draft);
  const span = useMemo(() => {
    const now = new Date();
    return spanOf(periodOf(new URLSearchParams({ period: preset }), now), now) ?? { from: now, to: now };
  }, [preset]);
  const { data, isError } = useFunnel(draft.botId, span);
  const traffic = useMemo(() => data && trafficOf(draft, data), [draft, data]);
  const words = useMemo<Wording>(
    () => ({
      step: (visits, stopped, dropOff) =>
        stopped
          ? t("analytics.plate_stopped", {
              count: visits,
              stopped: count(stopped, language),
              share: share(dropOff, language),
            })
          : t("analytics.plate", { count: visits }),
      edge: ({ walks, share: part, stopped }) => {
        const went = count(walks, language);
        const words = part === null ? went : `${went} · ${share(part, language)}`;
        return stopped ? t("analytics.walk_stopped", { words, count: stopped }) : words;
      },
    }),
    [t, language],
  );
  const ref = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `revision` says that the scene changed inside
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context || !traffic) return;
    let paint: Paint | null = null;
    const draw = () => {
      const { width, height, transform } = flow.getState();
      if (!width || !height) return;
      resize(canvas, width, height);
      paint ??= paintOf(canvas.parentElement ?? document.body);
      const view = { x: transform[0], y: transform[1], zoom: transform[2], width, height };
      drawTraffic(context, scene, traffic, view, paint, words);
    };
    draw();
    const stop = flow.subscribe(draw);
    const theme = new MutationObserver(() => {
      paint = null;
      draw();
    });
    theme.observe(document.documentElement, { attributes: true });
    return () => {
      stop();
      theme.disconnect();
    };
  }, [flow, scene, revision, traffic, words]);
  const isSilent = data && !data.steps.length;
  return (
    <>
      <canvas ref={ref} className={styles.layer} aria-hidden />
      {(isSilent || isError) && (
        <output className={styles.note}>{t(isError ? "analytics.traffic_failed" : "analytics.traffic_none")}</output>
      )}
    </>
  );
}

function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  const [wide, high] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
}

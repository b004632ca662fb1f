// Steps by how many people they lost, with the ways that lead on.
import { Download } from "lucide-react";
import { useMemo, useState } from "react";
import { useLocation } from "wouter";
import type { Translate } from "../../i18n/types";
import { useWords } from "../../i18n/useWords";
import { PlaceSection } from "../../shell/place/Place";
import { Failed, Ghosts } from "../../shell/place/states";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import styles from "./AnalyticsPage.module.css";
import { saveCsv } from "./csv";
import { count, share } from "./numbers";
import type { Period, Span } from "./period";
import { type Funnel, useFunnel } from "./queries";
import { showTraffic } from "./traffic";

const FEW = 10;
const MOST_WAYS = 4;
type Flow = Funnel["steps"][number];

interface FunnelListProps {
  botId: string;
  period: Period;
  span: Span;
  /** The rest of the page is of one channel: it is said that this is not. */
  isOfAll: boolean;
}

export function FunnelList({ botId, period, span, isOfAll }: FunnelListProps) {
  const { t, language } = useWords();
  const [, navigate] = useLocation();
  const [isWhole, setWhole] = useState(false);
  const { data, error, refetch } = useFunnel(botId, span);
  const ways = useWays(data);
  if (!data) return error ? <Failed error={error} onAgain={refetch} /> : <Ghosts />;
  const shown = isWhole ? data.steps : data.steps.slice(0, FEW);
  const save = () => saveCsv(`funnel-${period.first}-${period.last}.csv`, rowsOf(data));
  return (
    <PlaceSection
      title={t(isOfAll ? "analytics.funnel_of_all" : "analytics.funnel")}
      hint={t("analytics.funnel_hint")}
      actions={
        <>
          <Button
            onClick={() => {
              showTraffic(period.id === "own" ? "30" : period.id);
              navigate(`/bots/${botId}`);
            }}
          >
            {t("analytics.on_canvas")}
          </Button>
          <Button onClick={save}>
            <Download {...ICON} />
            {t("analytics.download_steps")}
          </Button>
        </>
      }
    >
      <table className={styles.funnel}>
        <thead>
          <tr>
            <th scope="col">{t("analytics.funnel_step")}</th>
            <th scope="col">{t("analytics.funnel_visits")}</th>
            <th scope="col" data-wide>
              {t("analytics.funnel_went_on")}
            </th>
            <th scope="col">{t("analytics.funnel_stopped")}</th>
            <th scope="col">{t("analytics.funnel_share")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((flow) => (
            <tr key={flow.step_id}>
              <th scope="row">
                <span dir="auto">{nameOf(flow, t)}</span>
                {ways.has(flow.step_id) && (
                  <small>
                    {t("analytics.funnel_ways", { ways: wayWords(ways.get(flow.step_id) ?? [], data, t, language) })}
                  </small>
                )}
              </th>
              <td>{count(flow.visits, language)}</td>
              <td data-wide>{count(flow.visits - flow.stopped, language)}</td>
              <td>
                {flow.is_end ? (
                  <span className={styles.quiet}>{t("analytics.is_end")}</span>
                ) : (
                  count(flow.stopped, language)
                )}
              </td>
              <td>{flow.is_end ? "" : <Loss value={flow.drop_off} words={share(flow.drop_off, language)} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {data.steps.length > shown.length && (
        <Button kind="quiet" onClick={() => setWhole(true)}>
          {t("analytics.show_all", { count: data.steps.length })}
        </Button>
      )}
    </PlaceSection>
  );
}

function Loss({ value, words }: { value: number; words: string }) {
  return (
    <span className={styles.loss}>
      <svg width="56" height="6" aria-hidden className={styles.lossBar}>
        <rect width="56" height="6" rx="3" />
        <rect width={Math.max(value > 0 ? 3 : 0, 56 * value)} height="6" rx="3" />
      </svg>
      {words}
    </span>
  );
}

type Way = Funnel["connections"][number];

function useWays(data: Funnel | undefined) {
  return useMemo(() => {
    const found = new Map<string, Way[]>();
    for (const way of data?.connections ?? [])
      if (way.target_id) found.set(way.step_id, [...(found.get(way.step_id) ?? []), way]);
    return found;
  }, [data]);
}

function wayWords(ways: readonly Way[], data: Funnel, t: Translate, language: "en" | "ru"): string {
  const words = ways.slice(0, MOST_WAYS).map((way) => {
    const target = data.steps.find((flow) => flow.step_id === way.target_id);
    const values = {
      step: target ? nameOf(target, t) : t("analytics.step_gone"),
      share: share(way.share ?? 0, language),
    };
    return way.place < 0 ? t("analytics.funnel_timeout", values) : t("analytics.funnel_way", values);
  });
  return words.join(" · ") + (ways.length > MOST_WAYS ? " …" : "");
}

function nameOf(flow: Flow, t: Translate): string {
  if (flow.name === null || flow.name === undefined) return t("analytics.step_gone");
  return flow.name || t("analytics.no_name");
}

function rowsOf({ steps }: Funnel) {
  const head = ["step_id", "name", "visits", "departures", "stopped", "drop_off"];
  return [
    head,
    ...steps.map((flow) => [flow.step_id, flow.name, flow.visits, flow.departures, flow.stopped, flow.drop_off]),
  ];
}

// How a bot does: figures of a period, charts of its days, errors, and where people stop. Renews itself while it is open.
import { ChartColumn, Download } from "lucide-react";
import { useMemo } from "react";
import { Link, useSearchParams } from "wouter";
import { useWords } from "../../i18n/useWords";
import { Empty, Place, PlaceSection } from "../../shell/place/Place";
import { Failed, Ghosts } from "../../shell/place/states";
import type { PlaceProps } from "../../shell/places";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import styles from "./AnalyticsPage.module.css";
import { ChannelChoice } from "./ChannelChoice";
import { Charts } from "./Charts";
import { saveCsv } from "./csv";
import { Errors } from "./Errors";
import { FunnelList } from "./FunnelList";
import { PeriodChoice } from "./PeriodChoice";
import { type Period, periodOf, type Span, spanOf } from "./period";
import { type Analytics, useAnalytics } from "./queries";
import { Tiles } from "./Tiles";

const HOUR_MS = 3_600_000;

export default function AnalyticsPage({ bot }: PlaceProps) {
  const { t } = useWords();
  const [search, setSearch] = useSearchParams();
  const hour = Math.floor(Date.now() / HOUR_MS);
  const period = periodOf(search, new Date());
  const channel = search.get("channel");
  const of: Record<string, string> = channel ? { channel } : {};
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is asked for moves on with the hours, not with each look
  const span = useMemo(() => spanOf(period, new Date()), [period.id, period.first, period.last, hour]);
  return (
    <Place title={t("analytics.title")} hint={t("analytics.hint")}>
      <div className={styles.wishes}>
        <PeriodChoice
          period={period}
          isWrong={!span}
          onChange={(next) => setSearch({ ...next, ...of }, { replace: true })}
        />
        <ChannelChoice
          botId={bot.id}
          value={channel}
          onChange={(id) =>
            setSearch((now) => {
              if (id) now.set("channel", id);
              else now.delete("channel");
              return now;
            })
          }
        />
      </div>
      {span ? (
        <Seen botId={bot.id} period={period} span={span} channelId={channel} />
      ) : (
        <p className={styles.wrong} role="alert">
          {t("analytics.own_wrong")}
        </p>
      )}
    </Place>
  );
}

interface SeenProps {
  botId: string;
  period: Period;
  span: Span;
  channelId: string | null;
}

function Seen({ botId, period, span, channelId }: SeenProps) {
  const { t } = useWords();
  const { data, error, refetch } = useAnalytics(botId, span, channelId);
  if (!data) return error ? <Failed error={error} onAgain={refetch} /> : <Ghosts />;
  const isEmpty = !data.totals.turns && !data.before.turns && !data.totals.dead_letters;
  if (isEmpty)
    return (
      <Empty icon={<ChartColumn size={24} />} title={t("analytics.empty_title")} text={t("analytics.empty_text")}>
        <Link href={`/bots/${botId}`}>{t("analytics.empty_button")}</Link>
      </Empty>
    );
  return (
    <>
      <Tiles data={data} />
      <div className={styles.under}>
        <Counted data={data} />
        <Button onClick={() => saveCsv(`analytics-${period.first}-${period.last}.csv`, rowsOf(data))}>
          <Download {...ICON} />
          {t("analytics.download")}
        </Button>
      </div>
      <Charts data={data} />
      {data.errors.length > 0 && (
        <PlaceSection title={t("analytics.newest_errors")}>
          <Errors botId={botId} data={data} />
        </PlaceSection>
      )}
      <FunnelList botId={botId} period={period} span={span} isOfAll={channelId !== null} />
    </>
  );
}

function Counted({ data }: { data: Analytics }) {
  const { t, language } = useWords();
  if (!data.counted_to) return <p className={styles.quiet}>{t("analytics.not_counted")}</p>;
  const time = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium" }).format(
    new Date(data.counted_to),
  );
  return <p className={styles.quiet}>{t("analytics.counted_to", { time })}</p>;
}

const COLUMNS = [
  ...["start", "sessions_begun", "sessions_active", "turns", "messages_in", "messages_out"],
  ...["errors", "dead_letters", "p50_ms", "p95_ms", "p99_ms"],
] as (keyof Analytics["series"][number])[];

function rowsOf({ series }: Analytics) {
  return [COLUMNS, ...series.map((point) => COLUMNS.map((name) => point[name]))];
}

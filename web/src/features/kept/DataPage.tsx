// What the bot keeps and what its steps share: variables, requests, widgets, templates; each a part of the address.
import { lazy, Suspense } from "react";
import { Link, useLocation } from "wouter";
import { useWords } from "../../i18n/useWords";
import { Place } from "../../shell/place/Place";
import { Ghosts } from "../../shell/place/states";
import { addressOf, type PlaceProps } from "../../shell/places";
import styles from "./Kept.module.css";
import { VariablesTab } from "./variables/VariablesTab";

const TABS = ["variables", "requests", "widgets", "templates"] as const;

// These open the draft with the editor's own forms.
const RequestsTab = lazy(() => import("./requests/RequestsTab"));
const WidgetsTab = lazy(() => import("./widgets/WidgetsTab"));
const TemplatesTab = lazy(() => import("./templates/TemplatesTab"));

export default function DataPage({ bot }: PlaceProps) {
  const { t } = useWords();
  const [path] = useLocation();
  const tab = TABS.find((each) => path.split("/")[4] === each) ?? "variables";
  return (
    <Place title={t("app.place_data")} hint={t(`kept.hint_${tab}`)}>
      <nav className={styles.tabs} aria-label={t("kept.tabs")}>
        {TABS.map((each) => (
          <Link
            key={each}
            href={`${addressOf(bot.id, "data")}/${each}`}
            className={styles.tab}
            aria-current={each === tab ? "page" : undefined}
          >
            {t(`kept.tab_${each}`)}
          </Link>
        ))}
      </nav>
      <Suspense fallback={<Ghosts />}>
        {tab === "variables" && <VariablesTab bot={bot} />}
        {tab === "requests" && <RequestsTab bot={bot} />}
        {tab === "widgets" && <WidgetsTab bot={bot} />}
        {tab === "templates" && <TemplatesTab bot={bot} />}
      </Suspense>
    </Place>
  );
}

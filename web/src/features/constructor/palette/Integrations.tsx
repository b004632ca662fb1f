// Services that a bot can call: each opens into what it can do; a search finds what they do by its own name.
import { ChevronRight } from "lucide-react";
import type { Schemas } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useIntegrations } from "../inspector/works/integrations";
import styles from "./Palette.module.css";
import { type Entry, EntryButton } from "./pieces";

type Vendor = Schemas["IntegrationLine"];

/** What the catalogue can do, as pieces, by the service that does it. */
export function useServices(): { vendor: Vendor; entries: Entry[] }[] {
  const { language } = useWords();
  const { data } = useIntegrations();
  return (data?.items ?? []).map((vendor) => ({
    vendor,
    entries: vendor.actions.map(({ id, name, description }) => ({
      key: id,
      piece: { integrationId: id, name: name[language] },
      name: `${vendor.name[language]}: ${name[language]}`,
      about: description[language],
      icon: <Logo vendor={vendor} />,
    })),
  }));
}

const Logo = ({ vendor }: { vendor: Vendor }) => (
  <img src={vendor.icon_url} alt="" width="16" height="16" draggable={false} className={styles.picture} />
);

export function Services({ services }: { services: ReturnType<typeof useServices> }) {
  const { t, language } = useWords();
  if (!services.length) return null;
  return (
    <section>
      <h2 className={styles.title}>{t("editor.section_integrations")}</h2>
      {services.map(({ vendor, entries }) => (
        <details key={vendor.id} className={styles.service}>
          <summary className={styles.entry} title={vendor.description[language]}>
            <Logo vendor={vendor} />
            <span className={styles.name}>{vendor.name[language]}</span>
            <ChevronRight {...ICON} className={styles.chevron} />
          </summary>
          <ul>
            {entries.map((entry, place) => (
              <li key={entry.key}>
                <EntryButton
                  entry={{ ...entry, icon: null, name: vendor.actions[place]?.name[language] ?? entry.name }}
                />
              </li>
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}

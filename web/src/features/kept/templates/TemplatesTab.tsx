// Templates: those of the bot with the steps that run them, and the libraries one owns or shares.
import { Button } from "@mantine/core";
import { Boxes, Plus } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { useWords } from "../../../i18n/useWords";
import { ListEnd } from "../../../shell/place/ListEnd";
import { Empty, PlaceSection } from "../../../shell/place/Place";
import { Failed, Ghosts } from "../../../shell/place/states";
import { addressOf, type PlaceBot, type PlaceProps } from "../../../shell/places";
import { ICON } from "../../../ui/icon";
import styles from "../Kept.module.css";
import { Library } from "./Library";
import { NameDialog } from "./NameDialog";
import { type Instance, useBotTemplates, useGroups, useInstances, useNewGroup } from "./queries";
import { TemplateRow } from "./TemplateRow";
import { UpdateDialog } from "./UpdateDialog";

export default function TemplatesTab({ bot }: PlaceProps) {
  return (
    <>
      <OfBot bot={bot} />
      <Libraries bot={bot} />
    </>
  );
}

function OfBot({ bot }: { bot: PlaceBot }) {
  const { t } = useWords();
  const query = useBotTemplates(bot.id);
  const { data: instances } = useInstances(bot.id);
  if (query.error) return <Failed error={query.error} onAgain={() => void query.refetch()} />;
  return (
    <PlaceSection title={t("kept.of_bot")}>
      {query.isPending && <Ghosts />}
      {query.isSuccess && !query.items.length && (
        <Empty icon={<Boxes size={24} />} title={t("kept.no_templates")} text={t("kept.about_templates")}>
          <Button variant="default" component={Link} href={addressOf(bot.id, "")}>
            {t("kept.to_canvas")}
          </Button>
        </Empty>
      )}
      <ul className={styles.table}>
        {query.items.map((template) => (
          <TemplateRow key={template.id} template={template} canEdit={bot.access !== "viewer"}>
            <Runs bot={bot} instances={(instances ?? []).filter((each) => each.template_id === template.id)} />
          </TemplateRow>
        ))}
      </ul>
      <ListEnd {...query} />
    </PlaceSection>
  );
}

/** The steps that run a template of the bot, and the way to bring its copy up to date. */
function Runs({ bot, instances }: { bot: PlaceBot; instances: readonly Instance[] }) {
  const { t } = useWords();
  const [isAsked, setAsked] = useState(false);
  const [first] = instances;
  const isBehind = first?.source?.moved_on ?? false;
  return (
    <>
      <span className={styles.quiet}>
        {first ? t("kept.run_by") : t("kept.run_by_none")}{" "}
        {instances.map((instance, index) => (
          <span key={instance.id}>
            {index > 0 && ", "}
            <Link href={`${addressOf(bot.id, "")}?step=${instance.step_id}`}>
              {instance.step_name || t("kept.unnamed_step")}
            </Link>
          </span>
        ))}
      </span>
      {first && isBehind && (
        <span className={styles.behind}>
          {t("kept.behind", { have: first.source?.version ?? 0, there: first.source?.latest_version ?? 0 })}
          {bot.access !== "viewer" && (
            <Button size="compact-sm" variant="light" onClick={() => setAsked(true)}>
              {t("kept.update")}
            </Button>
          )}
        </span>
      )}
      {first && isAsked && <UpdateDialog stepId={first.step_id} onClose={() => setAsked(false)} />}
    </>
  );
}

function Libraries({ bot }: { bot: PlaceBot }) {
  const { t } = useWords();
  const [isAdding, setAdding] = useState(false);
  const query = useGroups();
  const add = useNewGroup();
  if (query.error) return <Failed error={query.error} onAgain={() => void query.refetch()} />;
  return (
    <PlaceSection
      title={t("kept.libraries")}
      hint={t("kept.libraries_hint")}
      actions={
        <Button variant="default" leftSection={<Plus {...ICON} />} onClick={() => setAdding(true)}>
          {t("kept.new_library")}
        </Button>
      }
    >
      {query.isPending && <Ghosts />}
      {query.items.map((group) => (
        <Library key={group.id} group={group} botId={bot.id} />
      ))}
      <ListEnd {...query} />
      {isAdding && (
        <NameDialog
          title={t("kept.new_library")}
          name=""
          isBusy={add.isPending}
          onName={(name) => add.mutate(name, { onSuccess: () => setAdding(false) })}
          onClose={() => setAdding(false)}
        />
      )}
    </PlaceSection>
  );
}

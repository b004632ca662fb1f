// A request sent, or only shown as it would go out. Secrets are dots in what is shown.
import { dataOf, type Schemas } from "../../../../api/client";
import { told } from "../../../../i18n/told";
import { useWords } from "../../../../i18n/useWords";
import { api } from "../../../../session/api";
import { Scrolled } from "../../../../ui/Scrolled";
import { useEditor } from "../../editor/context";
import type { Id, RequestFields } from "../../graph/model";
import { Fold } from "../fields";
import styles from "../Inspector.module.css";
import { byScope } from "./samples";
import { Trial, type Tried } from "./Trial";

interface RequestTrialProps {
  groupId: Id;
  request: RequestFields;
}

export function RequestTrial({ groupId, request }: RequestTrialProps) {
  const { t } = useWords();
  const { botId } = useEditor();
  const send = async (samples: ReadonlyMap<string, string>, isDry: boolean): Promise<Tried> => {
    const { ordinal: _, ...fields } = request;
    const call = api.POST("/api/v1/bots/{bot_id}/requests/execute", {
      params: { path: { bot_id: botId } },
      body: { fields, dry_run: isDry, variables: byScope(samples) } as never,
    });
    const { sent, response, problems } = await dataOf(call);
    const faults = problems.map((each) => `${told(each.message)}. ${told(each.hint)}`);
    return { response: response ?? null, more: <Sent sent={sent} faults={faults} isOpen={isDry} /> };
  };
  return (
    <Trial
      groupId={groupId}
      about={request}
      hint={t("work.request_really")}
      buttons={[
        { label: t("editor.send"), run: (samples) => send(samples, false) },
        { label: t("work.dry"), run: (samples) => send(samples, true) },
      ]}
    />
  );
}

interface SentProps {
  sent: Schemas["SentOut"] | null | undefined;
  faults: readonly string[];
  isOpen: boolean;
}

function Sent({ sent, faults, isOpen }: SentProps) {
  const { t } = useWords();
  const lines = sent && [
    `${sent.method} ${sent.url}`,
    ...Object.entries(sent.headers).map(([name, value]) => `${name}: ${value}`),
    ...(sent.body === null ? [] : ["", sent.body]),
  ];
  return (
    <>
      {faults.map((fault) => (
        <p key={fault} className={styles.wrong}>
          {fault}
        </p>
      ))}
      {lines && (
        <Fold title={t("work.sent")} isOpen={isOpen}>
          <Scrolled as="pre" className={styles.reply} label={t("work.sent")}>
            {lines.join("\n")}
          </Scrolled>
        </Fold>
      )}
    </>
  );
}

// One credential: what for, where it goes, whether it can be used; and what can be done with it.
import { Alert, Menu } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleDashed, KeyRound, MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { dataOf } from "../../api/client";
import { told } from "../../i18n/told";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { errorWords } from "../../shell/errors";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import { exactTime, relativeTime } from "../../ui/time";
import type { BotCardData } from "../bots/queries";
import styles from "./credentials.module.css";
import { DeleteDialog, RenameDialog, ReplaceDialog, UsedDialog } from "./dialogs";
import { type ListedCredential, providerName, useProviders } from "./queries";

type Dialog = "rename" | "replace" | "used" | "delete";
type Tone = "ok" | "empty" | "unreadable";
const ICONS = { ok: CircleCheck, empty: CircleDashed, unreadable: CircleAlert };

export function CredentialRow({ credential, bot }: { credential: ListedCredential; bot: BotCardData | undefined }) {
  const { t } = useWords();
  const { data: providers } = useProviders();
  const provider = providers?.find((each) => each.id === credential.provider);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const test = useTest(credential.id);
  const close = () => setDialog(null);
  const mayChange = bot !== undefined && bot.access !== "viewer";
  const dialogs = { credential, onClose: close };
  return (
    <li className={styles.row}>
      {provider?.icon_url ? (
        <img className={styles.icon} src={provider.icon_url} alt="" width="24" height="24" />
      ) : (
        <KeyRound size={24} strokeWidth={1.5} aria-hidden />
      )}
      <div className={styles.rowText}>
        <div className={styles.rowTop}>
          <b dir="auto">{credential.name}</b>
          <StateOf credential={credential} />
        </div>
        <About credential={credential} provider={provider?.name ?? credential.provider} bot={bot} />
        <button type="button" className={styles.uses} onClick={() => setDialog("used")}>
          {credential.used_by > 0
            ? t("credentials.used_places", { count: credential.used_by })
            : t("credentials.unused")}
        </button>
        <TestAnswer test={test} />
      </div>
      <div className={styles.rowEnd}>
        {mayChange && credential.has_secret && (provider?.has_test || credential.test_url) && (
          <Button
            onClick={() => test.mutate()}
            disabled={test.isPending}
            aria-label={t("credentials.test_of", { name: credential.name })}
          >
            {t(test.isPending ? "credentials.testing" : "credentials.test")}
          </Button>
        )}
        {mayChange && <RowMenu name={credential.name} onChoose={setDialog} />}
      </div>
      {dialog === "rename" && <RenameDialog {...dialogs} />}
      {dialog === "replace" && <ReplaceDialog {...dialogs} />}
      {dialog === "used" && <UsedDialog {...dialogs} />}
      {dialog === "delete" && <DeleteDialog {...dialogs} />}
    </li>
  );
}

function toneOf(credential: ListedCredential): Tone {
  if (!credential.has_secret) return "empty";
  return credential.is_readable ? "ok" : "unreadable";
}

function StateOf({ credential }: { credential: ListedCredential }) {
  const { t } = useWords();
  const tone = toneOf(credential);
  const Icon = ICONS[tone];
  return (
    <span className={styles.badge} data-tone={tone}>
      <Icon {...ICON} />
      {t(`credentials.state_${tone}`)}
    </span>
  );
}

interface AboutProps {
  credential: ListedCredential;
  provider: string;
  bot: BotCardData | undefined;
}

function About({ credential, provider, bot }: AboutProps) {
  const { t, language } = useWords();
  const tone = toneOf(credential);
  const strategy = credential.strategy as "api_key" | "bearer" | "basic" | "oauth";
  const { secret_set_at: setAt, expires_at: until, hosts } = credential;
  const { data: providers } = useProviders();
  const goesTo = hosts.length > 0 ? hosts : (providers?.find((each) => each.id === credential.provider)?.hosts ?? []);
  return (
    <>
      <p className={styles.facts}>
        <span>{providerName(t, { id: credential.provider, name: provider })}</span>
        <span>{t(`credentials.strategy_${strategy}`)}</span>
        {bot && (
          <Link href={`/bots/${bot.id}`} dir="auto">
            {bot.name}
          </Link>
        )}
        <span>
          {goesTo.length > 0 ? t("credentials.goes_to", { hosts: goesTo.join(", ") }) : t("credentials.goes_nowhere")}
        </span>
        {setAt && (
          <span title={exactTime(setAt, language)}>
            {t("credentials.set_at", { when: relativeTime(setAt, language) })}
          </span>
        )}
        {until && <span>{t("credentials.renews", { when: exactTime(until, language) })}</span>}
      </p>
      {tone === "unreadable" && <p className={styles.wrong}>{t("credentials.unreadable_hint")}</p>}
      {tone === "empty" && <p className={styles.facts}>{t("credentials.empty_hint")}</p>}
    </>
  );
}

function RowMenu({ name, onChoose }: { name: string; onChoose: (dialog: Dialog) => void }) {
  const { t } = useWords();
  const label = t("credentials.menu_of", { name });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button kind="icon" aria-label={label} title={label}>
          <MoreHorizontal {...ICON} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onChoose("replace")}>{t("credentials.replace")}</Menu.Item>
        <Menu.Item onClick={() => onChoose("rename")}>{t("credentials.rename")}</Menu.Item>
        <Menu.Item onClick={() => onChoose("used")}>{t("credentials.used_by")}</Menu.Item>
        <Menu.Divider />
        <Menu.Item color="red" onClick={() => onChoose("delete")}>
          {t("credentials.delete")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function useTest(credentialId: string) {
  const params = { path: { credential_id: credentialId } };
  return useMutation({
    mutationFn: () => dataOf(api.POST("/api/v1/credentials/{credential_id}/test", { params })),
  });
}

function TestAnswer({ test }: { test: ReturnType<typeof useTest> }) {
  const { t } = useWords();
  const { data, error } = test;
  if (!data && !error) return null;
  const words = error
    ? errorWords(t, error)
    : data?.ok
      ? t("credentials.test_ok")
      : data?.status === 401 || data?.status === 403
        ? t("credentials.test_refused")
        : told(data?.message ?? "");
  return (
    <Alert color={data?.ok ? "green" : "yellow"} role="status">
      {words}
    </Alert>
  );
}

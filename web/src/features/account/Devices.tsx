import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { dataOf, done } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { logOut } from "../../session/session";
import { tellError } from "../../shell/errors";
import { exactTime, relativeTime } from "../../ui/time";
import { browserOf } from "./browser";
import { Section } from "./Section";
import styles from "./SettingsPage.module.css";

/** Where one is logged in, and logging out there. */
export function Devices() {
  const { t, language } = useWords();
  const queries = useQueryClient();
  const { data: devices } = useQuery({
    queryKey: ["devices"],
    queryFn: async () => (await dataOf(api.GET("/api/v1/users/me/logins"))).items,
  });
  const end = useMutation({
    mutationFn: (id: string) =>
      done(api.DELETE("/api/v1/users/me/logins/{login_id}", { params: { path: { login_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["devices"] }),
    onError: (error) => tellError(t, error),
  });
  return (
    <Section title={t("account.devices")} hint={t("account.devices_hint")}>
      <ul className={styles.rows}>
        {!devices && <Skeleton height={56} />}
        {devices?.map((device) => (
          <li key={device.id} className={styles.row}>
            <span className={styles.rowText}>
              <span>{browserOf(device.user_agent) || t("account.unknown_device")}</span>
              <span className={styles.quiet}>
                {device.address} ·{" "}
                <time dateTime={device.last_used_at} title={exactTime(device.last_used_at, language)}>
                  {relativeTime(device.last_used_at, language)}
                </time>
              </span>
            </span>
            {device.is_current ? (
              <span className={styles.current}>{t("account.this_device")}</span>
            ) : (
              <Button variant="default" size="compact-md" onClick={() => end.mutate(device.id)}>
                {t("app.log_out")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {devices && devices.length > 1 && (
        <Button variant="default" onClick={() => void logOut(true).catch((error) => tellError(t, error))}>
          {t("account.log_out_everywhere")}
        </Button>
      )}
    </Section>
  );
}

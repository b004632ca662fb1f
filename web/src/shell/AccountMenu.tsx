// Who is logged in, and what belongs to them: the account, theme and language, the keyboard, leaving.
import { Avatar, Menu, UnstyledButton } from "@mantine/core";
import { Keyboard, KeyRound, LogOut, UserRound } from "lucide-react";
import { Link } from "wouter";
import { useWords } from "../i18n/useWords";
import { ICON } from "../ui/icon";
import { LanguageChoice, ThemeChoice } from "../ui/Preferences";
import styles from "./AccountMenu.module.css";
import { showKeys } from "./help";
import { useLeave } from "./leave";
import { useMe } from "./me";

export function AccountMenu() {
  const { t } = useWords();
  const { data: me } = useMe();
  const leave = useLeave();
  const name = me?.username ?? "";
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <UnstyledButton className={styles.opener} aria-label={t("app.account_of", { name })}>
          <Avatar size={28} color="accent" name={name} alt="">
            {name.slice(0, 1).toUpperCase()}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={styles.menu}>
        <div className={styles.who}>
          <b dir="auto">{name}</b>
          <span className={styles.email}>{me?.email}</span>
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} href="/settings" leftSection={<UserRound {...ICON} />}>
          {t("app.settings")}
        </Menu.Item>
        <Menu.Item component={Link} href="/credentials" leftSection={<KeyRound {...ICON} />}>
          {t("app.credentials")}
        </Menu.Item>
        <Menu.Item leftSection={<Keyboard {...ICON} />} onClick={showKeys}>
          {t("app.keys")}
        </Menu.Item>
        <Menu.Divider />
        <div className={styles.choices}>
          <ThemeChoice />
          <LanguageChoice />
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut {...ICON} />} onClick={leave}>
          {t("app.log_out")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
